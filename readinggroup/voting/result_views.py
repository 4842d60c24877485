"""What came out of a round, in words: why each pitch stands where it does, how ties were broken, and the drawing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from readinggroup.domain import tally
from readinggroup.domain.lifecycle import PitchState, RoundRule
from readinggroup.models import Pitch, Round
from readinggroup.voting.views import listed, many, rule_words
from readinggroup.web.drawings import Counted, StandingsDrawing, standings_drawing

LONGEST_FRACTION = 100


@dataclass(frozen=True)
class Lot:
    """What a pitch drew in a tie: SHA-256 of the seed and its id."""

    title: str
    public_id: str
    drawn: str


@dataclass(frozen=True)
class ResultsView:
    """What came out of a round, in words.

    ``lots`` are those of the pitches that a lot put in order, best first; often there is none.  ``seed_command`` gives
    the ``seed`` with which they were drawn, in a shell.
    """

    drawing: StandingsDrawing
    rule_words: str
    runners_up: str
    ties: tuple[str, ...]
    seed_command: str
    seed: str
    lots: tuple[Lot, ...]
    popular_words: str


def results_view(
    round_: Round,
    counted: tally.Count,
    popular: tally.Count | None,
    pitches: Mapping[str, Pitch],
    href: Callable[[Pitch], str],
    *,
    with_reasons: bool,
) -> ResultsView:
    """``pitches``  by public id.  ``popular``: None where no ballots are left to count otherwise.
    ``with_reasons``: whether levels, loads and duels may be told, which they may not
    where ballots are too few to be published."""
    titles = {public_id: pitch.title for public_id, pitch in pitches.items()}
    approved = {standing.pitch for standing in counted.standings if standing.approvals}
    ties = [tie for tie in counted.ties if approved.intersection(tie.between)]
    lines = [
        _line(standing, round_, counted, pitches[standing.pitch], href, with_reasons=with_reasons)
        for standing in counted.standings
    ]
    next_ones = [titles[each.pitch] for each in counted.standings if each.reached and not each.wins]
    known = (round_.public_id, round_.nonce or "", round_.digest or "")
    seed = tally.seed(*known)
    drew = dict.fromkeys(pitch for tie in ties if tie.broken_by == "lot" for pitch in tie.between)
    return ResultsView(
        drawing=standings_drawing(lines, ballots=counted.turnout, threshold=max(1, counted.threshold)),
        rule_words=rule_words(round_, counted),
        runners_up=listed(next_ones) if next_ones else "",
        ties=tuple(_tie_words(tie, titles) for tie in ties),
        seed_command=f"printf 'rg-tie-v1\\n%s\\n%s\\n%s\\n' {' '.join(known)} | sha256sum",
        seed=seed,
        lots=tuple(Lot(titles[pitch], pitch, tally.lot(seed, pitch)) for pitch in drew),
        popular_words=_popular_words(round_.rule, counted, popular, titles),
    )


def _line(
    standing: tally.Standing,
    round_: Round,
    counted: tally.Count,
    pitch: Pitch,
    href: Callable[[Pitch], str],
    *,
    with_reasons: bool,
) -> Counted:
    why = _why(standing, round_, counted, with_reasons=with_reasons)
    if pitch.state is PitchState.WITHDRAWN:
        why = f"{why} It was withdrawn after the round had closed.".strip()
    return Counted(
        title=pitch.title,
        approvals=standing.approvals,
        won=standing.wins,
        waiting=standing.waiting if with_reasons else 0,
        served=standing.served if with_reasons else 0,
        href=href(pitch),
        why=why,
    )


def _why(standing: tally.Standing, round_: Round, counted: tally.Count, *, with_reasons: bool) -> str:
    """Why a pitch stands where it does."""
    if not standing.reached:
        levels = _levels_words(standing) if with_reasons else ""
        return f"That is fewer than the {counted.threshold} that a pitch needs to win{levels}."
    if round_.rule is RoundRule.POPULAR:
        return _popular_reason(standing, counted)
    if not with_reasons:
        return ""
    if round_.rule is RoundRule.RANKED:
        return _ranked_reason(standing, counted)
    return "" if standing.load is None else _fair_reason(standing, standing.load)


def _popular_reason(standing: tally.Standing, counted: tally.Count) -> str:
    more = sum(other.approvals > standing.approvals for other in counted.standings)
    if not more:
        return "No pitch has more ticks."
    if standing.wins:
        return f"Only {'one pitch has' if more == 1 else f'{more} pitches have'} more ticks."
    if more >= len(counted.winners):
        return f"{'One pitch has' if more == 1 else f'{more} pitches have'} more ticks."
    return "It has as many ticks as the last winner; the lot decided."


def _ranked_reason(standing: tally.Standing, counted: tally.Count) -> str:
    others = sum(other.reached for other in counted.standings) - 1
    if not others:
        return "No other pitch reached the threshold."
    beaten = (
        "every other pitch" if standing.beats == others else f"{standing.beats} of the {others} other pitches"
    )
    return f"It beats {beaten}, in a duel or by a chain of them."


def _fair_reason(standing: tally.Standing, load: Fraction) -> str:
    """The place's price, who shared it, and what they had got before: sequential Phragmen in words."""
    sharing, supporters = standing.sharing, standing.approvals
    verb = "shared" if standing.wins else "would have shared"
    if sharing == supporters == 1:
        who = f"Its one supporter {verb.replace('shared', 'carried')} the cost of one place"
    elif sharing == supporters:
        who = f"Its {supporters} supporters {verb} the cost of one place"
    else:
        who = f"{sharing} of its {many(supporters, 'supporter')} {verb} the cost of one place"
    return f"{who}, which brings each to a load of {load_words(load)}{_levels_words(standing)}."


def _levels_words(standing: tally.Standing) -> str:
    """'; 3 of them had been waiting, and all of them had paid for a talk higher up'; empty where there is nothing."""
    told = (
        (standing.waiting, "had been waiting"),
        (standing.served, "had lately been served"),
        (standing.had_won, "had paid for a talk higher up"),
    )
    clauses = [
        f"{'all' if number == standing.approvals > 1 else number} of them {words}"
        for number, words in told
        if number
    ]
    if standing.approvals == 1:
        clauses = [words for number, words in told if number]
    *first, last = clauses or [""]
    return f"; {', '.join(first)}{' and ' if first else ''}{last}" if clauses else ""


def load_words(load: Fraction) -> str:
    """A short fraction as it is, a long one to three places."""
    return str(load) if load.denominator <= LONGEST_FRACTION else f"about {float(load):.3f}"


def _tie_words(tie: tally.Tie, titles: Mapping[str, str]) -> str:
    names = listed([titles[pitch] for pitch in tie.between])
    if tie.broken_by == "approvals":
        return f"{names} came out equal; the one with more ticks went first."
    return f"{names} came out equal, in ticks too; the lot put them in this order."


def _popular_words(
    rule: RoundRule, counted: tally.Count, popular: tally.Count | None, titles: Mapping[str, str]
) -> str:
    if rule is RoundRule.POPULAR or popular is None:
        return ""
    if set(popular.winners) == set(counted.winners):
        return "Counting the most ticks alone would have chosen the same talks."
    return f"Counting the most ticks alone would have chosen {_instead(counted.winners, popular.winners, titles)}."


def _instead(winners: Sequence[str], others: Sequence[str], titles: Mapping[str, str]) -> str:
    chosen = listed([titles[pitch] for pitch in others if pitch not in winners])
    left = listed([titles[pitch] for pitch in winners if pitch not in others])
    return f"{chosen} instead of {left}"
