"""A season's figures in words, drawings and tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from readinggroup.figures.queries import Reading, RoundFigures, Season, Slides, TalkFigures
from readinggroup.web.drawings import Shares, shares

WAITS = ((30, "up to a month"), (91, "up to three months"), (182, "up to half a year"))
TALKS_HEAD = (
    "date", "session", "talk", "speakers", "first time", "reading", "reading due", "reading came", "days late",
    "slides", "pitched", "days waited", "rounds waited",
)  # fmt: skip
VOTES_HEAD = ("closed", "round", "title", "voted", "could vote", "quorum")


@dataclass(frozen=True)
class Figure:
    """One thing about a season: a sentence that says it, and its drawing."""

    sentence: str
    drawing: Shares


@dataclass(frozen=True)
class Turnout:
    """How many voted in a round."""

    title: str
    number: int
    sentence: str
    drawing: Shares


@dataclass(frozen=True)
class ToldSeason:
    """A season as its page shows it; a figure is None where there is nothing of the kind yet."""

    year: int
    words: str
    readings: Figure | None
    slides: Figure | None
    speakers: Figure | None
    waits: Figure | None
    turnouts: Sequence[Turnout]
    turnout_words: str


def told_season(season: Season) -> ToldSeason:
    """The season in words and drawings."""
    return ToldSeason(
        season.year,
        _season_words(season),
        readings=_readings(season.talks),
        slides=_slides(season.talks),
        speakers=_speakers(season.talks),
        waits=_waits(season.talks),
        turnouts=[_turnout(each) for each in season.rounds],
        turnout_words=_turnout_words(season.rounds),
    )


def _season_words(season: Season) -> str:
    words = f"{_count(season.sessions, 'session')} held with {_count(len(season.talks), 'talk')}"
    return f"{words}, {season.cancelled} cancelled." if season.cancelled else f"{words}."


def _readings(talks: Sequence[TalkFigures]) -> Figure | None:
    found = Counter(talk.reading for talk in talks)
    known = len(talks) - found[Reading.UNKNOWN]
    sentence = f"The reading came in time for {found[Reading.IN_TIME]} of {_count(known, 'talk')}."
    if late := [talk.late_for for talk in talks if talk.reading is Reading.LATE]:
        sentence += f" Where it was late, it came {_count(_middle(late), 'day')} after its day in the middle."
    if not known:
        sentence = "Nobody noted when the readings came."
    parts = (
        ("good", "in time", found[Reading.IN_TIME]),
        ("late", "late", found[Reading.LATE]),
        ("none", "without a reading", found[Reading.NEVER]),
        ("unknown", "of which nobody noted when it came", found[Reading.UNKNOWN]),
    )
    return Figure(sentence, shares(parts)) if talks else None


def _slides(talks: Sequence[TalkFigures]) -> Figure | None:
    found = Counter(talk.slides for talk in talks)
    owed = len(talks) - found[Slides.NONE]
    sentence = f"Slides are there for {found[Slides.THERE]} of {_count(owed, 'talk')}."
    if not owed:
        sentence = "No talk had slides."
    parts = (
        ("good", "with slides", found[Slides.THERE]),
        ("none", "whose slides are missing", found[Slides.MISSING]),
        ("unknown", "that had none", found[Slides.NONE]),
    )
    return Figure(sentence, shares(parts)) if talks else None


def _speakers(talks: Sequence[TalkFigures]) -> Figure | None:
    everybody = {speaker.id for talk in talks for speaker in talk.speakers}
    new = {speaker for talk in talks for speaker in talk.first_time}
    sentence = f"{len(new)} of {_count(len(everybody), 'speaker')} spoke here for the first time."
    parts = (
        ("good", "for the first time", len(new)),
        ("unknown", "who had spoken before", len(everybody - new)),
    )
    return Figure(sentence, shares(parts)) if everybody else None


def _waits(talks: Sequence[TalkFigures]) -> Figure | None:
    waits = [talk.waited for talk in talks if talk.waited is not None]
    if not waits:
        return None
    lost = sum(bool(talk.rounds_waited) for talk in talks)
    sentence = (
        f"From pitch to session it took {_count(_middle(waits), 'day')} in the middle,"
        f" {_count(max(waits), 'day')} at the longest; {lost} of {_count(len(waits), 'talk')} had lost a vote before."
    )
    kinds, below, parts = ("good", "unknown", "late"), -1, []
    for kind, (days, label) in zip(kinds, WAITS, strict=True):
        parts.append((kind, label, sum(below < wait <= days for wait in waits)))
        below = days
    parts.append(("none", "longer", sum(wait > below for wait in waits)))
    return Figure(sentence, shares(parts))


def _turnout(each: RoundFigures) -> Turnout:
    parts = (("good", "voted", each.turnout), ("none", "did not", each.voters - each.turnout))
    sentence = f"{each.turnout} of {_count(each.voters, 'member')} voted"
    if each.turnout < each.quorum:
        sentence += f", too few for the quorum of {each.quorum}"
    return Turnout(each.title, each.number, f"{sentence}.", shares(parts))


def _turnout_words(rounds: Sequence[RoundFigures]) -> str:
    percents = [100 * each.turnout // each.voters for each in rounds if each.voters]
    if not percents:
        return ""
    return f"In {_count(len(rounds), 'vote')} {_middle(percents)} % of the members voted, in the middle."


def talk_rows(season: Season) -> Iterable[Sequence[str]]:
    """The talks as a table, below TALKS_HEAD."""
    for talk in season.talks:
        yield (
            talk.on.isoformat(),
            str(talk.session),
            talk.title,
            ", ".join(speaker.name for speaker in talk.speakers),
            ", ".join(speaker.name for speaker in talk.speakers if speaker.id in talk.first_time),
            talk.reading.value,
            talk.due_on.isoformat(),
            talk.came_on.isoformat() if talk.came_on else "",
            str(talk.late_for) if talk.late_for else "",
            talk.slides.value,
            talk.pitched_on.isoformat() if talk.pitched_on else "",
            "" if talk.waited is None else str(talk.waited),
            "" if talk.rounds_waited is None else str(talk.rounds_waited),
        )


def vote_rows(season: Season) -> Iterable[Sequence[str]]:
    """The rounds as a table, below VOTES_HEAD."""
    for each in season.rounds:
        numbers = (each.turnout, each.voters, each.quorum)
        yield (each.closed_on.isoformat(), str(each.number), each.title, *map(str, numbers))


def _middle(numbers: Sequence[int]) -> int:
    return round(median(numbers))


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"
