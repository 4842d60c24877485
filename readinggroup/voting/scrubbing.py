"""Taking off the disk what the database has deleted: linked ballots of rounds that ended, and reminders."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from readinggroup.db import db
from readinggroup.models import Ballot, Notice, Record

AGAIN_FOR = timedelta(hours=1)
ENDED = ("round.closed", "round.cancelled")
PATIENCE = "10s"


def scrub_ended_rounds(now: datetime) -> None:
    """Have the database forget deleted rows on its disk too, for an hour after a round ended.

    Must run outside any transaction.  It waits for whoever reads, but not for ever: the next tick tries again.
    docs/voting.md says what stays.
    """
    ended = select(Record.id).where(Record.what.in_(ENDED), Record.at > now - AGAIN_FOR).limit(1)
    found = db.session.scalar(ended)
    db.session.rollback()
    if found is None:
        return
    if db.engine.dialect.name == "sqlite":
        _empty_the_log()
    else:
        _write_tables_anew()


def _empty_the_log() -> None:
    """SQLite overwrites deleted rows in its file (secure_delete), but its log keeps pages as they were."""
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _write_tables_anew() -> None:
    """PostgreSQL keeps deleted rows in its pages; a plain VACUUM only marks their space as free."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
        try:
            for table in (Ballot.__tablename__, Notice.__tablename__):
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        except OperationalError:
            return  # Somebody reads for longer than that.
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
