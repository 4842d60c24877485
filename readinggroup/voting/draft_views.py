"""A round that isn't open yet, as co-leads see it: what is chosen, and what keeps it from opening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from readinggroup.domain.lifecycle import PitchState
from readinggroup.models import Group, Pitch, Round
from readinggroup.voting.queries import SHORTEST
from readinggroup.voting.views import closing_words, quorum_words, rule_words
from readinggroup.web.when import When, moment


@dataclass(frozen=True)
class DraftView:
    """A draft in lists and on its own page.

    ``opens``       when it opens by itself, or None.
    ``hindrances``  sentences on what keeps it from opening, and on what opening will leave out.
    ``can_open``    whether it could open now.
    """

    id: int
    title: str
    opens: When | None
    closes: When
    is_ranked: bool
    terms: tuple[tuple[str, str], ...]
    hindrances: tuple[str, ...]
    can_open: bool


def draft_view(
    round_: Round, group: Group, paper: Sequence[Pitch], *, running: Round | None, now: datetime
) -> DraftView:
    """``paper``: its pitches, open or not;  ``running``: the group's open round."""
    reasons = stops(round_, paper, running, now)
    gone = [pitch.title for pitch in paper if pitch.state is not PitchState.OPEN]
    left_out = (f"“{title}” isn't open any more and will not be on the paper." for title in gone)
    return DraftView(
        id=round_.id,
        title=round_.title,
        opens=moment(round_.opens_at, group.zone) if round_.opens_by_itself else None,
        closes=moment(round_.closes_at, group.zone),
        is_ranked=round_.rule.value == "ranked",
        terms=tuple(_terms(round_, group)),
        hindrances=(*reasons.values(), *left_out),
        can_open=not reasons,
    )


def stops(round_: Round, paper: Sequence[Pitch], running: Round | None, now: datetime) -> dict[str, str]:
    """What keeps the round from opening now and what helps, in sentences, by a short name of each."""
    reasons = {}
    if running is not None:
        reasons["running"] = f"Round {running.number} is still open. This one can open once that is closed."
    if round_.closes_at < now + SHORTEST:
        reasons["closing"] = "Its closing time is over. Give it a later one."
    if not any(pitch.state is PitchState.OPEN for pitch in paper):
        reasons["paper"] = "None of its pitches is open any more. Choose others."
    return reasons


def _terms(round_: Round, group: Group) -> list[tuple[str, str]]:
    closes = moment(round_.closes_at, group.zone)
    return [
        ("Places to win", str(round_.seats)),
        ("Closes", f"{closing_words(closes)} {closes.place}, {closes.offset}"),
        ("How it is counted", rule_words(round_)),
        ("Quorum", quorum_words(round_, group) or "None: it is valid whoever votes."),
        ("Reminder", "A day before closing, to those who have not voted." if round_.nudges else "None."),
        (
            "Results",
            "Published at once when it is counted."
            if round_.releases_at_once
            else "Published by a co-lead once it is counted.",
        ),
    ]
