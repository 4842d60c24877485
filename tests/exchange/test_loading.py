"""Loading an archive into a group: once, whole, and undoable."""

from dataclasses import replace
from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import THE_SITE
from readinggroup.db import Base, db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.exchange.loading import Report, load_archive, load_sessions
from readinggroup.exchange.recognised import (
    RecognisedArchive,
    RecognisedMaterial,
    RecognisedSession,
    RecognisedTalk,
)
from readinggroup.exchange.undoing import AlreadyUndone, NoSuchImport, undo_import
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Import, Material, Meeting, Reading, Speaker, Talk
from readinggroup.scheduling.actions import make_meetings
from tests import build

SLIDES = RecognisedMaterial("slides", "Slides", "https://example.org/slides")
PAPER = RecognisedMaterial("paper", "A paper", "https://example.org/paper")
ARCHIVE = RecognisedArchive(
    title="Theory",
    sessions=(
        RecognisedSession(number=1, on=None, title="", text="We *met*."),
        RecognisedSession(
            number=2,
            on=date(2022, 12, 3),
            title="",
            text="CLIP came instead.",
            talks=(
                RecognisedTalk(
                    "Quantum", ("Demo Lee",), state="replaced", replaced_by="CLIP", note="Lee was ill."
                ),
                RecognisedTalk(
                    "CLIP", ("Demo Kim",), topics=("Vision",), readings=(PAPER,), materials=(SLIDES,)
                ),
            ),
        ),
    ),
)


@pytest.fixture(autouse=True)
def _group(app: Flask) -> None:
    with app.app_context():
        build.group()
        build.saved()


def loaded(archive: RecognisedArchive = ARCHIVE) -> Report:
    group = group_by_slug("ml-theory")
    assert group is not None
    report = load_archive(group, archive, source="page.md", now=build.NOW, by=THE_SITE)
    build.saved()
    return report


def meetings() -> list[Meeting]:
    db.session.expire_all()
    return list(db.session.scalars(select(Meeting).order_by(Meeting.number)))


def talks() -> dict[str, Talk]:
    options = (selectinload(Talk.speakers), selectinload(Talk.topics), selectinload(Talk.readings))
    return {talk.title: talk for talk in db.session.scalars(select(Talk).options(*options))}


def rows() -> dict[str, int]:
    """How many rows each table has, but for the trail that an import leaves on purpose."""
    trail = {"import", "imported_thing", "record"}
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name not in trail
    }


def test_load_archive_writes_sessions_as_held(app: Flask) -> None:
    with app.app_context():
        report = loaded()

        first, second = meetings()
        assert (report.added, report.filled, report.kept) == (2, 0, 0)
        assert (first.state, first.on, first.starts_at_utc, first.recap) == (
            MeetingState.HELD,
            None,
            None,
            "We *met*.",
        )
        assert (second.on, second.starts_at) == (date(2022, 12, 3), time(14))
        assert second.starts_at_utc is not None
        assert second.starts_at_utc.isoformat() == "2022-12-03T21:00:00+00:00"


def test_load_archive_tells_what_was_planned_instead(app: Flask) -> None:
    with app.app_context():
        loaded()

        found = talks()
        assert (found["Quantum"].state, found["Quantum"].note) == (TalkState.REPLACED, "Lee was ill.")
        assert found["Quantum"].replaced_by_id == found["CLIP"].id
        assert found["Quantum"].position == found["CLIP"].position == 1
        assert [speaker.name for speaker in found["CLIP"].speakers] == ["Demo Kim"]
        assert [topic.slug for topic in found["CLIP"].topics] == ["vision"]
        assert [reading.url for reading in found["CLIP"].readings] == [PAPER.url]


def test_load_archive_twice_adds_nothing(app: Flask) -> None:
    with app.app_context():
        loaded()
        before = rows()

        again = loaded()

        assert (again.run, again.kept) == (None, 2)
        assert rows() == before
        assert db.session.scalar(select(func.count(Import.id))) == 1


def test_load_archive_completes_what_is_there_and_keeps_what_people_wrote(app: Flask) -> None:
    with app.app_context():
        bare = replace(
            ARCHIVE.sessions[1], text="Ours.", talks=(replace(ARCHIVE.sessions[1].talks[1], materials=()),)
        )
        loaded(replace(ARCHIVE, sessions=(replace(ARCHIVE.sessions[0], text=""), bare)))

        report = loaded()

        assert report.filled == 2
        assert [meeting.recap for meeting in meetings()] == ["We *met*.", "Ours.\n\nCLIP came instead."]
        assert [row.url for row in db.session.scalars(select(Material))] == [SLIDES.url]


def test_undo_import_leaves_the_group_as_it_was(app: Flask) -> None:
    with app.app_context():
        before = rows()
        report = loaded()
        assert report.run is not None

        undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        build.saved()

        assert rows() == before
        with pytest.raises(AlreadyUndone):
            undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        with pytest.raises(NoSuchImport):
            undo_import(report.run.id + 1, now=build.NOW, by=THE_SITE)


