"""Making rows for tests: each function makes one thing with as much as it needs to be true."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from flask_security.utils import hash_password

from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.actions import create_user
from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.actions import create_group, enrol
from readinggroup.models import Group, Membership, User

NOW = datetime(2022, 11, 5, 22, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)
_hashes: dict[str, str] = {}


def password_hash() -> str:
    """The hash of PASSWORD, made once: argon2 is slow on purpose."""
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = hash_password(PASSWORD)
    return _hashes[PASSWORD]


def user(name: str, *, is_site_admin: bool = False) -> User:
    """An account named ``name`` at example.org that signs in with PASSWORD."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    return create_user(
        address, name, password_hash=password_hash(), now=NOW, by=THE_SITE, is_site_admin=is_site_admin
    )


def group(slug: str = "ml-theory", name: str = "Machine Learning Theory") -> Group:
    """A group like the first real one: every second Saturday, 14:00 in Edmonton, two places."""
    return create_group(
        slug,
        name,
        zone="America/Edmonton",
        anchor_on=date(2022, 11, 5),
        starts_at=time(14),
        now=NOW,
        by=THE_SITE,
    )


def member(of: Group, who: User, role: Role = Role.MEMBER) -> Membership:
    """The membership of ``who``."""
    return enrol(of, who, role, now=NOW - timedelta(days=30), by=THE_SITE)


def saved() -> None:
    """Commit what was made."""
    db.session.commit()
