"""The states that things pass through, the moves between them, and the closed lists of kinds and rules."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar


class PitchState(StrEnum):
    """Where a pitch stands.  One that loses its round is open again."""

    DRAFT = "draft"
    OPEN = "open"
    IN_ROUND = "in_round"
    WON = "won"
    SCHEDULED = "scheduled"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ChangeState(StrEnum):
    """Where a proposed change of a pitch stands; WITHDRAWN: its author took it back, or proposed another."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RoundState(StrEnum):
    """Where a round stands.  Its totals are seen from RELEASED on, by everybody at once."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    CANCELLED = "cancelled"


class ProjectState(StrEnum):
    """How far a research proposal is, whatever state its pitch is in."""

    PROPOSED = "proposed"
    LOOKING = "looking"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    SET_ASIDE = "set_aside"


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


class TalkState(StrEnum):
    """Where a talk stands.  WITHDRAWN and REPLACED rows stay: the archive tells what was planned."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class PitchKind(StrEnum):
    """What is offered; ``label`` is the word for people."""

    TALK = "talk"
    PAPER = "paper"
    CHAPTER = "chapter"
    PROPOSAL = "proposal"

    @property
    def label(self) -> str:
        return _PITCH_LABELS[self]


class MaterialKind(StrEnum):
    """What a material of a talk or a meeting is."""

    SLIDES = "slides"
    RECORDING = "recording"
    PAPER = "paper"
    CODE = "code"
    NOTES = "notes"
    IMAGE = "image"
    LINK = "link"


class RoundRule(StrEnum):
    """How a round is counted (docs/voting.md)."""

    FAIR = "fair"
    POPULAR = "popular"
    RANKED = "ranked"


class Role(StrEnum):
    """What a membership allows."""

    APPLICANT = "applicant"
    MEMBER = "member"
    CO_LEAD = "co_lead"


class JoinPolicy(StrEnum):
    """How people come into a group."""

    OPEN = "open"
    APPLY = "apply"
    INVITE = "invite"


class Audience(StrEnum):
    """Who sees a part of a group; each sees what the ones before see."""

    PUBLIC = "public"
    MEMBERS = "members"
    CO_LEADS = "co_leads"


class MembershipState(StrEnum):
    """Whether a membership still counts."""

    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"


State = TypeVar("State", PitchState, RoundState, MeetingState, TalkState, ProjectState)


class NotAllowed(Exception):
    """The move from ``old`` to ``new`` is in no table of this module."""

    def __init__(self, old: StrEnum, new: StrEnum) -> None:
        super().__init__(f"{type(old).__name__}: {old.value} can't become {new.value}")
        self.old, self.new = old, new

    def __reduce__(self) -> tuple[type["NotAllowed"], tuple[StrEnum, StrEnum]]:
        return type(self), (self.old, self.new)


def may_become(old: State, new: State) -> bool:
    """Whether one move leads from ``old`` to ``new``; staying what it is, is no move."""
    return new in _MOVES[type(old)][old]


def become(old: State, new: State) -> State:
    """``new``, where that move is allowed: ``talk.state = become(talk.state, TalkState.GIVEN)``.

    Raises NotAllowed otherwise.
    """
    if not may_become(old, new):
        raise NotAllowed(old, new)
    return new


def next_states(old: State) -> frozenset[State]:
    """Every state that ``old`` may become; empty for a final one."""
    moves: frozenset[State] = _MOVES[type(old)][old]
    return moves


_PITCH_LABELS: Mapping[PitchKind, str] = MappingProxyType(
    {
        PitchKind.TALK: "Talk",
        PitchKind.PAPER: "Paper discussion",
        PitchKind.CHAPTER: "Book chapter",
        PitchKind.PROPOSAL: "Research proposal",
    }
)

# A runner-up is open again after its round and can still be called in when a speaker drops out, therefore
# open -> scheduled; a talk taken off the programme leaves its pitch won, or open where it had not won.  What was
# withdrawn can be offered again, and waits for a round like any other, therefore withdrawn -> open.
_PITCH_MOVES: Mapping[PitchState, frozenset[PitchState]] = {
    PitchState.DRAFT: frozenset({PitchState.OPEN, PitchState.WITHDRAWN}),
    PitchState.OPEN: frozenset({PitchState.IN_ROUND, PitchState.SCHEDULED, PitchState.WITHDRAWN}),
    PitchState.IN_ROUND: frozenset({PitchState.WON, PitchState.OPEN, PitchState.WITHDRAWN}),
    PitchState.WON: frozenset({PitchState.SCHEDULED, PitchState.WITHDRAWN}),
    PitchState.SCHEDULED: frozenset(
        {PitchState.GIVEN, PitchState.WON, PitchState.OPEN, PitchState.WITHDRAWN}
    ),
    PitchState.GIVEN: frozenset(),
    PitchState.WITHDRAWN: frozenset({PitchState.OPEN}),
}

# A closed round never opens again; it can be cancelled when too few voted and the co-leads decide so.
_ROUND_MOVES: Mapping[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.OPEN: frozenset({RoundState.CLOSED, RoundState.CANCELLED}),
    RoundState.CLOSED: frozenset({RoundState.RELEASED, RoundState.CANCELLED}),
    RoundState.RELEASED: frozenset(),
    RoundState.CANCELLED: frozenset(),
}

# A group has one meeting on a date and start, so a cancelled one that takes place after all is the same row.
_MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.ANNOUNCED, MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.ANNOUNCED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset({MeetingState.PLANNED}),
}

# A confirmed talk that moves to another date has to be confirmed anew, therefore confirmed -> planned.
_TALK_MOVES: Mapping[TalkState, frozenset[TalkState]] = {
    TalkState.PLANNED: frozenset(
        {TalkState.CONFIRMED, TalkState.GIVEN, TalkState.WITHDRAWN, TalkState.REPLACED}
    ),
    TalkState.CONFIRMED: frozenset(
        {TalkState.PLANNED, TalkState.GIVEN, TalkState.WITHDRAWN, TalkState.REPLACED}
    ),
    TalkState.GIVEN: frozenset(),
    TalkState.WITHDRAWN: frozenset(),
    TalkState.REPLACED: frozenset(),
}

# Nothing about research is for good: what was finished or set aside can be taken up again.
_PROJECT_MOVES: Mapping[ProjectState, frozenset[ProjectState]] = {
    ProjectState.PROPOSED: frozenset({ProjectState.LOOKING, ProjectState.UNDER_WAY, ProjectState.SET_ASIDE}),
    ProjectState.LOOKING: frozenset({ProjectState.PROPOSED, ProjectState.UNDER_WAY, ProjectState.SET_ASIDE}),
    ProjectState.UNDER_WAY: frozenset({ProjectState.LOOKING, ProjectState.FINISHED, ProjectState.SET_ASIDE}),
    ProjectState.FINISHED: frozenset({ProjectState.UNDER_WAY}),
    ProjectState.SET_ASIDE: frozenset({ProjectState.PROPOSED, ProjectState.LOOKING, ProjectState.UNDER_WAY}),
}

# One table for each type: members of two StrEnums with the same text are equal and would share a key.
_MOVES: Mapping[type[StrEnum], Mapping[Any, frozenset[Any]]] = {
    PitchState: _PITCH_MOVES,
    RoundState: _ROUND_MOVES,
    MeetingState: _MEETING_MOVES,
    TalkState: _TALK_MOVES,
    ProjectState: _PROJECT_MOVES,
}
