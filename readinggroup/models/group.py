"""Reading groups, their breaks and their topics."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import Audience, JoinPolicy, RoundRule


class Group(Base):
    """One reading group: what it is for, when it meets and by which rules it votes.

    The rhythm is a session every ``weeks_between`` weeks from ``anchor_on`` (whose weekday is the group's), at
    ``starts_at`` local time in ``zone``, an IANA name.  Each ``..._seen_by`` says who sees
    that part (access/rules/ asks it).  ``join_questions`` has one in each line.
    ``join_url`` is where its sessions meet on the web unless one has an address of its own; it opens ``join_minutes``
    before each, and questions are taken until ``question_hours`` after it.  ``accent`` is a colour such as
    "#2b4a5e"; null is the site's own.  ``public_version`` rises with every change of anything
    that the public sees; the database raises it by itself (``triggers.py``), and nothing else writes it.
    """

    __tablename__ = "group"
    __public__ = True
    __table_args__ = (
        CheckConstraint("slug <> '' AND slug = lower(slug)", name="slug_lower"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("weeks_between BETWEEN 1 AND 52", name="weeks_between"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("places BETWEEN 1 AND 20", name="places"),
        CheckConstraint("talk_minutes BETWEEN 1 AND 600", name="talk_minutes"),
        CheckConstraint("question_minutes BETWEEN 0 AND 600", name="question_minutes"),
        CheckConstraint("lead_days BETWEEN 0 AND 60", name="lead_days"),
        CheckConstraint("join_minutes BETWEEN 0 AND 1440", name="join_minutes"),
        CheckConstraint("question_hours BETWEEN 0 AND 720", name="question_hours"),
        CheckConstraint("threshold_min >= 0", name="threshold_min"),
        CheckConstraint("threshold_percent BETWEEN 0 AND 100", name="threshold_percent"),
        CheckConstraint("length(accent) = 7 AND accent = lower(accent)", name="accent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    mission: Mapped[str] = mapped_column(Text, default="")
    zone: Mapped[str] = mapped_column(String(64))
    weeks_between: Mapped[int] = mapped_column(default=2)
    anchor_on: Mapped[date]
    starts_at: Mapped[time]
    minutes: Mapped[int] = mapped_column(default=60)
    places: Mapped[int] = mapped_column(default=2)
    talk_minutes: Mapped[int] = mapped_column(default=25)
    question_minutes: Mapped[int] = mapped_column(default=5)
    lead_days: Mapped[int] = mapped_column(default=7)
    join_url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    join_minutes: Mapped[int] = mapped_column(default=15, server_default="15")
    question_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    keeps_attendance: Mapped[bool] = mapped_column(default=False, server_default=false())
    join_policy: Mapped[JoinPolicy] = mapped_column(
        one_of(JoinPolicy, "join_policy"), default=JoinPolicy.APPLY
    )
    join_questions: Mapped[str] = mapped_column(Text, default="", server_default="")
    rule: Mapped[RoundRule] = mapped_column(one_of(RoundRule, "rule"), default=RoundRule.FAIR)
    season_balance: Mapped[bool] = mapped_column(default=True)
    threshold_min: Mapped[int] = mapped_column(default=2)
    threshold_percent: Mapped[int] = mapped_column(default=10)
    looks_papers_up: Mapped[bool] = mapped_column(default=True, server_default=true())
    schedule_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "schedule_seen_by"), default=Audience.PUBLIC
    )
    archive_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "archive_seen_by"), default=Audience.PUBLIC
    )
    pitches_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "pitches_seen_by"), default=Audience.MEMBERS
    )
    results_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "results_seen_by"), default=Audience.MEMBERS
    )
    discussion_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "discussion_seen_by"), default=Audience.MEMBERS
    )
    members_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "members_seen_by"), default=Audience.MEMBERS
    )
    accent: Mapped[str | None] = mapped_column(String(7))
    public_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Break(Base):
    """Dates, both ends included, on which a group does not meet."""

    __tablename__ = "group_break"
    __public__ = True
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    keeps_phase: Mapped[bool] = mapped_column(default=True)


class Topic(Base):
    """A subject by which a group's talks are found."""

    __tablename__ = "topic"
    __public__ = True
    __table_args__ = (UniqueConstraint("group_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
