"""States, their moves, and the words of the closed lists."""

import pickle
from itertools import pairwise

import pytest

from readinggroup.domain.lifecycle import (
    JoinPolicy,
    MaterialKind,
    MeetingState,
    MembershipState,
    NotAllowed,
    PitchKind,
    PitchState,
    ProjectState,
    Role,
    RoundRule,
    RoundState,
    TalkState,
    become,
    may_become,
    next_states,
)

WAYS = [
    (PitchState, "draft open in_round won scheduled given"),
    (RoundState, "draft open closed released"),
    (MeetingState, "planned announced held"),
    (TalkState, "planned confirmed given"),
]


@pytest.mark.parametrize(("states", "way"), WAYS)
def test_every_way_can_be_gone_step_by_step(states, way):
    steps = [states(word) for word in way.split()]

    walked = [steps[0]]
    for step in steps[1:]:
        walked.append(become(walked[-1], step))

    assert walked == steps


@pytest.mark.parametrize(("states", "way"), WAYS)
def test_no_way_can_be_gone_backwards_from_its_end(states, way):
    end = states(way.split()[-1])

    assert next_states(end) == frozenset()


def test_a_research_proposal_goes_its_way_and_can_be_taken_up_again():
    way = ["proposed", "looking", "under_way", "finished", "under_way", "set_aside", "looking"]
    for old, new in pairwise(map(ProjectState, way)):
        assert become(old, new) is new

    assert not may_become(ProjectState.PROPOSED, ProjectState.FINISHED)
    assert not may_become(ProjectState.FINISHED, ProjectState.SET_ASIDE)


@pytest.mark.parametrize("state", ["draft", "open", "in_round", "won", "scheduled"])
def test_a_pitch_can_be_withdrawn_from_any_state_before_given(state):
    assert may_become(PitchState(state), PitchState.WITHDRAWN)


def test_a_given_pitch_cannot_be_withdrawn():
    assert not may_become(PitchState.GIVEN, PitchState.WITHDRAWN)


def test_a_withdrawn_pitch_can_be_offered_again_and_nothing_else():
    assert next_states(PitchState.WITHDRAWN) == {PitchState.OPEN}


def test_a_pitch_that_lost_is_open_again():
    assert become(PitchState.IN_ROUND, PitchState.OPEN) is PitchState.OPEN


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.RELEASED, RoundState.CANCELLED])
def test_a_round_that_was_closed_never_opens_again(state):
    assert not may_become(state, RoundState.OPEN)


def test_a_cancelled_meeting_can_be_planned_again_and_nothing_else():
    assert next_states(MeetingState.CANCELLED) == {MeetingState.PLANNED}


@pytest.mark.parametrize("state", [TalkState.PLANNED, TalkState.CONFIRMED])
def test_a_talk_that_was_not_given_can_be_withdrawn_or_replaced(state):
    assert {TalkState.WITHDRAWN, TalkState.REPLACED} <= next_states(state)


@pytest.mark.parametrize("states", [PitchState, RoundState, MeetingState, TalkState, ProjectState])
def test_staying_is_no_move_and_every_state_has_its_row(states):
    assert [state for state in states if may_become(state, state)] == []


def test_states_of_two_types_with_one_word_have_their_own_moves():
    assert PitchState.OPEN == RoundState.OPEN
    assert PitchState.IN_ROUND in next_states(PitchState.OPEN)
    assert RoundState.CLOSED in next_states(RoundState.OPEN)
    assert len(next_states(RoundState.OPEN)) == 2


def test_become_refuses_with_both_states_and_words():
    with pytest.raises(NotAllowed) as refusal:
        become(TalkState.GIVEN, TalkState.PLANNED)

    assert (refusal.value.old, refusal.value.new) == (TalkState.GIVEN, TalkState.PLANNED)
    assert str(refusal.value) == "TalkState: given can't become planned"
    assert pickle.loads(pickle.dumps(refusal.value)).new is TalkState.PLANNED


def test_pitch_kinds_have_labels():
    assert [kind.label for kind in PitchKind] == [
        "Talk",
        "Paper discussion",
        "Book chapter",
        "Research proposal",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (MaterialKind, "slides recording paper code notes image link"),
        (RoundRule, "fair popular ranked"),
        (Role, "applicant member co_lead"),
        (JoinPolicy, "open apply invite"),
        (MembershipState, "active left removed"),
    ],
)
def test_closed_lists_hold_these_words(words, expected):
    assert [str(word) for word in words] == expected.split()
