"""Codes by mail: they show that a mailbox is somebody's, to sign in and to change an address.

A code works once, for a quarter of an hour, for five tries, and only in the browser that asked for it: the browser
keeps a ticket, and what is stored of both are digests.  Mail programs that follow links have nothing to follow.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.actions import tell_of_change
from readinggroup.accounts.emails import fold
from readinggroup.accounts.queries import user_by_email
from readinggroup.db import db
from readinggroup.models import CodePurpose, MailedCode, User
from readinggroup.outbox.queue import owe, readdress

DIGITS = 8
MINUTES = 15
TRIES = 5


class CodeEnded(Exception):
    """The code was used, is too old, or was guessed at too often; only a new one helps."""


def mail_sign_in_code(email: str, *, now: datetime) -> str:
    """Mail a code to ``email`` and give the ticket that it works with.  Raises BadAddress.

    An address without an account gets a mail as well, which says so: the same is written and sent for every address,
    so that neither the answer nor the time that it takes tells who has an account.
    """
    folded = fold(email)
    found = user_by_email(folded)
    user = found if found is not None and found.active and found.confirmed_at is not None else None
    ticket, code = _new_code(CodePurpose.SIGN_IN, user, None, now=now)
    kind = "code.sign_in" if user else "code.unknown"
    words = {"name": user.name, "code": _grouped(code), "minutes": MINUTES} if user else {}
    owe(kind, folded, about=_about(ticket), group_id=None, now=now, words=words)
    return ticket


def mail_address_code(user: User, email: str, *, now: datetime) -> str:
    """Mail a code to the address that ``user`` wants to have from now on; gives the ticket that it works with.

    Where somebody else has that address it gets no code, but a mail that says so.  Raises BadAddress.
    """
    folded = fold(email)
    taken = user_by_email(folded) is not None
    ticket, code = _new_code(CodePurpose.ADDRESS, user, folded, now=now)
    words = {"name": user.name, "code": _grouped(code), "minutes": MINUTES}
    kind, about = "address.taken" if taken else "code.address", f"user:{user.id}:{_about(ticket)}"
    owe(kind, folded, about=about, group_id=None, now=now, words=words)
    return ticket


def spend_code(ticket: str, code: str, purpose: CodePurpose, *, now: datetime) -> MailedCode | None:
    """The mailed code that ``ticket`` and ``code`` belong to, used from now on; None for a wrong one, which is counted.

    ``code`` is as it was typed.  Raises CodeEnded.
    """
    found = db.session.get(MailedCode, _digest(ticket), with_for_update=True, populate_existing=True)
    if found is None or found.purpose is not purpose or found.ends_at <= now or found.tries >= TRIES:
        raise CodeEnded
    digits = "".join(digit for digit in code if digit.isdigit())
    right = secrets.compare_digest(found.code_digest, _digest(ticket, digits))
    if not right or found.user_id is None:
        found.tries += 1
        db.session.flush()
        return None
    found.ends_at = now
    db.session.flush()
    return found


def change_address(user: User, email: str, *, now: datetime, by: Actor) -> bool:
    """Give the account another, folded address, which a code has shown to be theirs; the old one is told.

    False where somebody else has it by now.
    """
    if user_by_email(email, lock=True) is not None:
        return False
    tell_of_change(user, f"Its address is {email} now.", now=now)
    readdress(user.email, email)
    user.email = email
    end_codes(user, now=now)
    db.session.flush()
    record(by, "user.address", user, at=now)
    return True


def end_codes(user: User, *, now: datetime) -> None:
    """Let no code that was mailed to the user before work any more."""
    running = update(MailedCode).where(MailedCode.user_id == user.id, MailedCode.ends_at > now)
    db.session.execute(running.values(ends_at=now))


def _new_code(
    purpose: CodePurpose, user: User | None, email: str | None, *, now: datetime
) -> tuple[str, str]:
    """A ticket and its code, stored as digests; what is long past goes."""
    db.session.execute(delete(MailedCode).where(MailedCode.ends_at < now - timedelta(days=1)))
    ticket, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    db.session.add(
        MailedCode(
            ticket_digest=_digest(ticket),
            code_digest=_digest(ticket, code),
            purpose=purpose,
            user_id=user.id if user else None,
            email=email,
            ends_at=now + timedelta(minutes=MINUTES),
        )
    )
    db.session.flush()
    return ticket, code


def _grouped(code: str) -> str:
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def _about(ticket: str) -> str:
    return f"code:{_digest(ticket)[:16]}"


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
