"""Making pitches, members and rounds for the tests of voting."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from readinggroup.access.actor import Actor
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.groups.queries import group_by_slug, membership_of
from readinggroup.models import Group, Membership, Pitch, Round, User
from readinggroup.pitches.actions import pitch_talk, withdraw_pitch
from readinggroup.pitches.offers import Offer
from readinggroup.voting.actions import cast, open_round
from readinggroup.voting.ending_actions import close_round, release_round
from tests import build
from tests.build import NOW
from tests.conftest import token_in

TITLES = (
    "Meta Learning",
    "Quantum Probability",
    "Neural Information Retrieval",
    "Representation Learning",
)
VOTING = NOW + timedelta(hours=1)
LATER = NOW + timedelta(days=8)


def ours() -> Group:
    """The group ml-theory."""
    group = group_by_slug("ml-theory")
    assert group is not None
    return group


def place_of(name: str) -> Membership:
    """The membership of one of the cast in ml-theory."""
    user = db.session.scalar(select(User).where(User.name == name))
    assert user is not None
    place = membership_of(ours(), user.id)
    assert place is not None
    return place


def actor_of(name: str) -> Actor:
    """One of the cast as somebody who asks."""
    user = db.session.scalar(select(User).where(User.name == name))
    return Actor(user, place_of(name))


def pitches(titles: Sequence[str] = TITLES) -> list[Pitch]:
    """Open pitches by Mo, one for each title."""
    by = actor_of("Mo")
    return [
        pitch_talk(ours(), Offer(title=title, speakers=[f"Speaker of {title}"[:60]]), now=NOW, by=by)
        for title in titles
    ]


def opened(
    app: Flask, *, titles: Sequence[str] = TITLES, more: Sequence[int] = (), seats: int = 2, **terms: Any
) -> int:
    """The id of a round over new pitches and ``more`` that are there, open for a week from NOW; rule popular and no
    quorum unless told otherwise."""
    terms = {"rule": RoundRule.POPULAR, "title": "Talks of November", "quorum": 0} | terms
    with app.app_context(), writing():
        round_ = open_round(
            ours(),
            [*more, *(pitch.id for pitch in pitches(titles))],
            seats=seats,
            closes_on=date(2022, 11, 12),
            closes_time=time(18),
            now=NOW,
            by=actor_of("Ada"),
            **terms,
        )
        commit()
        return round_.id


def crowd(app: Flask, size: int, levels: Sequence[int] = ()) -> list[int]:
    """The membership ids of so many more members, with the given levels."""
    with app.app_context(), writing():
        made = [build.member(ours(), build.user(f"Voter {n}")) for n in range(1, size + 1)]
        for member, level in zip(made, levels, strict=False):
            member.level = level
        commit()
        return [member.id for member in made]


def voted(app: Flask, round_id: int, ballots: dict[int, Any]) -> dict[int, str]:
    """Cast ballots by titles (or tiers of titles); gives each membership's receipt."""
    receipts = {}
    with app.app_context(), writing():
        round_ = db.session.get_one(Round, round_id)
        ids = dict(db.session.execute(select(Pitch.title, Pitch.public_id)).all())
        for number, (member, titles) in enumerate(ballots.items()):
            choices = [ids[t] if isinstance(t, str) else [ids[one] for one in t] for t in titles]
            place = db.session.get_one(Membership, member)
            now = VOTING + timedelta(minutes=number)
            receipts[member] = cast(round_, place, choices, now=now)
        commit()
    return receipts


def closed(app: Flask, round_id: int, *, release: bool = False, now: datetime = LATER) -> None:
    """Close the round, and publish its results where asked."""
    with app.app_context(), writing():
        round_ = db.session.get_one(Round, round_id)
        close_round(ours(), round_, now=now, by=actor_of("Ada"))
        if release:
            release_round(ours(), round_, now=now, by=actor_of("Ada"))
        commit()


def released(app: Flask, round_id: int) -> None:
    """Publish the results of a closed round."""
    with app.app_context(), writing():
        release_round(ours(), db.session.get_one(Round, round_id), now=LATER, by=actor_of("Ada"))
        commit()


def withdrawn(app: Flask, title: str) -> None:
    """Mo takes back the pitch of that title."""
    with app.app_context(), writing():
        pitch = db.session.scalars(select(Pitch).where(Pitch.title == title)).one()
        withdraw_pitch(pitch, now=VOTING, by=actor_of("Mo"))
        commit()


def public_ids(app: Flask) -> dict[str, str]:
    """The public id of every pitch, by title."""
    with app.app_context():
        return dict(db.session.execute(select(Pitch.title, Pitch.public_id)).all())


def at(moment: datetime = VOTING) -> AbstractContextManager[Any]:
    """The clock stands at ``moment``, by default an hour after a round was opened."""
    return time_machine.travel(moment, tick=False)


def send(client: FlaskClient, url: str, fields: dict[str, Any], *, page: str) -> Any:
    """Post a form with the token of ``page``, where the page that shows the form is another one."""
    token = token_in(client.get(page).get_data(as_text=True))
    return client.post(url, data={"csrf_token": token, **fields})


Browser = Callable[[str | None], FlaskClient]


@contextmanager
def statements_of(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)
