"""Which kinds of mail somebody doesn't want."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class MailOff(Base):
    """That a person doesn't want a kind of mail: by account, or by address for a speaker who has none."""

    __public__ = False
    __tablename__ = "mail_off"
    __table_args__ = (
        UniqueConstraint("user_id", "kind"),
        UniqueConstraint("address", "kind"),
        CheckConstraint("(user_id IS NULL) <> (address IS NULL)", name="of_account_or_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    address: Mapped[str | None] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(60))
