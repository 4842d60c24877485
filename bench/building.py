"""Databases to measure on: one group with as many held sessions as asked for, made by bulk inserts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import insert, text

from readinggroup import create_app
from readinggroup.access.actor import Actor
from readinggroup.accounts.actions import create_user
from readinggroup.archive.search import store
from readinggroup.config import Settings
from readinggroup.db import Base, commit, db, writing
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, PitchKind, Role, RoundRule, TalkState
from readinggroup.domain.rhythm import instant
from readinggroup.groups.actions import create_group, enrol
from readinggroup.migrating import upgrade
from readinggroup.models import Group
from readinggroup.pitches.actions import Offer, pitch_talk
from readinggroup.triggers import drop_triggers, make_triggers
from readinggroup.voting.actions import open_round

PASSWORD = "correct horse battery"
CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
MEMBERS, PITCHES, SPEAKERS, TOPICS = 30, 8, 40, 12
ZONE, START = "America/Edmonton", time(14)
FIRST, DAYS = date(1926, 1, 2), 36_500
"""The first session, and how many days the largest archives are spread over."""
COMMON, RARE = "eigenvalue", "Erdős"
"""Words that stand in every fifth and in every hundredth session."""
VOCABULARY = [
    "gradient",
    "descent",
    "kernel",
    "bound",
    "sample",
    "complexity",
    "network",
    "transformer",
    "attention",
    "privacy",
    "optimal",
    "transport",
    "generalisation",
    "convex",
    "stochastic",
    "regret",
    "bandit",
    "Bayesian",
    "posterior",
    "variational",
    "inference",
    "sparse",
    "spectral",
    "random",
    "matrix",
    "tensor",
    "diffusion",
    "score",
    "operator",
    "neural",
    "tangent",
    "margin",
    "boosting",
    "ensemble",
    "curvature",
    "manifold",
    "graph",
    "equivariant",
    "invariant",
    "representation",
    "contrastive",
    "retrieval",
    "language",
    "model",
    "scaling",
    "loss",
    "landscape",
    "implicit",
    "bias",
]
Rows = list[dict[str, Any]]


def make_site(folder: Path, sessions: int) -> Flask:
    """A site with the group ``bench``: 30 members, an open round over eight pitches, and so many held sessions."""
    settings = Settings.read({"DATA_DIR": str(folder), "RATE_LIMITS": "off"})
    upgrade(settings)
    app = create_app(settings, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP, WTF_CSRF_ENABLED=False)
    with app.app_context():
        group_id = _people_and_round(datetime.now(UTC).replace(microsecond=0))
        with db.engine.begin() as connection:
            drop_triggers(connection)
            for table, rows in _archive(group_id, sessions).items():
                for start in range(0, len(rows), 10_000):
                    connection.execute(insert(Base.metadata.tables[table]), rows[start : start + 10_000])
            make_triggers(connection)
            connection.exec_driver_sql("DELETE FROM search_due")
        _make_findable(group_id)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return app


def _make_findable(group_id: int) -> None:
    """What search looks through, from the rows; the words here have no markup to be taken out."""
    titles = "SELECT group_concat({what}, ' · ') FROM talk {join} WHERE talk.meeting_id = meeting.id"
    names = titles.format(
        what="speaker.name",
        join="JOIN talk_speaker ON talk_id = talk.id JOIN speaker ON speaker.id = speaker_id",
    )
    papers = titles.format(what="reading.title", join="JOIN reading ON reading.talk_id = talk.id")
    rows = db.session.execute(
        text(
            f"""SELECT id AS meeting_id, group_id, ({titles.format(what="title", join="")}) AS titles,
            ({names}) AS names, ({papers}) AS papers,
            ({titles.format(what="abstract", join="")}) || ' · ' || recap AS texts
            FROM meeting WHERE group_id = :group"""
        ),
        {"group": group_id},
    ).mappings()
    found = [dict(row) for row in rows]
    with writing():
        for start in range(0, len(found), 5_000):
            store(found[start : start + 5_000])
        commit()


def _people_and_round(now: datetime) -> int:
    hashed = hash_password(PASSWORD)
    with writing():
        root = Actor()
        make = partial(create_user, password_hash=hashed, now=now, by=root)
        users = [make(f"member{n}@example.org", f"Member {n}") for n in range(MEMBERS)]
        group = create_group("bench", "Bench", zone=ZONE, anchor_on=FIRST, starts_at=START, now=now, by=root)
        roles = [Role.CO_LEAD] + [Role.MEMBER] * (MEMBERS - 1)
        places = [enrol(group, user, role, now=now, by=root) for user, role in zip(users, roles, strict=True)]
        lead = Actor(users[0], places[0])
        _open_round(group, lead, now)
        commit()
        return group.id


def _open_round(group: Group, lead: Actor, now: datetime) -> None:
    titles = [f"Talk {n} about {VOCABULARY[n]}" for n in range(PITCHES)]
    pitches = [pitch_talk(group, Offer(title=t, speakers=["Demo Kim"]), now=now, by=lead) for t in titles]
    open_round(
        group, [pitch.id for pitch in pitches], title="Bench", seats=4, rule=RoundRule.FAIR, quorum=0,
        closes_on=(now + timedelta(days=30)).date(), closes_time=START, now=now, by=lead,
    )  # fmt: skip


def _archive(group_id: int, sessions: int) -> dict[str, Rows]:
    """Rows by table, in an order that foreign keys allow: two talks a session, each with reading and a topic."""
    rows: dict[str, Rows] = {"speaker": [], "topic": []}
    speakers = min(SPEAKERS, 2 * sessions)
    for n in range(1, speakers + 1):
        rows["speaker"].append(
            {"id": 1000 + n, "group_id": group_id, "slug": f"demo-{n}", "name": f"Demo Speaker {n}"}
        )
    for n in range(1, TOPICS + 1):
        name = VOCABULARY[n].capitalize()
        rows["topic"].append({"id": n, "group_id": group_id, "slug": VOCABULARY[n].lower(), "name": name})
    for number in range(1, sessions + 1):
        for table, row in _session(
            group_id,
            number,
            speakers,
            Random(number),
            day=14 * number if sessions <= 1000 else number * DAYS // sessions,
        ):
            rows.setdefault(table, []).append(row)
    return rows


def _session(
    group_id: int, number: int, speakers: int, random: Random, *, day: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    on = FIRST + timedelta(days=day)
    yield "meeting", {
        "id": number, "group_id": group_id, "number": number, "title": "", "met_on": on, "zone": ZONE,
        "starts_at": time(number % 24, number // 24 % 60, number // 1440 % 60), "minutes": 60,
        "starts_at_utc": instant(on, START, ZONE), "state": MeetingState.HELD, "locked": False, "join_url": "",
        "recap": _words(random, 40) if number % 2 else "", "cancelled_because": "", "sequence": 0,
    }  # fmt: skip
    for position in (1, 2):
        talk = 2 * number + position
        place = {"meeting_id": number, "position": position, "talk_minutes": 25, "question_minutes": 5}
        yield "place", place
        abstract = (
            _words(random, 40)
            + (f" {COMMON}" if number % 5 == 0 else "")
            + (f" {RARE}" if number % 100 == 0 else "")
        )
        yield "talk", {
            "id": talk, "group_id": group_id, "meeting_id": number, "position": position,
            "title": _words(random, 5).capitalize(), "abstract": abstract, "kind": PitchKind.TALK,
            "state": TalkState.GIVEN, "note": "",
        }  # fmt: skip
        yield (
            "talk_speaker",
            {"talk_id": talk, "speaker_id": 1001 + random.randrange(speakers), "position": 1},
        )
        yield "talk_topic", {"talk_id": talk, "topic_id": 1 + random.randrange(TOPICS)}
        address = f"https://arxiv.org/abs/{number:06}.{position}"
        yield (
            "reading",
            {"talk_id": talk, "position": 1, "title": _words(random, 6).capitalize(), "url": address},
        )
    address, whole = f"https://example.org/{number}", number % 2
    of = {"meeting_id": number, "talk_id": None} if whole else {"meeting_id": None, "talk_id": 2 * number + 1}
    kind = MaterialKind.RECORDING if whole else MaterialKind.SLIDES
    material = {"kind": kind, "title": kind.value.capitalize(), "url": address, "position": 1}
    yield "material", of | material | {"added_at": datetime(2026, 1, 1, tzinfo=UTC)}


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(VOCABULARY, k=count))
