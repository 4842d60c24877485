"""Pitches, the rounds that vote on them, and the projects that some of them are."""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.access.rules.sight import may_see_pitches, may_see_results
from readinggroup.domain.lifecycle import PitchState, RoundState
from readinggroup.models import Group, Pitch, PitchChange, Round

WITHDRAWABLE = frozenset(PitchState) - {PitchState.GIVEN, PitchState.WITHDRAWN}
EDITABLE = frozenset({PitchState.DRAFT, PitchState.OPEN})


def is_author(actor: Actor, pitch: Pitch) -> bool:
    """The member who made the pitch."""
    return actor.is_member and pitch.author_id is not None and pitch.author_id == actor.user_id


def may_see_pitch(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Its author, and whoever sees the board; a draft is its author's alone."""
    if pitch.state is PitchState.DRAFT:
        return is_author(actor, pitch)
    return is_author(actor, pitch) or may_see_pitches(actor, group)


def may_edit_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, while it isn't on a paper or past one; a draft only its author."""
    if pitch.state is PitchState.DRAFT:
        return is_author(actor, pitch)
    return pitch.state in EDITABLE and (is_author(actor, pitch) or actor.is_co_lead)


def may_withdraw_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, until it is given."""
    return pitch.state in WITHDRAWABLE and may_tend_pitch(actor, pitch)


def may_tend_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, whatever its state, which only what they then ask for may refuse."""
    return is_author(actor, pitch) or (actor.is_co_lead and pitch.state is not PitchState.DRAFT)


def may_reopen_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, once it is withdrawn."""
    return pitch.state is PitchState.WITHDRAWN and may_tend_pitch(actor, pitch)


def may_mark_interest(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Members, on pitches that they see; only its state may refuse it."""
    return actor.is_member and may_see_pitch(actor, pitch, group)


def may_propose_change(actor: Actor, pitch: Pitch) -> bool:
    """Its author, and the co-leads, who then accept it in the open like any other."""
    return may_tend_pitch(actor, pitch)


def may_take_back_change(actor: Actor, change: PitchChange) -> bool:
    """Whoever proposed it, while they are a member."""
    return actor.is_member and change.by_id is not None and change.by_id == actor.user_id


def may_decide_change(actor: Actor, change: PitchChange) -> bool:
    """The co-leads."""
    return actor.is_co_lead and change is not None


def may_see_note(actor: Actor, pitch: Pitch) -> bool:
    """The author and the co-leads see what is meant for the co-leads: the note, and the days away."""
    return may_tend_pitch(actor, pitch)


def may_see_round(actor: Actor, round_: Round) -> bool:
    """Members see rounds; one that isn't open yet is the co-leads' alone."""
    return actor.is_member and (round_.state is not RoundState.DRAFT or actor.is_co_lead)


def may_see_totals(actor: Actor, round_: Round, group: Group) -> bool:
    """Nobody before the release; then whoever may see the group's results.  The one function that decides."""
    return round_.released_at is not None and may_see_results(actor, round_, group)


def may_join_project(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Members take part in research proposals that they see, and leave them; only the pitch's state may refuse it."""
    return actor.is_member and may_see_pitch(actor, pitch, group)


class AboutProject(Protocol):
    """A research proposal and who takes part in it."""

    @property
    def user_ids(self) -> frozenset[int]:
        """The accounts of those who take part, its author's among them."""


def may_tell_of_project(actor: Actor, project: AboutProject) -> bool:
    """Who takes part, and the co-leads."""
    return actor.is_co_lead or (actor.is_member and actor.user_id in project.user_ids)


class HasTeller(Protocol):
    """Something told of a project: a row with who told it, or a view of one."""

    @property
    def by_id(self) -> int:
        """The account of who told it."""


def may_take_update_back(actor: Actor, update: HasTeller) -> bool:
    """Who told it, while they are a member, and the co-leads."""
    return actor.is_co_lead or (actor.is_member and actor.user_id == update.by_id)
