"""Rounds, papers and ballots as pages show them: words and ready values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from readinggroup.domain import tally
from readinggroup.domain.lifecycle import Audience, PitchKind, PitchState, RoundRule, RoundState
from readinggroup.models import Ballot, Group, Pitch, PitchChapter, Round, Speaker
from readinggroup.voting.counting import Choices, named_on
from readinggroup.voting.queries import awaits_decision
from readinggroup.web.when import When, moment

RULES = {
    RoundRule.FAIR: "Fair: the cost of a place is shared by those who ticked the talk, so that every part of the "
    "group gets its turn.",
    RoundRule.POPULAR: "Popular: the talks with the most ticks win.",
    RoundRule.RANKED: "Ranked: members put the pitches in order, and the one that wins every duel wins.",
}


@dataclass(frozen=True)
class RoundView:
    """A round in lists and at the head of its pages; see the templates for what each word is for."""

    id: int
    number: int
    title: str
    state: RoundState
    is_ranked: bool
    takes_ballots: bool
    is_released: bool
    closes: When
    closed: When | None
    seats_words: str
    offer_words: str
    turnout_words: str
    has_voted: bool = False
    winners: tuple[str, ...] = ()
    because: str = ""
    quorum_words: str = ""
    was_extended: bool = False
    awaits_decision: bool = False


@dataclass(frozen=True)
class Link:
    """An address that belongs to a pitch, with words to click on."""

    title: str
    url: str


@dataclass(frozen=True)
class PaperLine:
    """A pitch on a ballot; ``is_changed`` since the round opened."""

    id: int
    public_id: str
    title: str
    kind: PitchKind
    chapter: PitchChapter | None
    speakers: Sequence[Speaker]
    abstract: str
    links: tuple[Link, ...]
    waited_words: str
    is_withdrawn: bool
    is_changed: bool


def round_view(
    round_: Round,
    group: Group,
    *,
    size: int,
    turnout: int,
    voters: int,
    taking: bool,
    has_voted: bool = False,
    winners: tuple[str, ...] = (),
) -> RoundView:
    """``size``: pitches on the paper; ``voters``: who may vote, 0 where the viewer isn't one of them and is
    told no turnout; ``taking``: whether it takes ballots now."""
    voted = f"{people(turnout)} voted"
    if round_.closed_at is None:
        voted = f"{turnout} of {people(voters)} {'has' if voters == 1 else 'have'} voted" if voters else ""
    ended_at = round_.closed_at or round_.cancelled_at
    return RoundView(
        id=round_.id,
        number=round_.number,
        title=round_.title,
        state=round_.state,
        is_ranked=round_.rule is RoundRule.RANKED,
        takes_ballots=taking,
        is_released=round_.state is RoundState.RELEASED,
        closes=moment(round_.closes_at, group.zone),
        closed=moment(ended_at, group.zone) if ended_at else None,
        seats_words=many(round_.seats, "place"),
        offer_words=f"{many(size, 'pitch', 'pitches')}, {many(round_.seats, 'place')}",
        turnout_words=voted,
        has_voted=has_voted,
        winners=winners,
        because=round_.cancelled_because or round_.released_because,
        quorum_words=quorum_words(round_, group),
        was_extended=round_.extended_from is not None,
        awaits_decision=awaits_decision(round_),
    )


def audience_words(round_: Round) -> str:
    """Who sees the results, as the voters are told while they vote."""
    return {
        Audience.PUBLIC: "The results come out for everybody at once, members or not; only members see the names of "
        "those who took part.",
        Audience.MEMBERS: "The results come out for all members at once, with the names of those who took part.",
        Audience.CO_LEADS: "The results come out for the co-leads alone, with the names of those who took part.",
    }[round_.results_seen_by] + " That can't be widened any more."


def quorum_words(round_: Round, group: Group) -> str:
    """How many have to vote, and whether the round was extended for want of them; empty without a quorum."""
    if not round_.quorum:
        return ""
    needs = f"It takes {many(round_.quorum, 'ballot')} to make this round valid."
    if round_.extended_from is not None:
        was = closing_words(moment(round_.extended_from, group.zone))
        return f"{needs} Fewer had come by {was}, so it was extended once by its own length."
    return f"{needs} With fewer it is extended once by its own length."


def paper_lines(pitches: Sequence[Pitch], changed: Collection[int] = ()) -> list[PaperLine]:
    """The pitches of a paper, in the order given; ``changed``: the ids of those that say something else by now."""
    return [
        PaperLine(
            id=pitch.id,
            public_id=pitch.public_id,
            title=pitch.title,
            kind=pitch.kind,
            chapter=pitch.chapter,
            speakers=pitch.speakers,
            abstract=pitch.abstract,
            links=tuple(Link(link.title or link.url, link.url) for link in pitch.links),
            waited_words=f"has waited {many(pitch.rounds_waited, 'round')}" if pitch.rounds_waited else "",
            is_withdrawn=pitch.state is PitchState.WITHDRAWN,
            is_changed=pitch.id in changed,
        )
        for pitch in pitches
    ]


def recorded_words(ballot: Ballot, round_: Round, group: Group, now: datetime) -> str:
    """When the ballot was recorded and until when it can be changed, as the group's clocks show it."""
    if ballot.cast_at is None:
        return ""
    cast, closes = moment(ballot.cast_at, group.zone), moment(round_.closes_at, group.zone)
    today = cast.date_words == moment(now, group.zone).date_words
    when = f"at {cast.time_words}" if today else f"on {cast.short_date} at {cast.time_words}"
    return f"Recorded {when}. You can change it until {closing_words(closes)}."


