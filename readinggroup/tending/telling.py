"""Chores in words: what is to be done, where, by when, and who has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from readinggroup.domain.chores import Chore
from readinggroup.domain.reasons import listed
from readinggroup.models import Absence
from readinggroup.scheduling.telling import counted, span_words
from readinggroup.scheduling.views import TalkView
from readinggroup.tending.queries import OpenChore, Team
from readinggroup.web.when import date_words

WORDS = {
    Chore.RESULTS: "Release the results",
    Chore.PLACES: "Fill {places}",
    Chore.STEP_IN: "Find who steps in for {speakers}",
    Chore.CONFIRM: "Ask {speakers} to say that they come",
    Chore.READING: "Ask {speakers} for the reading",
    Chore.JOIN: "Set the link to join",
    Chore.CHAIR: "Chair the session",
    Chore.HELD: "Say whether it happened",
    Chore.RECORDING: "Add the recording",
    Chore.RECAP: "Write the recap",
    Chore.SLIDES: "Ask {speakers} for the slides",
    Chore.CLOSE: "Close the session",
}


@dataclass(frozen=True, slots=True)
class ToldChore:
    """A chore as a page shows it.  ``talk_id``: the first talk that it is about, or 0; ``by`` ends "by ..."."""

    key: str
    kind: str
    words: str
    about: str
    by: str
    late: str
    owner_id: int
    owner: str
    is_taken: bool
    number: int
    thing_id: int
    talk_id: int


@dataclass(frozen=True, slots=True)
class ToldAbsence:
    """When a co-lead is away."""

    id: int
    name: str
    dates: str
    is_now: bool


def told_chore(chore: OpenChore) -> ToldChore:
    """A chore in words."""
    thing, late = chore.meeting or chore.round, chore.days_late
    return ToldChore(
        key=chore.key,
        kind=chore.chore.value,
        words=chore_words(chore),
        about=_about(chore),
        by=date_words(chore.due.by),
        late=f"{counted(late, 'day')} late" if late else "",
        owner_id=chore.owner.id if chore.owner else 0,
        owner=chore.owner.name if chore.owner else "",
        is_taken=chore.is_taken,
        number=thing.number if thing else 0,
        thing_id=thing.id if thing else 0,
        talk_id=chore.talks[0].id if chore.talks else 0,
    )


def chore_words(chore: OpenChore) -> str:
    """What is to be done: "Ask Mo and Nia for the reading"."""
    free = chore.meeting.free_places if chore.meeting else 0
    places = "the free place" if free == 1 else f"the {free} free places"
    return WORDS[chore.chore].format(places=places, speakers=_speakers(chore.talks))


def told_absences(team: Team, *, today: date) -> list[ToldAbsence]:
    """The absences that aren't over, the next first."""
    return [_told_absence(absence, team, today) for absence in team.absences if team.named(absence.user_id)]


def _told_absence(absence: Absence, team: Team, today: date) -> ToldAbsence:
    user = team.named(absence.user_id)
    return ToldAbsence(
        absence.id,
        user.name if user else "",
        span_words(absence.from_on, absence.until_on),
        absence.from_on <= today,
    )


def of_owner(chores: Iterable[OpenChore], user_id: int | None) -> list[OpenChore]:
    """Those that somebody has; with None those that nobody has."""
    return [chore for chore in chores if (chore.owner.id if chore.owner else None) == user_id]


def _about(chore: OpenChore) -> str:
    if chore.meeting is not None:
        return f"Session {chore.meeting.number}"
    return chore.round.title if chore.round else ""


def _speakers(talks: Sequence[TalkView]) -> str:
    names = dict.fromkeys(speaker.name for talk in talks for speaker in talk.speakers)
    return listed(names) if names else "the speakers"
