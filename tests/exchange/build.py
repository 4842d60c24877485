"""A group with something of everything that goes along in its file."""

from datetime import date
from hashlib import sha256

from flask import Flask
from sqlalchemy import func, select

from readinggroup.access.actor import THE_SITE
from readinggroup.access.audit import record
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MaterialKind, PitchState, TalkState
from readinggroup.domain.run_sheet import PartKind
from readinggroup.exchange.group_file import TABLES, TAKEN
from readinggroup.models import (
    Break,
    Chapter,
    DraftSeat,
    DraftStep,
    Holding,
    Meeting,
    Pitch,
    PitchChapter,
    Question,
    RunStep,
    Series,
    SpeakerMerge,
    Talk,
    Topic,
    Upload,
    User,
)
from readinggroup.uploads.shelf import Shelf
from tests.archive import build as archive
from tests.build import NOW
from tests.mine import build as mine
from tests.mine.build import SIGN
from tests.voting import build as voting


def whole_group(app: Flask) -> None:
    """Zora's group (``tests/mine/build.py``), in which round 1 is released and round 2 open, with what it lacks."""
    mine.zora(app)
    with app.app_context(), writing():
        group = archive.group_of()
        user = db.session.scalars(select(User).where(User.email == mine.EMAIL)).one()
        held, coming = (
            db.session.scalars(select(Meeting).where(Meeting.number == number)).one() for number in (1, 2)
        )
        given = db.session.scalars(select(Talk).where(Talk.title == mine.GIVEN)).one()
        _programme(given, held, coming)
        _looked_after(held, given, user)
        pitch = db.session.scalars(select(Pitch).where(Pitch.title == mine.WITH_NIA)).one()
        pitch.topics.append(archive.topic(group, "Optimisation"))
        book = archive.series(group, "Another book")
        db.session.add(Chapter(group_id=group.id, series_id=book.id, number=1, title="Sets"))
        pitch.chapter = PitchChapter(series_id=archive.series(group, "A book").id, number=3)
        step = db.session.scalars(select(DraftStep)).one()
        db.session.add(DraftSeat(step_id=step.id, pitch_id=pitch.id, meeting_id=coming.id, position=2))
        db.session.add(DraftSeat(step_id=step.id, talk_id=given.id))
        _file(app)
        record(THE_SITE, "pitch.made", pitch, at=NOW)
        record(THE_SITE, "user.revised", user, at=NOW)
        commit()
    with app.app_context(), writing():
        for thing in (Topic, Series):
            found = db.session.scalars(select(thing)).first()
            found.slug = f"{found.slug}-anew"
        commit()


def _file(app: Flask) -> None:
    """Let the picture of which mine.zora has the row lie on the shelf."""
    upload, content = db.session.scalars(select(Upload)).one(), b"RIFF" + SIGN.encode()
    upload.bytes, upload.sha256 = len(content), sha256(content).hexdigest()
    Shelf.of(app.config["SETTINGS"]).put_as(upload.name, [content])


def _programme(given: Talk, held: Meeting, coming: Meeting) -> None:
    group = archive.group_of()
    planned = archive.talk(held, "What was planned", "Nia", state=TalkState.REPLACED, topics=["Theory"])
    planned.replaced_by_id = given.id
    later = archive.talk(held, "Ĉu „fina“?\u2028 \U0001f600", "Mo", position=2)
    first = archive.talk(held, "Replaced by a later row", "Mo", position=2, state=TalkState.REPLACED)
    first.replaced_by_id, later.note = (
        archive.talk(held, "A later row", "Mo", state=TalkState.WITHDRAWN).id,
        "n",
    )
    archive.material(held, MaterialKind.NOTES, "Notes", "https://example.org/notes")
    archive.material(given, MaterialKind.RECORDING, "Recording", "https://example.org/rec")
    archive.session(group, 3)
    db.session.add(
        Break(group_id=group.id, name="Winter", starts_on=date(2022, 12, 20), ends_on=date(2023, 1, 6))
    )
    merge = db.session.scalars(select(SpeakerMerge)).one()
    pitched = db.session.scalars(select(Pitch).where(Pitch.state != PitchState.DRAFT)).first()
    moved = {"talks": [[given.id, 1, False]], "pitches": [[pitched.id, 2, True]]}
    merge.moved = moved | {"user_id": pitched.author_id, "email": None}
    coming.series_id = archive.series(group, "Spring talks").id


def _looked_after(held: Meeting, given: Talk, user: User) -> None:
    """What mine.zora hasn't: a holding that says how things stood, a step of its hour, a nameless question."""
    holding = db.session.get_one(Holding, held.id)
    stood = {
        "state": "announced",
        "talks": [[given.id, "confirmed"]],
        "pitches": [],
        "notes": [[given.id, ""]],
    }
    holding.before = stood | {"instead": [[given.id, given.id]]}
    words = "Secretly: why?"
    nameless = {
        "nameless": True,
        "words": words,
        "words_digest": sha256(words.encode()).hexdigest(),
        "asked_at": NOW,
    }
    db.session.add_all(
        [
            Question(group_id=held.group_id, talk_id=given.id, asked_by_id=user.id, **nameless),
            RunStep(meeting_id=held.id, number=1, kind=PartKind.END, began_at=NOW),
        ]
    )
    db.session.flush()


def close_second_round(app: Flask) -> None:
    """Round 2 is counted, and its results aren't out."""
    voting.closed(app, 2)


def empty_tables() -> list[str]:
    """The tables that go along and have no row."""
    return [name for name in TAKEN if not db.session.scalar(select(func.count()).select_from(TABLES[name]))]
