"""Migrations: head equals the models, every step goes down and up again, nothing is lost or half done."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

from readinggroup.config import Settings
from readinggroup.db import Base
from readinggroup.migrating import (
    NotReady,
    alembic_config,
    connection_for_migrating,
    downgrade,
    head,
    refuse_unready,
    upgrade,
)
from tests import databases


@pytest.fixture(params=databases.NAMES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database that isn't there yet, or is empty."""
    return Settings.read(
        {"DATABASE_URL": databases.fresh(request.param, tmp_path), "DATA_DIR": str(tmp_path)}
    )


def test_head_equals_the_models(settings: Settings) -> None:
    upgrade(settings)

    with connection_for_migrating(settings) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_one_that_alembic_finds() -> None:
    assert head() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Not the index for search, which each database keeps in tables of its own kind."""
    return kind != "table" or not str(name).startswith("search_index")


def test_every_constraint_of_the_models_is_in_the_database(settings: Settings) -> None:
    upgrade(settings)

    with connection_for_migrating(settings) as connection:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            there = {check["name"] for check in found.get_check_constraints(table.name)}
            wanted = {
                str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint" and c.name
            }
            assert wanted <= there, table.name


def test_stairway_up_down_up(settings: Settings) -> None:
    steps = list(reversed(list(ScriptDirectory.from_config(alembic_config()).walk_revisions())))
    for step in steps:
        upgrade(settings, step.revision)
        downgrade(settings, str(step.down_revision or "base"))
        upgrade(settings, step.revision)

    downgrade(settings, "base")

    with connection_for_migrating(settings) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_every_foreign_key_has_an_index_and_a_rule() -> None:
    for table in Base.metadata.sorted_tables:
        leading = [tuple(c.name for c in index.columns) for index in table.indexes]
        leading += [
            tuple(c.name for c in k.columns)
            for k in table.constraints
            if type(k).__name__ != "CheckConstraint" and type(k).__name__ != "ForeignKeyConstraint"
        ]
        for key in table.foreign_key_constraints:
            columns = tuple(column.name for column in key.columns)
            assert key.ondelete, f"{key.name} has no rule for deletion"
            assert any(index[: len(columns)] == columns for index in leading), f"{key.name} has no index"


def test_a_site_on_no_database_is_refused(settings: Settings) -> None:
    with pytest.raises(NotReady, match="flask db upgrade"):
        refuse_unready(settings)


def test_a_site_on_another_revision_is_refused(settings: Settings) -> None:
    upgrade(settings)
    with connection_for_migrating(settings) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))

    with pytest.raises(NotReady, match=f"revision older, this code needs {head()}"):
        refuse_unready(settings)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    settings = Settings.read({"DATA_DIR": str(tmp_path)})
    upgrade(settings)
    with sqlite3.connect(settings.database_file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = settings.database_file.stat().st_size
    with settings.database_file.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 8192)

    with pytest.raises(NotReady, match=r"damaged|malformed"):
        refuse_unready(settings)


def test_a_migration_that_is_killed_leaves_everything_as_it_was(settings: Settings) -> None:
    event.listen(Engine, "before_cursor_execute", die_at_an_index)
    try:
        with pytest.raises(RuntimeError, match="killed"):
            upgrade(settings)
    finally:
        event.remove(Engine, "before_cursor_execute", die_at_an_index)

    with connection_for_migrating(settings) as connection:
        assert inspect(connection).get_table_names() == []
    upgrade(settings)
    refuse_unready(settings)


def die_at_an_index(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if statement.startswith("CREATE INDEX"):
        raise RuntimeError("killed")
