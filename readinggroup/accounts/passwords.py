"""What a password may be, and how it is compared."""

import unicodedata

SHORTEST = 10
LONGEST = 200
LENGTH_WORDS = f"Take {SHORTEST} to {LONGEST} characters."


def normal_password(text: str | None) -> str:
    """``text`` as Flask-Security compares it, so that one password typed on two keyboards is one."""
    return unicodedata.normalize("NFKD", text or "")


def is_address(password: str | None, email: str | None) -> bool:
    """Whether the password is the address itself, which is the first thing that anybody would guess."""
    return (password or "").strip().lower() == (email or "").strip().lower()
