"""Looking up what speakers without an account see and do: their links, their talks, the days on which they are away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.models import (
    Group,
    Meeting,
    Pitch,
    Speaker,
    SpeakerDayAway,
    SpeakingLink,
    Talk,
    TalkSpeaker,
    User,
)
from readinggroup.scheduling.asking import digest_of
from readinggroup.scheduling.queries import OPEN_STATES, talk_in
from readinggroup.scheduling.views import STANDING, TalkView
from readinggroup.web.when import When, moment


@dataclass(frozen=True, slots=True)
class RunningLink:
    """A link that lets somebody in, as co-leads see it."""

    id: int
    speaker: str
    talk: str
    session: int
    expires: When


@dataclass(frozen=True, slots=True)
class OutsideTalk:
    """A talk to come and one of its speakers who has no account."""

    talk_id: int
    title: str
    session: int
    speaker_id: int
    speaker: str
    slug: str
    email: str | None


def link_by_token(group: Group, speaking_token: str) -> SpeakingLink | None:
    """The group's link with that token, also one that has ended, with its speaker."""
    return db.session.scalar(
        select(SpeakingLink)
        .options(selectinload(SpeakingLink.speaker))
        .where(SpeakingLink.group_id == group.id, SpeakingLink.token_digest == digest_of(speaking_token))
    )


def link_in(group: Group, link_id: int) -> SpeakingLink | None:
    """The group's link with that id."""
    return db.session.scalar(
        select(SpeakingLink).where(SpeakingLink.group_id == group.id, SpeakingLink.id == link_id)
    )


def talk_of_link(group: Group, link: SpeakingLink, now: datetime) -> Talk | None:
    """The talk that a link looks after; None once the link has ended, or the talk is off or somebody else's."""
    if link.revoked_at is not None or link.expires_at <= now:
        return None
    talk = talk_in(group, link.talk_id)
    stands = talk is not None and talk.state in STANDING
    return talk if talk and stands and link.speaker_id in {each.id for each in talk.speakers} else None


def running_links(group: Group, now: datetime) -> list[RunningLink]:
    """The links that let somebody in, those of the next session first."""
    rows = db.session.execute(
        select(SpeakingLink.id, Speaker.name, Talk.title, Meeting.number, SpeakingLink.expires_at)
        .join(Speaker, Speaker.id == SpeakingLink.speaker_id)
        .join(Talk, Talk.id == SpeakingLink.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(
            SpeakingLink.group_id == group.id,
            SpeakingLink.revoked_at.is_(None),
            SpeakingLink.expires_at > now,
        )
        .order_by(Meeting.starts_at_utc, SpeakingLink.id)
    )
    return [RunningLink(*row[:4], moment(row[4], group.zone)) for row in rows]


def outside_talks(group: Group) -> list[OutsideTalk]:
    """The talks to come of speakers without an account, earliest first."""
    rows = db.session.execute(
        select(Talk.id, Talk.title, Meeting.number, Speaker.id, Speaker.name, Speaker.slug, Speaker.email)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .join(TalkSpeaker, TalkSpeaker.talk_id == Talk.id)
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .where(
            Talk.group_id == group.id,
            Talk.state.in_(STANDING),
            Meeting.state.in_(OPEN_STATES),
            Speaker.user_id.is_(None),
        )
        .order_by(Meeting.starts_at_utc, Talk.position, TalkSpeaker.position)
    )
    return [OutsideTalk(*row) for row in rows]


def outsider_of(talk: Talk, speaker_id: int) -> Speaker | None:
    """That speaker of the talk, where they have no account."""
    return next((each for each in talk.speakers if each.id == speaker_id and each.user_id is None), None)


def own_speaker(talk: Talk, user: User | None) -> Speaker | None:
    """The talk's speaker whose account that is; for others the first one."""
    own = (each for each in talk.speakers if user is not None and each.user_id == user.id)
    return next(own, talk.speakers[0] if talk.speakers else None)


def days_away_of(speaker: Speaker, *, from_on: date) -> Sequence[date]:
    """The dates to come on which the speaker can't come, earliest first."""
    own = (SpeakerDayAway.speaker_id == speaker.id, SpeakerDayAway.on >= from_on)
    return db.session.scalars(select(SpeakerDayAway.on).where(*own).order_by(SpeakerDayAway.on)).all()


def days_away(things: Iterable[Pitch | TalkView]) -> dict[int, frozenset[date]]:
    """All dates on which the speakers of ``things`` said that they can't come, by the speaker's id."""
    ids = {speaker.id for thing in things for speaker in thing.speakers}
    rows = db.session.execute(
        select(SpeakerDayAway.speaker_id, SpeakerDayAway.on).where(SpeakerDayAway.speaker_id.in_(ids))
    ).all()
    found: dict[int, set[date]] = {}
    for speaker_id, on in rows:
        found.setdefault(speaker_id, set()).add(on)
    return {speaker_id: frozenset(days) for speaker_id, days in found.items()}
