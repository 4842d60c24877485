"""Looking the archive up: sessions by what they were about, one session, speakers, series, and the reading."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    bindparam,
    func,
    or_,
    select,
    union,
    union_all,
)

from readinggroup.archive.finding import HIGHEST_NUMBER, by_speaker, has_talk
from readinggroup.archive.listing import PUBLISHED, SessionRow, States, is_published, session_rows
from readinggroup.archive.telling import session_title
from readinggroup.db import among, db, fetch
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.groups.speakers import speaker_by_slug
from readinggroup.models import (
    FormerAddress,
    Group,
    Meeting,
    Series,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.nested import rows_in, rows_of
from readinggroup.scheduling.view_rows import MEETINGS
from readinggroup.scheduling.views import MeetingView, views_of_meetings

TAKES_PLACE = Meeting.state != MeetingState.CANCELLED


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A speaker or a topic in the list of all, with how many talks they gave or there were about it."""

    name: str
    slug: str
    talks: int


# --- sessions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """A session that stands beside another one: as little of it as a link says."""

    number: int
    state: MeetingState
    headline: str

    @property
    def meeting(self) -> "Beside":
        """Itself, as the rule asks for it (``access.rules.may_see_session``)."""
        return self


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A session between the ones before and after it by number, if there are any."""

    meeting: MeetingView
    before: Beside | None
    after: Beside | None


def _beside() -> Select[*tuple[Any, ...]]:
    number: BindParameter[int] = bindparam("number")
    ours = Meeting.group_id == bindparam("group")
    # Each of the three is found at one place of the index, however long the archive is.
    here = select(Meeting.id).where(ours, Meeting.number == number)
    before = select(Meeting.id).where(ours, Meeting.number < number).order_by(Meeting.number.desc()).limit(1)
    after = select(Meeting.id).where(ours, Meeting.number > number).order_by(Meeting.number).limit(1)
    three = union_all(here, *(select(each.subquery().c.id) for each in (before, after))).subquery()
    titles = select(Talk.position, Talk.title).where(Talk.meeting_id == Meeting.id, is_published())
    with_titles = MEETINGS.add_columns(rows_of(titles.correlate(Meeting)).label("titles"))
    return with_titles.where(Meeting.id.in_(select(three.c.id)))


BESIDE = _beside()


def session_in(group: Group, number: int) -> Neighbours | None:
    """The group's session of that number, in whatever state, and its neighbours."""
    if number > HIGHEST_NUMBER:
        return None
    rows = fetch(BESIDE, {"group": group.id, "number": number})
    here = [row for row in rows if row.number == number]
    if not here:
        return None
    return Neighbours(
        views_of_meetings(here)[0],
        next((_told_beside(row) for row in rows if row.number < number), None),
        next((_told_beside(row) for row in rows if row.number > number), None),
    )


def _told_beside(row: Row[*tuple[Any, ...]]) -> Beside:
    titles = [title for _, title in rows_in(row.titles)]
    return Beside(row.number, row.state, session_title(row.number, row.title, titles))


# --- speakers and series ----------------------------------------------------------------------------------


def speakers_of(group: Group, states: States) -> list[NamedLine]:
    """Everybody who gave or is announced to give a talk, in a session in one of ``states``, and whose page isn't
    hidden, by name."""
    rows = db.session.execute(
        select(Speaker.name, Speaker.slug, func.count(Talk.id))
        .join(TalkSpeaker, TalkSpeaker.speaker_id == Speaker.id)
        .join(Talk, Talk.id == TalkSpeaker.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Speaker.group_id == group.id, Speaker.hidden_at.is_(None), *_told(states))
        .group_by(Speaker.id, Speaker.name, Speaker.slug)
    )
    return sorted((NamedLine(*row) for row in rows), key=lambda line: (line.name.casefold(), line.slug))


