"""What a speaker does for their talk: confirming it, rewriting title and abstract, saying when they are away."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.access.versions import rewrite
from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState, become
from readinggroup.models import Group, Speaker, SpeakerDayAway, SpeakingLink, Talk
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.placing import check_stands, seat_of


def confirm_talk(group: Group, talk: Talk, *, now: datetime, by: Actor) -> None:
    """Note that the speaker comes, also after having said that they can't; said twice it counts once.

    Raises TalkOver.
    """
    lock_programme(group)
    check_stands(talk)
    if talk.state is TalkState.CONFIRMED:
        return
    talk.declined_at, talk.declined_because = None, ""
    talk.state = become(talk.state, TalkState.CONFIRMED)
    db.session.flush()
    record(by, "talk.confirmed", talk, at=now, after=seat_of(talk, queries.meeting_of(talk)))


def reword_talk(group: Group, talk: Talk, *, title: str, abstract: str, now: datetime, by: Actor) -> None:
    """Give a talk that is to come or was given another title and abstract; what they were stays as a version.

    Raises TalkOver where it was withdrawn or replaced.
    """
    lock_programme(group)
    if talk.state is not TalkState.GIVEN:
        check_stands(talk)
    before = {"title": talk.title, "abstract": talk.abstract}
    if rewrite(talk, title=title, words=abstract, now=now, by=by):
        after = {"title": title, "abstract": abstract}
        record(by, "talk.reworded", talk, at=now, before=before, after=after)


def set_days_away(speaker: Speaker, days: Iterable[date], *, from_on: date, now: datetime, by: Actor) -> None:
    """Note the dates from ``from_on`` on on which the speaker can't come; the planner keeps them free."""
    own = (SpeakerDayAway.speaker_id == speaker.id, SpeakerDayAway.on >= from_on)
    db.session.execute(delete(SpeakerDayAway).where(*own))
    wanted = sorted({day for day in days if day >= from_on})
    db.session.add_all(SpeakerDayAway(speaker_id=speaker.id, on=day) for day in wanted)
    db.session.flush()
    record(by, "speaker.days_away", speaker, at=now, after={"days": [day.isoformat() for day in wanted]})


def note_use(link: SpeakingLink, did: str, *, now: datetime) -> None:
    """Write down that somebody changed the talk by that link, and what."""
    record(THE_SITE, "speaking.link_used", link, at=now, after={"did": did, "speaker": link.speaker.name})