def moved_words(title: str, place: int | None) -> str:
    """What a button for up or down did."""
    where = f"now has place {place}" if place else "has no place now and comes last"
    return f"“{title}” {where}. Nothing is saved before you cast your ballot."


def closing_words(closes: When) -> str:
    """ "Friday 2 Dec, 18:00"."""
    weekday = closes.date_words.partition(" ")[0]
    return f"{weekday} {closes.short_date}, {closes.time_words}"


def rule_words(round_: Round, counted: tally.Count | None = None) -> str:
    """How the round is, or was, counted, in a sentence or two."""
    mark = "number" if round_.rule is RoundRule.RANKED else "tick"
    needs = (
        f"A pitch needed a {mark} on {many(counted.threshold, 'ballot')} to win."
        if counted
        else f"To win, a pitch needs a {mark} on {round_.threshold_percent} % of the ballots, and on at least "
        f"{round_.threshold_min}."
    )
    return f"{RULES[round_.rule]} {needs}"


def listed(names: Sequence[str]) -> str:
    """ "A, B and C", each in quotation marks; "none" where there is none."""
    quoted = [f"“{name}”" for name in names]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "none"


def many(number: int, one: str, more: str = "") -> str:
    """ "1 place", "4 places"."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def people(number: int) -> str:
    """ "1 member", "31 members"."""
    return many(number, "member")


def found_words(ballot: Ballot, titles: Mapping[str, str]) -> str:
    """What a ballot that was found by its receipt says."""
    if not ballot.choices:
        return "This ballot is blank: it counted as turnout and ticks nothing."
    return f"This ballot {chosen_words(ballot.choices, titles)}."


def chosen_words(choices: Choices, titles: Mapping[str, str]) -> str:
    """What a ballot chooses, such as 'ticks “A” and “B”', or 'puts “A”, then “B”'."""
    if not choices:
        return "is blank"
    if isinstance(choices[0], str):
        return f"ticks {listed(sorted(titles[pitch] for pitch in named_on(choices)))}"
    tiers = [listed(sorted(titles[pitch] for pitch in named_on([tier]))) for tier in choices]
    return f"puts {', then '.join(tiers)}"