def speaker_in(group: Group, slug: str) -> Speaker | None:
    """The group's speaker, where they gave or are announced to give a talk; another spelling leads to the kept one."""
    if not _is_text(slug):
        return None
    talks = (
        select(TalkSpeaker.talk_id)
        .join(Talk, Talk.id == TalkSpeaker.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(TalkSpeaker.speaker_id == Speaker.id, is_published(), TAKES_PLACE)
    )
    ours = (Speaker.group_id == group.id, Speaker.slug == slug)
    found = db.session.scalar(select(Speaker).where(*ours, talks.exists()))
    kept = speaker_by_slug(group, slug) if found is None else None
    return speaker_in(group, kept.slug) if kept is not None and kept.slug != slug else found


def sessions_of_speaker(group: Group, speaker: Speaker) -> list[SessionRow]:
    """The sessions at which they talked or are announced to talk, latest first, with their talks alone."""
    rows = session_rows(group, has_talk(*by_speaker(group, speaker.slug)), TAKES_PLACE)
    return [row.with_talks(lambda talk: speaker.id in {each.id for each in talk.speakers}) for row in rows]


def topics_of(group: Group, states: States) -> list[NamedLine]:
    """Everything that talks were or are announced to be about, in sessions in one of ``states``, by name."""
    rows = db.session.execute(
        select(Topic.name, Topic.slug, func.count(Talk.id))
        .join(TalkTopic, TalkTopic.topic_id == Topic.id)
        .join(Talk, Talk.id == TalkTopic.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Topic.group_id == group.id, *_told(states))
        .group_by(Topic.id, Topic.name, Topic.slug)
    )
    return sorted((NamedLine(*row) for row in rows), key=lambda line: (line.name.casefold(), line.slug))


def topic_in(group: Group, slug: str) -> Topic | None:
    """The group's topic, where a talk is about it that the public knows of."""
    ours = (Topic.group_id == group.id, Topic.slug == slug)
    talks = (
        select(TalkTopic.talk_id)
        .join(Talk, Talk.id == TalkTopic.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(TalkTopic.topic_id == Topic.id, is_published(), TAKES_PLACE)
    )
    return db.session.scalar(select(Topic).where(*ours, talks.exists())) if _is_text(slug) else None


def sessions_about(group: Group, topic: Topic) -> list[SessionRow]:
    """The sessions with a talk about the topic, held or announced, latest first, with those talks alone."""
    about = (TalkTopic.talk_id == Talk.id, TalkTopic.topic_id == topic.id)
    rows = session_rows(group, has_talk(*about), TAKES_PLACE)
    talks = set(db.session.scalars(select(TalkTopic.talk_id).where(TalkTopic.topic_id == topic.id)))
    return [row.with_talks(lambda talk: talk.id in talks) for row in rows]


def sessions_of_series(group: Group, series: Series) -> list[SessionRow]:
    """The announced and held sessions of a series, or with a talk of it, in order."""
    whole = (Meeting.series_id == series.id) & among(Meeting.state, PUBLISHED)
    return session_rows(group, or_(whole, has_talk(Talk.series_id == series.id)), newest_first=False)


def sessions_in_series(group: Group, states: States) -> dict[int, int]:
    """How many sessions in one of ``states`` belong to each series, as a whole or with a talk, by the series' id."""
    whole = select(Meeting.series_id, Meeting.id).where(
        Meeting.group_id == group.id,
        Meeting.series_id.is_not(None),
        among(Meeting.state, states),
        TAKES_PLACE,
    )
    talks = (
        select(Talk.series_id, Talk.meeting_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Talk.group_id == group.id, Talk.series_id.is_not(None), *_told(states))
    )
    both = union(whole, talks).subquery()
    rows = db.session.execute(select(both.c.series_id, func.count()).group_by(both.c.series_id)).all()
    return {row[0]: row[1] for row in rows}


def _told(states: States) -> tuple[ColumnElement[bool], ...]:
    return is_published(), TAKES_PLACE, among(Meeting.state, states)


def _is_text(slug: str) -> bool:
    """Whether a slug from an address may be asked of the database: PostgreSQL refuses NUL."""
    return slug.isprintable()


def new_slug(group: Group, kind: str, old: str) -> str | None:
    """Where a speaker, topic or series (``kind``) of the group is found now that was found at ``old``."""
    thing: Any = {"speaker": Speaker, "topic": Topic, "series": Series}.get(kind)
    if thing is None or not _is_text(old):
        return None
    here = (FormerAddress.group_id == group.id, FormerAddress.kind == kind, FormerAddress.slug == old)
    found: str | None = db.session.scalar(
        select(thing.slug).join(FormerAddress, FormerAddress.thing_id == thing.id).where(*here)
    )
    return found
