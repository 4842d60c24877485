"""How Alembic runs here: one connection, one transaction for all steps, and nothing lost when it is killed."""

from contextlib import nullcontext

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

import readinggroup.models  # noqa: F401  (fills Base.metadata)
from readinggroup.config import Settings
from readinggroup.db import Base, UtcDateTime
from readinggroup.migrating import connection_for_migrating, head
from readinggroup.triggers import drop_triggers, make_triggers

LOCK = 7_240_931  # Any number, as long as all processes of this product use the same one.


def render_item(kind: str, thing: object, _context: AutogenContext) -> str | bool:
    """Own types are written into migrations as the plain types below them."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a thing is compared with the models: the index for search is each database's own kind."""
    return kind != "table" or not str(name).startswith("search_index")


def run(connection: Connection) -> None:
    """Run every pending step on ``connection``, inside one transaction."""
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=on_sqlite,
        render_item=render_item,
        transactional_ddl=True,
        compare_type=True,
        include_name=is_ours,
    )
    # Whoever makes a database as a part of something larger has begun already, and ends it.
    with nullcontext() if connection.in_transaction() else connection.begin():
        if not on_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        drop_triggers(connection)
        context.run_migrations()
        if context.get_context().get_current_revision() == head():
            make_triggers(connection)
        if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"The migration would leave rows that point nowhere: {broken[:5]}")


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with connection_for_migrating(Settings.read()) as connection:
        run(connection)
