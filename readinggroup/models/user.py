"""Accounts, their sign-ins, and what else proves that somebody is who they say."""

from datetime import datetime
from enum import StrEnum

from flask_security.core import UserMixin
from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class User(Base, UserMixin):
    """One person's account.  ``email`` is folded before it is stored, so one address is one account.

    ``zone`` is where they are, an IANA name; ``links`` are their pages on the web.  ``totp_secret`` is encrypted and
    set where a second step is asked for; ``totp_counter`` is the last code that was used.
    A deleted account is an empty shell that released rounds count; nobody signs in to it.
    ``mails_daily``: whether they want what isn't urgent in one mail a day.
    """

    __tablename__ = "user"
    __public__ = False
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint(
            "deleted_at IS NULL OR (NOT active AND NOT is_site_admin AND confirmed_at IS NULL"
            " AND password IS NULL AND zone IS NULL AND totp_secret IS NULL)",
            name="deleted_is_empty",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    is_site_admin: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str | None] = mapped_column(String(64))
    mails_daily: Mapped[bool] = mapped_column(default=False, server_default=false())
    links: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SignIn(Base):
    """One device on which a user is signed in.  Every request of it is checked against this row.

    ``proved_at``: when they last showed there that it is them, as risky acts ask for.  ``last_seen_at`` is right to
    the day.
    """

    __tablename__ = "sign_in"
    __public__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey of a user: the public half of a key that one of their devices keeps (W3C Web Authentication)."""

    __tablename__ = "passkey"
    __public__ = False
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for the second step; only its digest is kept."""

    __tablename__ = "recovery_code"
    __public__ = False

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class CodePurpose(StrEnum):
    """What a mailed code is for."""

    SIGN_IN = "sign_in"
    ADDRESS = "address"


class MailedCode(Base):
    """A code that was mailed.  It works once, for a while, and only in the browser that asked for it.

    That browser keeps a ticket; digests of the ticket and of ticket and code are all that is kept here.  ``user_id``
    is null where nobody has the address: then no code fits.  ``email``: the new address of an account.
    """

    __tablename__ = "mailed_code"
    __public__ = False
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("(purpose = 'address') = (email IS NOT NULL)", name="address_iff_given"),
    )

    ticket_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[CodePurpose] = mapped_column(one_of(CodePurpose, "purpose"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    tries: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime] = mapped_column(index=True)
