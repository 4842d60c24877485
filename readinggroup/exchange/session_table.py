"""Sessions and talks as a table that spreadsheets open: a line for each talk, and for each session without one."""

from collections.abc import Iterator, Sequence
from typing import IO

from readinggroup.models import Group, Meeting
from readinggroup.scheduling.views import MaterialView, MeetingView, meeting_views
from readinggroup.web.spreadsheets import parts_of_table

HEAD = ("Session", "Date", "Start", "Zone", "State", "Session title", "Talk", "Speakers", "Topics", "Abstract",
        "Reading", "Materials")  # fmt: skip
AT_ONCE = 200
"""Sessions that are looked up together, so that memory doesn't grow with the group."""


def write_session_table(group: Group, file: IO[bytes]) -> int:
    """Write every session of the group in the order of its numbers, as CSV, and say how many lines it has.

    Talks that aren't announced are left out.
    """
    rows = (line for meeting in _meetings(group) for line in _lines(meeting))
    parts = parts_of_table(HEAD, rows)
    return sum(1 for part in parts if file.write(part)) - 2  # The mark and the head are no lines of it.


def _meetings(group: Group) -> Iterator[MeetingView]:
    last = 0
    while some := meeting_views(group, Meeting.number > last, limit=AT_ONCE):
        yield from some
        last = some[-1].number


def _lines(meeting: MeetingView) -> Iterator[Sequence[str]]:
    of_session = (
        str(meeting.number),
        meeting.on.isoformat() if meeting.on else "",
        f"{meeting.starts_at:%H:%M}" if meeting.starts_at else "",
        meeting.zone,
        meeting.state.value,
        meeting.title,
    )
    for talk in meeting.talks:
        yield (
            *of_session,
            talk.title,
            "; ".join(speaker.name for speaker in talk.speakers),
            "; ".join(topic.name for topic in talk.topics),
            talk.abstract,
            " ".join(reading.url for reading in talk.readings),
            _addresses((*talk.materials, *meeting.materials)),
        )
    if not meeting.talks:
        yield (*of_session, "", "", "", "", "", _addresses(meeting.materials))


def _addresses(materials: Sequence[MaterialView]) -> str:
    return " ".join(material.url for material in materials)
