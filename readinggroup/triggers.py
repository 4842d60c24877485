"""What the database does by itself with every change, whoever makes it: it raises the version of what the public sees,
notes what search has to read anew, and remembers addresses that things had.

Pages of visitors are kept under the ``public_version`` of their group (``web/pagecache.py``).  A trigger on every
table that says ``__public__ = True`` raises it in the transaction of the change, so that no action can forget to.

The triggers are made from the models after each migration and dropped before it, because SQLite loses those of a
table that a batch operation makes anew, and refuses to drop a column that one of them names.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table

from readinggroup.db import Base
from readinggroup.models import Group  # noqa: F401  (fills Base.metadata)

ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
RAISE = "SET public_version = public_version + 1"
GROUP, COMMUNITY = Base.metadata.tables["group"], Base.metadata.tables["community"]
GUESTS = "SELECT guest_id FROM joint_session WHERE state = 'accepted' AND group_id IN ({hosts})"
"""Whoever takes part in a session of these groups shows it too, so their version is raised with the host's."""
VERSIONED = (GROUP, COMMUNITY)
"""The tables that carry a version; a change of one of their rows raises its own."""


def make_triggers(connection: Connection) -> None:
    """Make those that the models ask for; there must be none."""
    make = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    note = _note_on_sqlite if connection.dialect.name == "sqlite" else _note_on_postgresql
    remember = _remember_on_sqlite if connection.dialect.name == "sqlite" else _remember_on_postgresql
    for table in public_tables():
        for statement in (*make(table), *note(table), *remember(table)):
            connection.exec_driver_sql(statement)


