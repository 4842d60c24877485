"""Whatever the public sees has a version, and the database raises it with every change, whoever makes it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from readinggroup.config import Settings
from readinggroup.db import Base, commit, db, writing
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.migrating import NotReady, connection_for_migrating, refuse_unready, upgrade
from readinggroup.models import Break, Community, Group, Place, Talk, TalkTopic, User
from readinggroup.triggers import drop_triggers, public_tables
from tests import databases
from tests.archive import build
from tests.site.test_rooms import MODULES


def versions() -> dict[str, int]:
    """The versions as they are committed."""
    with db.engine.connect() as connection:
        found = {
            row.slug: row.public_version
            for row in connection.execute(select(Group.slug, Group.public_version))
        }
        return found | {"community": connection.scalar(select(Community.public_version)) or 0}


def rename(_talk: Talk) -> None:
    _talk.title = "Another title"


def read(talk: Talk) -> None:
    build.reading(talk, "CLIP", "https://arxiv.org/abs/2103.00020")


def keep(talk: Talk) -> None:
    build.material(talk, MaterialKind.SLIDES, "Slides", "https://slides.example/1")


def lengthen(talk: Talk) -> None:
    db.session.execute(update(Place).where(Place.meeting_id == talk.meeting_id).values(talk_minutes=20))


def set_raw(talk: Talk) -> None:
    db.session.execute(text("UPDATE talk SET title = 'By hand' WHERE id = :id"), {"id": talk.id})


def remove(talk: Talk) -> None:
    db.session.execute(delete(Talk).where(Talk.id == talk.id))


def forget_topics(_talk: Talk) -> None:
    db.session.execute(delete(TalkTopic))


def pause(talk: Talk) -> None:
    days = {
        "name": "Winter",
        "starts_on": date(2022, 12, 20),
        "ends_on": date(2023, 1, 6),
        "keeps_phase": True,
    }
    db.session.execute(insert(Break).values(group_id=talk.group_id, **days))


def found_mission(talk: Talk) -> None:
    db.session.get_one(Group, talk.group_id).mission = "We read."


CHANGES = (rename, read, keep, lengthen, set_raw, remove, forget_topics, pause, found_mission)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_raises_the_version_of_its_group_alone(
    app: Flask, cast: dict[str, int], change: Callable[[Talk], None]
) -> None:
    with app.app_context(), writing():
        talk = build.talk(build.session(build.group_of(), 1, date(2022, 11, 5)), "Meta", "Mo", topics=["One"])
        commit()
        before = versions()
        change(talk)
        commit()
        after = versions()

    assert after["ml-theory"] > before["ml-theory"]
    assert {**after, "ml-theory": 0} == {**before, "ml-theory": 0}


def test_what_is_about_no_group_raises_the_communitys_version(app: Flask, cast: dict[str, int]) -> None:
    with app.app_context(), writing():
        before = versions()
        db.session.get_one(Community, 1).name = "Another name"
        commit()
        renamed = versions()
        db.session.execute(delete(Group).where(Group.slug == "biology"))
        commit()
        assert before["community"] < renamed["community"] < versions()["community"]


def test_what_the_public_does_not_see_raises_nothing(app: Flask, cast: dict[str, int]) -> None:
    with app.app_context(), writing():
        before = versions()
        db.session.execute(update(User).values(name="Somebody"))
        commit()
        assert versions() == before


def test_a_change_that_is_taken_back_raises_nothing(app: Flask, cast: dict[str, int]) -> None:
    with app.app_context(), writing():
        build.session(build.group_of(), 1, date(2022, 11, 5))
        commit()
        before = versions()
        build.session(build.group_of(), 2, date(2022, 11, 19))
        db.session.rollback()
        assert versions() == before


def test_every_model_says_whether_the_public_sees_it() -> None:
    silent = [m.class_.__name__ for m in Base.registry.mappers if "__public__" not in vars(m.class_)]

    assert silent == [], (
        "say `__public__ = True` or `False` below `__tablename__`; see readinggroup/triggers.py"
    )
    assert {"talk", "meeting", "group"} < {table.name for table in public_tables()}
    assert not {"ballot", "sign_in", "user", "membership"} & {table.name for table in public_tables()}


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"triggers"}))
def test_no_code_raises_a_version_by_hand(name: str) -> None:
    by_hand = re.findall(r"public_version\s*[+:]?=(?!=).*", MODULES[name].read_text(encoding="utf-8"))

    assert by_hand == [], (
        "leave it out: the database raises the version by itself, see readinggroup/triggers.py"
    )


@pytest.mark.parametrize("kind", databases.NAMES)
def test_a_database_without_its_triggers_is_refused_and_an_upgrade_makes_them(
    kind: str, tmp_path: Any
) -> None:
    settings = Settings.read({"DATABASE_URL": databases.fresh(kind, tmp_path), "DATA_DIR": str(tmp_path)})
    upgrade(settings)
    with connection_for_migrating(settings) as connection, connection.begin():
        drop_triggers(connection)

    with pytest.raises(NotReady, match="lacks the triggers of chapter, community, group"):
        refuse_unready(settings)

    upgrade(settings)
    refuse_unready(settings)
