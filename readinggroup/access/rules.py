"""Every permission, on one page.  A rule takes the actor, then whatever the door has loaded for it."""

from readinggroup.access.actor import Actor
from readinggroup.domain.lifecycle import PitchState
from readinggroup.models import Pitch, Round, Talk

WITHDRAWABLE = frozenset(PitchState) - {PitchState.GIVEN, PitchState.WITHDRAWN}
EDITABLE = frozenset({PitchState.DRAFT, PitchState.OPEN})


def anyone(actor: Actor) -> bool:
    """The public."""
    return actor is not None


def signed_in(actor: Actor) -> bool:
    """Whoever has an account."""
    return actor.is_signed_in


def is_member(actor: Actor) -> bool:
    """Members and co-leads of the group."""
    return actor.is_member


def is_co_lead(actor: Actor) -> bool:
    """Co-leads of the group."""
    return actor.is_co_lead


def is_author(actor: Actor, pitch: Pitch) -> bool:
    """The member who made the pitch."""
    return actor.is_member and pitch.author_id is not None and pitch.author_id == actor.user_id


def may_see_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Members see pitches; a draft is its author's alone."""
    return actor.is_member and (pitch.state is not PitchState.DRAFT or is_author(actor, pitch))


def may_edit_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, while it isn't on a paper or past one; a draft only its author."""
    if pitch.state is PitchState.DRAFT:
        return is_author(actor, pitch)
    return pitch.state in EDITABLE and (is_author(actor, pitch) or actor.is_co_lead)


def may_withdraw_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, until it is given."""
    return (
        pitch.state in WITHDRAWABLE
        and may_see_pitch(actor, pitch)
        and (is_author(actor, pitch) or actor.is_co_lead)
    )


def may_tend_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, whatever its state, which only what they then ask for may refuse."""
    return may_see_pitch(actor, pitch) and (is_author(actor, pitch) or actor.is_co_lead)


def may_reopen_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, once it is withdrawn."""
    return pitch.state is PitchState.WITHDRAWN and may_tend_pitch(actor, pitch)


def may_see_note(actor: Actor, pitch: Pitch) -> bool:
    """The author and the co-leads see what is meant for the co-leads: the note, and the days away."""
    return may_tend_pitch(actor, pitch)


def may_see_totals(actor: Actor, round_: Round) -> bool:
    """Nobody before the release; then whoever may see the group's rounds.  The one function that decides."""
    return round_.released_at is not None and actor.is_member


def may_tend_talk(actor: Actor, talk: Talk) -> bool:
    """Who adds reading and slides to a talk: the co-leads, and its speakers who have an account here."""
    speaks = any(
        speaker.user_id is not None and speaker.user_id == actor.user_id for speaker in talk.speakers
    )
    return actor.is_co_lead or (actor.is_member and speaks)
