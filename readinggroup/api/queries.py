"""Looking up tokens, and pages of what the API tells; every page begins behind a key, whatever was added meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from readinggroup.archive.listing import PUBLISHED, States
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState
from readinggroup.models import ApiToken, Group, Meeting, Pitch, Round, Series, Talk, User
from readinggroup.scheduling.asking import digest_of
from readinggroup.scheduling.queries import HIGHEST
from readinggroup.scheduling.views import STANDING, MeetingView, TalkView, meeting_views, talk_views


def tokens_of(user: User) -> Sequence[ApiToken]:
    """The user's running tokens, the latest first."""
    return db.session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id.desc())
    ).all()


def token_of(user: User, token_id: int) -> ApiToken | None:
    """The user's own token of that id."""
    return db.session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user.id))


def token_with(secret: str) -> tuple[ApiToken, User] | None:
    """The running token, and whose it is; None once it ended, or their account is closed."""
    chosen = select(ApiToken, User).join(User, User.id == ApiToken.user_id)
    held = (ApiToken.token_digest == digest_of(secret), User.active, User.confirmed_at.is_not(None))
    row = db.session.execute(chosen.where(*held)).one_or_none()
    return (row[0], row[1]) if row else None


def note_use(token_id: int, now: datetime) -> None:
    """Note when a token was used last."""
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


@dataclass(frozen=True, slots=True)
class TalkAt:
    """A talk and the session in which it stands."""

    talk: TalkView
    meeting: MeetingView


def sessions_page(group: Group, states: States, *, after: int | None, limit: int) -> list[MeetingView]:
    """Sessions in one of ``states`` below the number ``after``, the highest first."""
    where = [Meeting.state.in_(states), *([Meeting.number < after] if after is not None else [])]
    return meeting_views(group, *where, order_by=(Meeting.number.desc(),), limit=limit)


def talks_page(group: Group, states: States, *, after: int | None, limit: int) -> list[TalkView]:
    """Published talks that stand, in sessions in one of ``states``, below the id ``after``, the latest first."""
    told = [state for state in states if state in PUBLISHED]
    where: list[ColumnElement[bool]] = [Meeting.state.in_(told), Talk.state.in_(STANDING)]
    where += [Talk.id < after] if after is not None else []
    return talk_views(group, *where, order_by=(Talk.id.desc(),), limit=limit)


def talk_at(group: Group, talk_id: int) -> TalkAt | None:
    """The group's published talk of that id that stands."""
    found = talk_views(group, Talk.id == talk_id, Talk.state.in_(STANDING)) if talk_id <= HIGHEST else []
    if not found or not found[0].is_published:
        return None
    return TalkAt(found[0], meeting_views(group, Meeting.id == found[0].meeting_id)[0])


def talks_by(group: Group, speaker_id: int, states: Sequence[MeetingState]) -> list[TalkView]:
    """What the speaker gave or is announced to give, in sessions in one of ``states``, the latest first."""
    from readinggroup.models import TalkSpeaker

    theirs = select(TalkSpeaker.talk_id).where(TalkSpeaker.speaker_id == speaker_id)
    where = (Talk.id.in_(theirs), Talk.state.in_(STANDING), Meeting.state.in_(states))
    return talk_views(group, *where, order_by=(Meeting.number.desc(), Talk.position))


def series_page(group: Group, *, after: str | None, limit: int) -> Sequence[Series]:
    """The group's series behind the slug ``after``, by slug."""
    where = [Series.group_id == group.id, *([Series.slug > after] if after is not None else [])]
    return db.session.scalars(select(Series).where(*where).order_by(Series.slug).limit(limit)).all()


def pitches_page(group: Group, *, after: int | None, limit: int) -> Sequence[Pitch]:
    """The group's pitches below the id ``after``, the latest first; drafts are their authors' alone."""
    where = [Pitch.group_id == group.id, Pitch.state != PitchState.DRAFT]
    where += [Pitch.id < after] if after is not None else []
    return db.session.scalars(select(Pitch).where(*where).order_by(Pitch.id.desc()).limit(limit)).all()


def rounds_page(group: Group, *, after: int | None, limit: int) -> Sequence[Round]:
    """The group's rounds that were ever opened, below the number ``after``, the latest first."""
    where = [Round.group_id == group.id, Round.opened_at.is_not(None)]
    where += [Round.number < after] if after is not None else []
    return db.session.scalars(select(Round).where(*where).order_by(Round.number.desc()).limit(limit)).all()
