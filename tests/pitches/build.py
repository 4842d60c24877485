"""Making pitches for tests."""

from typing import Any

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState
from readinggroup.groups.queries import group_by_slug, membership_of
from readinggroup.models import Group, Pitch, Round, RoundPitch, User
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.offers import Offer
from readinggroup.pitches.queries import pitch_in
from tests.build import NOW, saved


def the_group(slug: str = "ml-theory") -> Group:
    """The group of that slug."""
    found = group_by_slug(slug)
    assert found is not None
    return found


def actor_of(user_id: int, slug: str = "ml-theory") -> Actor:
    """The account as an actor in the group."""
    return Actor(db.session.get_one(User, user_id), membership_of(the_group(slug), user_id))


def pitch(
    user_id: int, title: str = "Meta Learning", state: PitchState = PitchState.OPEN, **said: Any
) -> int:
    """A pitch by ``user_id`` in ml-theory, committed; gives its id."""
    by = actor_of(user_id)
    said = {"speakers": (by.name,), **said}
    made = pitch_talk(the_group(), Offer(title=title, **said), now=NOW, by=by)
    made.state = state
    made.withdrawn_at = NOW if state is PitchState.WITHDRAWN else None
    saved()
    return made.id


def found(pitch_id: int) -> Pitch | None:
    """The pitch as the database has it now."""
    db.session.expire_all()
    return pitch_in(the_group(), pitch_id)


def round_with(pitch_id: int, state: RoundState = RoundState.OPEN) -> Round:
    """A round with the pitch on its paper, committed."""
    ours = the_group()
    over = state is not RoundState.OPEN
    made = Round(
        group_id=ours.id,
        public_id="round00001",
        number=1,
        title="First round",
        state=state,
        rule=RoundRule.POPULAR,
        seats=1,
        threshold_min=2,
        threshold_percent=10,
        opens_at=NOW,
        closes_at=NOW.replace(month=12),
        opened_at=NOW,
        closed_at=NOW if over else None,
        digest="d" if over else None,
        released_at=NOW if state is RoundState.RELEASED else None,
        nonce="n",
        nonce_commit="c",
        paper=[RoundPitch(pitch_id=pitch_id, position=1)],
    )
    db.session.add(made)
    saved()
    return made
