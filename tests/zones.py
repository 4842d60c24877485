"""Zone rules of our own making, so that tests need no old release of the zone database."""

import struct
from io import BytesIO
from zoneinfo import ZoneInfo


def zone_by_rule(rule: str) -> ZoneInfo:
    """A zone with one POSIX rule for all times, as a compiled file of RFC 8536 holds it."""
    block = (
        struct.pack(">4s1s15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"XXX\0"
    )
    return ZoneInfo.from_file(BytesIO(block * 2 + b"\n" + rule.encode() + b"\n"))


OLD_EDMONTON = zone_by_rule("MST7MDT,M3.2.0,M11.1.0")
"""America/Edmonton as release 2025b had it: back to UTC-07:00 in November.  By 2026f it stays at UTC-06:00."""