def test_undo_import_restores_what_it_completed(app: Flask) -> None:
    with app.app_context():
        loaded(replace(ARCHIVE, sessions=(replace(ARCHIVE.sessions[0], text=""),)))
        report = loaded()
        assert report.run is not None

        undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        build.saved()

        assert [(meeting.number, meeting.recap) for meeting in meetings()] == [(1, "")]


def test_undo_import_keeps_a_speaker_who_is_used_by_now(app: Flask) -> None:
    with app.app_context():
        report = loaded()
        assert report.run is not None
        kim = db.session.scalars(select(Speaker).where(Speaker.name == "Demo Kim")).one()
        kim.user_id = build.user("Kim").id
        build.saved()

        undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        build.saved()

        assert [speaker.name for speaker in db.session.scalars(select(Speaker))] == ["Demo Kim"]
        assert db.session.scalars(select(Reading)).all() == []


def test_load_archive_gives_a_group_without_a_mission_the_introduction(app: Flask) -> None:
    with app.app_context():
        report = loaded(replace(ARCHIVE, text="We read *theory*."))
        assert report.run is not None
        group = group_by_slug("ml-theory")
        assert group is not None
        assert group.mission == "We read *theory*."

        undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        build.saved()

        db.session.refresh(group)
        assert group.mission == ""


@pytest.mark.parametrize(
    ("given", "kept"), [("Third Session", ""), ("Session 3", ""), ("Lottery tickets", "Lottery tickets")]
)
def test_load_archive_drops_a_title_that_is_only_a_number(app: Flask, given: str, kept: str) -> None:
    with app.app_context():
        loaded(replace(ARCHIVE, sessions=(replace(ARCHIVE.sessions[0], title=given),)))

        assert meetings()[0].title == kept


def test_load_archive_keeps_the_order_of_speakers(app: Flask) -> None:
    with app.app_context():
        talk = RecognisedTalk("CLIP", ("Demo Zoe", "Demo Abe", "demo zoe"))
        loaded(
            replace(
                ARCHIVE, sessions=(RecognisedSession(number=1, on=None, title="", text="", talks=(talk,)),)
            )
        )

        assert [speaker.name for speaker in talks()["CLIP"].speakers] == ["Demo Zoe", "Demo Abe"]


def test_load_sessions_numbers_by_date_and_lets_what_is_to_come_follow(app: Flask) -> None:
    with app.app_context():
        group = group_by_slug("ml-theory")
        assert group is not None
        make_meetings(group, count=2, now=build.NOW, by=THE_SITE)
        build.saved()
        told = [
            RecognisedSession(
                0, date(2021, 5, 2), "", "", (RecognisedTalk("Second", ("Demo Kim",)),), starts_at=time(9)
            ),
            RecognisedSession(0, date(2021, 4, 1), "", "", (RecognisedTalk("First"),)),
            RecognisedSession(0, date(2021, 5, 9), "", "", cancelled=True, because="Holiday"),
            RecognisedSession(0, date(2021, 5, 2), "", "", (RecognisedTalk("Second as well"),)),
            RecognisedSession(0, date(2022, 12, 24), "", "", (RecognisedTalk("Still to come"),)),
        ]

        report = load_sessions(group, told, source="a.csv", now=build.NOW, by=THE_SITE)
        build.saved()

        assert report.added == 4
        assert [(m.number, m.on, m.state) for m in meetings()] == [
            (1, date(2021, 4, 1), MeetingState.HELD),
            (2, date(2021, 5, 2), MeetingState.HELD),
            (3, date(2021, 5, 9), MeetingState.CANCELLED),
            (4, date(2022, 11, 19), MeetingState.PLANNED),
            (5, date(2022, 12, 3), MeetingState.PLANNED),
            (6, date(2022, 12, 24), MeetingState.PLANNED),
        ]
        assert (talks()["Second"].position, talks()["Second as well"].position) == (1, 2)
        assert talks()["Still to come"].state is TalkState.PLANNED
        again = load_sessions(group, told, source="a.csv", now=build.NOW, by=THE_SITE)
        assert (again.run, again.added, again.filled) == (None, 0, 0)


def test_undo_import_gives_what_is_to_come_its_numbers_back(app: Flask) -> None:
    with app.app_context():
        group = group_by_slug("ml-theory")
        assert group is not None
        make_meetings(group, count=2, now=build.NOW, by=THE_SITE)
        build.saved()
        report = loaded()
        assert report.run is not None
        assert [meeting.number for meeting in meetings()] == [1, 2, 3]

        undo_import(report.run.id, now=build.NOW, by=THE_SITE)
        build.saved()

        assert [(meeting.number, meeting.state) for meeting in meetings()] == [(1, "planned"), (2, "planned")]