def drop_triggers(connection: Connection) -> None:
    """Take all of them away."""
    if connection.dialect.name == "sqlite":
        for name in (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    made = "SELECT proname FROM pg_proc WHERE proname ~ '^(raise|note|remember)_'"
    made += " AND pronamespace = current_schema()::regnamespace"
    for name in connection.exec_driver_sql(made).scalars().all():
        connection.exec_driver_sql(f'DROP FUNCTION "{name}" CASCADE')


def missing_triggers(connection: Connection) -> list[str]:
    """The public tables that have no trigger in the database."""
    if connection.dialect.name == "sqlite":
        there = connection.exec_driver_sql("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
    else:
        there = connection.exec_driver_sql(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
        )
    return sorted({table.name for table in public_tables()} - set(there.scalars()))


def public_tables() -> list[Table]:
    """The tables of which the public sees something."""
    public = (mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__public__)
    return [table for table in public if isinstance(table, Table)]


def groups_of(table: Table, row: str) -> Iterator[str]:
    """Give SQL that finds the groups that a row of ``table``, called ``row``, belongs to; none: to all of them.

    A table without a ``group_id`` belongs where the public rows that it points to belong; an invitation to a joint
    session belongs to host and guest.
    """
    if table is GROUP or "group_id" in table.c:
        yield f"{row}.id" if table is GROUP else f"{row}.group_id"
        if "guest_id" in table.c:
            yield f"{row}.guest_id"
        return
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent, of = key.column.table, f"{key.parent.name}_row"
        if isinstance(parent, Table) and parent in public_tables():
            for found in groups_of(parent, of):
                yield f'(SELECT {found} FROM "{parent.name}" AS {of} WHERE {of}.id = {row}.{key.parent.name})'  # noqa: S608  (names of our tables)


def _raised(table: Table, rows: Sequence[str]) -> str:
    ids = [found for row in rows for found in groups_of(table, row)]
    if not ids:
        return f"UPDATE community {RAISE} WHERE true"
    mine = ", ".join(ids)
    return f'UPDATE "group" {RAISE} WHERE (id IN ({mine}) OR id IN ({GUESTS.format(hosts=mine)}))'


def _on_sqlite(table: Table) -> Iterator[str]:
    for event, rows in ROWS.items():
        when, what = event, _raised(table, rows)
        if table in VERSIONED and event == "UPDATE":
            when += " OF " + ", ".join(column.name for column in table.c if column.name != "public_version")
        elif table in VERSIONED:
            what = f"UPDATE community {RAISE}"
        yield f'CREATE TRIGGER raise_{table.name}_{event.lower()} AFTER {when} ON "{table.name}" BEGIN {what}; END'


def _on_postgresql(table: Table) -> Iterator[str]:
    """Triggers that wait for the commit: the lock on the group's row is then the last that a transaction asks for.

    A row that this transaction has changed already was raised by that change (``_own``), and is left alone.
    """
    what, events = _raised(table, ROWS["UPDATE"]), " OR ".join(ROWS)
    ids = ", ".join(found for row in ROWS["UPDATE"] for found in groups_of(table, row))
    if table in VERSIONED:
        yield from _own(table)
        if table is GROUP:
            yield from _of_guests(table)
        what, events, ids = f"UPDATE community {RAISE} WHERE true", "INSERT OR DELETE", ""
    name = f"raise_{table.name}"
    yield f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {_locked(ids)}{what} AND xmin <> pg_current_xact_id()::xid; RETURN NULL; END $$"""
    yield f"""CREATE CONSTRAINT TRIGGER {name} AFTER {events} ON "{table.name}"
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}()"""


def _locked(hosts: str) -> str:
    """Lock hosts and guests in one order, where there are guests, so that no two transactions wait for each other."""
    if not hosts:
        return ""
    guests = GUESTS.format(hosts=hosts)
    return f"""IF EXISTS ({guests}) THEN PERFORM 1 FROM "group"
        WHERE id IN ({hosts}) OR id IN ({guests}) ORDER BY id FOR NO KEY UPDATE; END IF; """


def _of_guests(table: Table) -> Iterator[str]:
    """A host's own row, such as its name and whom it shows its sessions, is a change for its guests."""
    said = ", ".join(column.name for column in table.c if column.name != "public_version")
    yield f"""CREATE FUNCTION raise_guests() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE "group" {RAISE} WHERE id IN ({GUESTS.format(hosts="NEW.id")})
        AND xmin <> pg_current_xact_id()::xid; RETURN NULL; END $$"""
    yield f"""CREATE CONSTRAINT TRIGGER raise_guests AFTER UPDATE OF {said} ON "{table.name}"
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_guests()"""


_OF_TALK = "(SELECT meeting_id FROM talk WHERE id = {row}.talk_id)"
_OF_TALKS = "SELECT meeting_id FROM talk JOIN {by} ON {by}.talk_id = talk.id WHERE {by}.{name}_id = {row}.id"
SEARCHED = {
    "meeting": "SELECT {row}.id AS meeting_id",
    "talk": "SELECT {row}.meeting_id AS meeting_id",
    "talk_speaker": f"SELECT {_OF_TALK} AS meeting_id",
    "talk_topic": f"SELECT {_OF_TALK} AS meeting_id",
    "reading": f"SELECT {_OF_TALK} AS meeting_id",
    "material": f"SELECT coalesce({{row}}.meeting_id, {_OF_TALK}) AS meeting_id",
    "speaker": _OF_TALKS.format(by="talk_speaker", name="speaker", row="{row}"),
    "topic": _OF_TALKS.format(by="talk_topic", name="topic", row="{row}"),
}
"""By table: which sessions a change of its rows has to be noted for, so that search finds them as they are."""


def _noted(table: Table, rows: Sequence[str]) -> str:
    meetings = " UNION ".join(SEARCHED[table.name].format(row=row) for row in rows)
    return f"INSERT INTO search_due (meeting_id) SELECT * FROM ({meetings}) AS found WHERE meeting_id IS NOT NULL"  # noqa: S608


def _note_on_sqlite(table: Table) -> Iterator[str]:
    if table.name in SEARCHED:
        for event, rows in ROWS.items():
            name = f"note_{table.name}_{event.lower()}"
            yield f'CREATE TRIGGER {name} AFTER {event} ON "{table.name}" BEGIN {_noted(table, rows)}; END'


def _note_on_postgresql(table: Table) -> Iterator[str]:
    if table.name in SEARCHED:
        name = f"note_{table.name}"
        yield f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_noted(table, ROWS["UPDATE"])}; RETURN NULL; END $$"""
        yield f"""CREATE TRIGGER {name} AFTER {" OR ".join(ROWS)} ON "{table.name}"
            FOR EACH ROW EXECUTE FUNCTION {name}()"""


ADDRESSED = {"group": "id", "speaker": "group_id", "topic": "group_id", "series": "group_id"}
"""Tables whose rows have addresses of their own, and which of their columns tells the group."""


def _remembered(table: Table) -> str:
    """Keep the old slug, in the place of another thing that had it before."""
    return f"""DELETE FROM former_address
        WHERE group_id = OLD.{ADDRESSED[table.name]} AND kind = '{table.name}' AND slug = OLD.slug;
        INSERT INTO former_address (group_id, kind, slug, thing_id)
        VALUES (OLD.{ADDRESSED[table.name]}, '{table.name}', OLD.slug, OLD.id)"""  # noqa: S608


def _remember_on_sqlite(table: Table) -> Iterator[str]:
    if table.name in ADDRESSED:
        yield f"""CREATE TRIGGER remember_{table.name} AFTER UPDATE OF slug ON "{table.name}"
            WHEN OLD.slug <> NEW.slug BEGIN {_remembered(table)}; END"""


def _remember_on_postgresql(table: Table) -> Iterator[str]:
    if table.name in ADDRESSED:
        yield f"""CREATE FUNCTION remember_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_remembered(table)}; RETURN NULL; END $$"""
        yield f"""CREATE TRIGGER remember_{table.name} AFTER UPDATE OF slug ON "{table.name}" FOR EACH ROW
            WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_{table.name}()"""


def _own(table: Table) -> Iterator[str]:
    """Whatever is changed in a row that carries a version raises it, and nothing lowers it."""
    yield f"""CREATE FUNCTION raise_own_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.public_version := OLD.public_version + 1; RETURN NEW; END $$"""
    yield f"""CREATE TRIGGER raise_own_{table.name} BEFORE UPDATE ON "{table.name}"
        FOR EACH ROW EXECUTE FUNCTION raise_own_{table.name}()"""
