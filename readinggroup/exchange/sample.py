"""The sample group (``sample.toml``): ten real sessions as an importer would give them, and the demo around them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from readinggroup.domain.lifecycle import MaterialKind, PitchKind, Role, TalkState
from readinggroup.exchange.recognised import (
    RecognisedArchive,
    RecognisedMaterial,
    RecognisedSession,
    RecognisedTalk,
)

SAMPLE = Path(__file__).with_name("sample.toml")
ADMINISTRATOR = "administrator"

Table = Mapping[str, Any]


class SampleNotUnderstood(Exception):
    """The sample file lacks something or holds a word that isn't known; the message says what and where."""


@dataclass(frozen=True, slots=True)
class SampleGroup:
    """The group itself; its sessions fall on the weekday of ``anchor_on``, at ``starts_at`` local time in ``zone``."""

    slug: str
    name: str
    mission: str
    zone: str
    anchor_on: date
    starts_at: time
    minutes: int
    weeks_between: int
    places: int
    talk_minutes: int
    question_minutes: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who doesn't exist; ``role`` in the group is None for the administrator of the site."""

    name: str
    email: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class DemoPitch:
    """A pitch; ``by`` is the e-mail address of a demo person, ``in_round`` tells whether it is on the paper."""

    key: str
    by: str
    title: str
    abstract: str
    kind: PitchKind
    topics: tuple[str, ...]
    links: tuple[RecognisedMaterial, ...]
    in_round: bool


@dataclass(frozen=True, slots=True)
class DemoBallot:
    """What one demo person approves, by the keys of pitches."""

    by: str
    approves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoRound:
    """The open round; it closes ``open_days`` days after it was opened."""

    title: str
    seats: int
    open_days: int
    ballots: tuple[DemoBallot, ...]


@dataclass(frozen=True, slots=True)
class DemoTalk:
    """A talk of a coming session; ``session`` 1 is the next one."""

    session: int
    by: str
    title: str
    abstract: str
    kind: PitchKind
    state: TalkState
    topics: tuple[str, ...]
    readings: tuple[RecognisedMaterial, ...]


@dataclass(frozen=True, slots=True)
class DemoComment:
    """What a demo person says about a pitch, by its key."""

    by: str
    on: str
    words: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything in the file."""

    group: SampleGroup
    archive: RecognisedArchive
    people: tuple[DemoPerson, ...]
    round: DemoRound
    pitches: tuple[DemoPitch, ...]
    talks: tuple[DemoTalk, ...]
    comments: tuple[DemoComment, ...]


def read_sample(text: str) -> Sample:
    """Return the sample that ``text`` (TOML) holds.

    Raises SampleNotUnderstood where something is missing, misspelt or of the wrong kind.
    """
    try:
        tables = tomllib.loads(text)
        demo = tables["demo"]
        sample = Sample(
            group=_group(tables["group"]),
            archive=_archive(tables["group"]["name"], tables["session"]),
            people=tuple(_person(person) for person in demo["people"]),
            round=_round(demo["round"]),
            pitches=tuple(_pitch(pitch) for pitch in demo["pitch"]),
            talks=tuple(_demo_talk(talk) for talk in demo["talk"]),
            comments=tuple(DemoComment(**comment) for comment in demo["comments"]),
        )
    except KeyError as missing:
        raise SampleNotUnderstood(f"The sample lacks {missing}.") from missing
    except (TypeError, ValueError) as problem:
        raise SampleNotUnderstood(f"The sample can't be read: {problem}.") from problem
    _refuse_strangers(sample)
    return sample


def _refuse_strangers(sample: Sample) -> None:
    """Refuse a name that stands for nobody and a key that stands for no pitch."""
    people = {person.email for person in sample.people}
    keys = {pitch.key for pitch in sample.pitches if pitch.in_round}
    named = [thing.by for things in (sample.pitches, sample.talks, sample.round.ballots) for thing in things]
    named += [comment.by for comment in sample.comments]
    approved = [key for ballot in sample.round.ballots for key in ballot.approves]
    approved += [comment.on for comment in sample.comments]
    strangers = sorted({*named} - people | {*approved} - keys)
    if strangers:
        raise SampleNotUnderstood(f"The sample names what it doesn't hold: {', '.join(strangers)}.")


def _group(table: Table) -> SampleGroup:
    return SampleGroup(**{**table, "mission": table["mission"].strip()})


def _person(table: Table) -> DemoPerson:
    role = None if table["role"] == ADMINISTRATOR else Role(table["role"])
    return DemoPerson(table["name"], table["email"], role)


def _archive(name: str, sessions: Iterable[Table]) -> RecognisedArchive:
    return RecognisedArchive(title=name, sessions=tuple(_session(session) for session in sessions))


def _session(table: Table) -> RecognisedSession:
    return RecognisedSession(
        number=table["number"],
        on=table.get("on"),
        title=table["title"],
        text=table["text"].strip(),
        talks=tuple(_talk(talk) for talk in table.get("talk", ())),
        materials=_materials(table.get("materials", ())),
    )


def _talk(table: Table) -> RecognisedTalk:
    return RecognisedTalk(
        title=table["title"],
        speakers=tuple(table.get("speakers", ())),
        kind=_kind(table),
        topics=tuple(table.get("topics", ())),
        readings=_materials(table.get("readings", ())),
        materials=_materials(table.get("materials", ())),
        state=TalkState(table.get("state", TalkState.GIVEN)),
        replaced_by=table.get("replaced_by", ""),
        note=table.get("note", ""),
    )


def _materials(tables: Iterable[Table]) -> tuple[RecognisedMaterial, ...]:
    return tuple(
        RecognisedMaterial(MaterialKind(link["kind"]), link["title"], link["url"]) for link in tables
    )


def _kind(table: Table) -> PitchKind:
    return PitchKind(table.get("kind", PitchKind.TALK))


def _round(table: Table) -> DemoRound:
    ballots = tuple(DemoBallot(ballot["by"], tuple(ballot["approves"])) for ballot in table["ballots"])
    return DemoRound(table["title"], table["seats"], table["open_days"], ballots)


def _pitch(table: Table) -> DemoPitch:
    return DemoPitch(
        key=table["key"],
        by=table["by"],
        title=table["title"],
        abstract=table["abstract"].strip(),
        kind=_kind(table),
        topics=tuple(table["topics"]),
        links=_materials(table["links"]),
        in_round=table.get("in_round", True),
    )


def _demo_talk(table: Table) -> DemoTalk:
    return DemoTalk(
        session=table["session"],
        by=table["by"],
        title=table["title"],
        abstract=table["abstract"].strip(),
        kind=_kind(table),
        state=TalkState(table.get("state", TalkState.PLANNED)),
        topics=tuple(table["topics"]),
        readings=_materials(table.get("readings", ())),
    )
