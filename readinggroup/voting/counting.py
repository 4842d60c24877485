"""From rows to a countable round and back: the sheet that is counted, and what is published of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain import tally
from readinggroup.domain.lifecycle import PitchState, RoundRule
from readinggroup.domain.season import FEWEST_BALLOTS, SMALLEST_CLASS, may_show_ballots
from readinggroup.models import Ballot, Pitch, Round, RoundPitch, Standing
from readinggroup.voting.queries import COUNTED, participants_of, standings_of

TOTALS_FORMAT = "rg-totals-1"
TOO_FEW = f"Fewer than {FEWEST_BALLOTS} ballots were cast"
FEW_OF_A_LEVEL = (
    f"Fewer than {SMALLEST_CLASS} ballots came from members of one level (waiting, even or recently served)"
)

Choices = list[str] | list[list[str]]


class BallotRow(NamedTuple):
    """A ballot as the count needs it; ``membership_id`` is None once the round is closed."""

    receipt: str
    membership_id: int | None
    level: int
    choices: Choices


def ballot_rows(round_: Round) -> list[BallotRow]:
    """The round's ballots, sorted by receipt."""
    columns = (Ballot.receipt, Ballot.membership_id, Ballot.level, Ballot.choices)
    rows = db.session.execute(select(*columns).where(Ballot.round_id == round_.id).order_by(Ballot.receipt))
    return [BallotRow(*row) for row in rows]


def countable_pitches(round_: Round) -> list[str]:
    """The public ids that take part in the count, sorted: what is on the paper and was not withdrawn by closing."""
    if round_.state in COUNTED:
        ids = select(Pitch.public_id).join(Standing).where(Standing.round_id == round_.id)
    else:
        ids = (
            select(Pitch.public_id)
            .join(RoundPitch)
            .where(RoundPitch.round_id == round_.id, Pitch.state != PitchState.WITHDRAWN)
        )
    return sorted(db.session.scalars(ids))


def remaining(choices: Choices, pitches: Collection[str]) -> Choices:
    """``choices`` without what isn't among ``pitches``; a tier that becomes empty goes."""
    kept: list[Any] = []
    for choice in choices:
        if isinstance(choice, str):
            kept += [choice] if choice in pitches else []
        elif tier := [pitch for pitch in choice if pitch in pitches]:
            kept.append(tier)
    return kept


def sheet_of(round_: Round, pitches: Sequence[str], rows: Iterable[BallotRow]) -> tally.RoundPaper:
    """The round as ``domain/tally.py`` counts it.  ``pitches``  the public ids that take part."""
    among = frozenset(pitches)
    ballots = [_counted(round_.rule, row.receipt, row.level, remaining(row.choices, among)) for row in rows]
    return tally.RoundPaper(
        rule=round_.rule.value,
        seats=round_.seats,
        pitches=tuple(pitches),
        ballots=ballots,
        threshold=tally.Threshold(round_.threshold_min, round_.threshold_percent),
        unit=Fraction(round_.unit),
        round=round_.public_id,
        nonce=round_.nonce or "",
    )


def _counted(rule: RoundRule, receipt: str, level: int, choices: Choices) -> tally.Ballot:
    if rule is RoundRule.RANKED:
        return tally.Ballot(ranking=tuple(map(tuple, choices)), level=level, receipt=receipt)
    return tally.Ballot(approves=tuple(choices), level=level, receipt=receipt)  # type: ignore[arg-type]


def closed_sheet(round_: Round) -> tally.RoundPaper:
    """A counted round's sheet, from the ballots that were kept without their voters."""
    return sheet_of(round_, countable_pitches(round_), ballot_rows(round_))


def outcome(round_: Round) -> tuple[tally.RoundPaper, tally.Count]:
    """A counted round's sheet, and what came out of it.

    Where ballots were too few to be published a group that came by its file (docs/group-file.md) doesn't have them:
    what came out is then what was kept of the count.
    """
    sheet = closed_sheet(round_)
    if sheet.ballots or not round_.turnout:
        return sheet, tally.count(sheet)
    needed = tally.threshold(round_.turnout, sheet.threshold)
    standings = tuple(
        tally.Standing(row.pitch.public_id, row.approvals, 0, 0, row.place, row.won, row.approvals >= needed)
        for row in standings_of(round_)
    )
    order, winners = (each.pitch for each in standings), (each.pitch for each in standings if each.wins)
    return sheet, tally.Count(tuple(order), tuple(winners), (), standings, round_.turnout, needed, ())


def by_approvals_alone(sheet: tally.RoundPaper) -> tally.Count:
    """What rule ``popular`` would have chosen from the same ballots."""
    ballots = [tally.Ballot(ballot.named, (), ballot.level, ballot.receipt) for ballot in sheet.ballots]
    return tally.count(replace(sheet, rule="popular", ballots=ballots))


def why_totals_alone(sheet: tally.RoundPaper, turnout: int) -> str:
    """Why the ballots of a round aren't published, in a sentence or two; empty where each hides among the others."""
    levels = [ballot.level for ballot in sheet.ballots]
    if may_show_ballots(levels):
        return ""
    reason = TOO_FEW if turnout < FEWEST_BALLOTS else FEW_OF_A_LEVEL
    return f"{reason}. Single ballots could be traced to their voters, so only totals are published."


def published(round_: Round, sheet: tally.RoundPaper, counted: tally.Count) -> dict[str, Any]:
    """``round.json``: all that it takes to count again, or, where that would tell on voters, the totals alone.

    Few voters' names beside totals would tell on them too: one ballot's voter is known by the name.
    """
    about = {
        "commit": round_.nonce_commit,
        "title": round_.title,
        "titles": titles_of(sheet.pitches),
    }
    whole, too_few = tally.round_json(sheet, counted), why_totals_alone(sheet, counted.turnout)
    if not too_few:
        return whole | about | {"participants": list(participants_of(round_))}
    kept = {name: value for name, value in whole.items() if name not in {"format", "ballots"}}
    kept["digest"] = round_.digest
    return {
        "format": TOTALS_FORMAT,
        "because": too_few,
        **kept,
        "turnout": counted.turnout,
        "totals": {standing.pitch: standing.approvals for standing in counted.standings},
        **about,
    }


def titles_of(public_ids: Collection[str]) -> dict[str, str]:
    """The titles of pitches, by public id."""
    rows = db.session.execute(
        select(Pitch.public_id, Pitch.title).where(Pitch.public_id.in_(public_ids)).order_by(Pitch.public_id)
    )
    return dict(rows.all())


def named_on(choices: Choices) -> list[str]:
    """Every public id on a ballot, in its order."""
    return list(chain.from_iterable([choice] if isinstance(choice, str) else choice for choice in choices))
