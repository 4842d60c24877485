"""Making programmes for tests: pitches that wait for a place, and the group's second session."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchState, RoundRule, RoundState
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import (
    Group,
    Pitch,
    PitchDayAway,
    PitchLink,
    PitchSpeaker,
    Round,
    Standing,
    Talk,
    TalkSpeaker,
    User,
)
from readinggroup.scheduling.actions import make_meetings
from tests.build import NOW

WINNERS = (
    ("Meta Learning", "Sree Harsha Nelaturu"),
    ("Neural Information Retrieval", "Max Marion"),
    ("Representation Learning", "Harry Saini"),
    ("Quantum Probability", "Ashish Gaurav"),
)


def group_of(slug: str = "ml-theory") -> Group:
    """The group of the cast at ``slug``."""
    return db.session.scalars(select(Group).where(Group.slug == slug)).one()


def person(name: str) -> User:
    """One of the cast."""
    return db.session.scalars(select(User).where(User.name == name)).one()


def pitch(
    group: Group,
    title: str,
    speaker: str,
    *,
    state: PitchState = PitchState.OPEN,
    author: User | None = None,
    paper: str = "",
    away: Sequence[date] = (),
    also: str = "",
    **more: Any,
) -> Pitch:
    """A pitch; with ``author`` its speaker is that account; ``also`` gives it with them."""
    made = Pitch(
        group_id=group.id,
        public_id=f"p{abs(hash((group.id, title))) % 10**12}",
        author_id=author.id if author else None,
        title=title,
        abstract=f"About *{title}*.",
        state=state,
        created_at=NOW,
        changed_at=NOW,
        links=[PitchLink(kind=MaterialKind.PAPER, title="The paper", url=paper)] if paper else [],
        days_away=[PitchDayAway(on=on) for on in away],
        **more,
    )
    db.session.add(made)
    speak = [speaker_named(group, speaker, author), *([speaker_named(group, also)] if also else [])]
    db.session.flush()
    db.session.add_all(
        PitchSpeaker(pitch_id=made.id, speaker_id=each.id, position=n)
        for n, each in enumerate(speak, start=1)
    )
    db.session.flush()
    db.session.refresh(made, ["speakers"])
    return made


def won(group: Group, pitches: Sequence[Pitch], *, number: int = 1) -> Round:
    """A released round that ``pitches`` won in that order."""
    at = NOW - timedelta(days=7)
    round_ = Round(
        group_id=group.id,
        public_id=f"r{group.id}-{number}",
        number=number,
        title=f"Round {number}",
        state=RoundState.RELEASED,
        rule=RoundRule.POPULAR,
        seats=len(pitches),
        threshold_min=1,
        threshold_percent=0,
        opens_at=at,
        opened_at=at,
        closes_at=at + timedelta(days=3),
        closed_at=at + timedelta(days=3),
        released_at=at + timedelta(days=3),
        nonce="0" * 64,
        nonce_commit="0" * 64,
        digest="0" * 64,
        turnout=5,
    )
    db.session.add(round_)
    db.session.flush()
    for place, each in enumerate(pitches, start=1):
        each.state = PitchState.WON
        db.session.add(
            Standing(round_id=round_.id, pitch_id=each.id, place=place, approvals=5 - place, won=True)
        )
    db.session.flush()
    return round_


def second_session(group: Group, *, sessions: int = 2) -> list[Pitch]:
    """The group on 5 November 2022: its next sessions have dates, and four winners wait in order of standing."""
    make_meetings(group, count=sessions, now=NOW, by=THE_SITE)
    pitches = [pitch(group, title, speaker) for title, speaker in WINNERS]
    won(group, pitches)
    return pitches


def speaks(talk: Talk, name: str) -> None:
    """Let one of the cast give ``talk``."""
    speaker = speaker_named(db.session.get_one(Group, talk.group_id), name, person(name))
    db.session.flush()
    db.session.execute(delete(TalkSpeaker).where(TalkSpeaker.talk_id == talk.id))
    db.session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker.id, position=1))
    db.session.flush()
