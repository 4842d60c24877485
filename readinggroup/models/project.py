"""What becomes of research proposals: how far they are, who takes part, and what they tell."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import ProjectState


class Project(Base):
    """How far a research proposal is, beside its pitch, whose own states it neither knows nor changes.

    ``call`` says whom it looks for.  A proposal without a row is PROPOSED, with nobody but its author.
    """

    __tablename__ = "project"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    state: Mapped[ProjectState] = mapped_column(one_of(ProjectState, "state"), default=ProjectState.PROPOSED)
    call: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]

    @property
    def id(self) -> int:
        """What the audit trail knows it by."""
        return self.pitch_id


class ProjectMember(Base):
    """That somebody takes part in a project."""

    __tablename__ = "project_member"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(
        ForeignKey("project.pitch_id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime]


class ProjectUpdate(Base):
    """What somebody who takes part in a project tells of it."""

    __tablename__ = "project_update"
    __public__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("project.pitch_id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
