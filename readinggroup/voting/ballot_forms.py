"""The forms of ballots: ticks, or numbers for an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.validators import NumberRange, Optional

from readinggroup.domain.lifecycle import RoundRule
from readinggroup.voting.forms import CheckboxesField
from readinggroup.web.forms import Form, WholeNumberField

LOWEST_RANK = 99


class ApprovalForm(Form):
    """A ballot for ``fair`` and ``popular``: tick whatever you would come to."""

    approves = CheckboxesField(
        "Talks on the paper",
        unknown="Your ballot named something that isn't on this paper. Look at it again.",
    )

    @property
    def choices(self) -> list[str]:
        """The public ids that were ticked."""
        return list(self.approves.data or [])

    @property
    def is_filled(self) -> bool:
        """Whether anything is ticked."""
        return bool(self.choices)


class RankedForm(Form):
    """A ballot for ``ranked``: a number beside each pitch, 1 for the best; equal numbers are equal."""

    public_ids: Sequence[str] = ()

    @property
    def choices(self) -> list[list[str]]:
        """The tiers of public ids, best first; what has no number is in none."""
        tiers: dict[int, list[str]] = {}
        for public_id in self.public_ids:
            rank = self[rank_name(public_id)].data
            if rank is not None:
                tiers.setdefault(rank, []).append(public_id)
        return [tiers[rank] for rank in sorted(tiers)]

    def move(self, public_id: str, *, up: bool) -> int | None:
        """Put a pitch one place higher or lower, alone in its place, and number all places anew.

        Gives its new place; None where it has none, as below the last one.
        """
        tiers = moved(self.choices, public_id, up=up)
        places = {pitch: place for place, tier in enumerate(tiers, start=1) for pitch in tier}
        for pitch in self.public_ids:
            number = self[rank_name(pitch)]
            number.data, number.raw_data = places.get(pitch), None
        return places.get(public_id)

    @property
    def is_filled(self) -> bool:
        """Whether anything has a number."""
        return bool(self.choices)


def moved(tiers: Sequence[list[str]], pitch: str, *, up: bool) -> list[list[str]]:
    """``tiers``, best first, with ``pitch`` in a tier of its own one place higher or lower.

    What is in no tier comes up into a last one of its own; what is alone in the last one goes down into none.
    """
    at = next((place for place, tier in enumerate(tiers) if pitch in tier), None)
    if at is None:
        return [*tiers, [pitch]] if up else [*tiers]
    rest = [others for tier in tiers if (others := [other for other in tier if other != pitch])]
    was_alone = len(rest) < len(tiers)
    if not up and was_alone and at == len(rest):
        return rest
    place = (max(0, at - 1) if was_alone else at) if up else at + 1
    return [*rest[:place], [pitch], *rest[place:]]


def rank_name(public_id: str) -> str:
    """The name of the number field of a pitch."""
    return f"rank-{public_id}"


def ballot_form(rule: RoundRule, names: Mapping[str, str], recorded: Any) -> ApprovalForm | RankedForm:
    """The form for a ballot, filled in as the one that is recorded; nothing recorded is None.

    ``names``  the titles on the paper by their public ids, in the order of the form.
    """
    if rule is not RoundRule.RANKED:
        form = ApprovalForm(approves=list(recorded or []))
        form.approves.choices = dict(names)
        return form
    ranks = {pitch: place for place, tier in enumerate(recorded or [], start=1) for pitch in tier}
    fields: dict[str, Any] = {
        rank_name(public_id): WholeNumberField(
            title,
            validators=[Optional(), NumberRange(1, LOWEST_RANK, f"Give a number from 1 to {LOWEST_RANK}.")],
        )
        for public_id, title in names.items()
    }
    kind = type("RankedFormOfPaper", (RankedForm,), fields | {"public_ids": list(names)})
    made: RankedForm = kind(data={rank_name(pitch): place for pitch, place in ranks.items()})
    return made
