"""Numbers of sessions while an import runs: what is still to come steps aside, what has none gets one at the end."""

from sqlalchemy import text

from readinggroup.db import db
from readinggroup.models import Group

COMING = 1_000_000
"""Where the numbers of sessions that weren't held yet stand meanwhile."""
UNNUMBERED = 2_000_000
"""Where those of new sessions stand whose file states none."""
_AFTER = """UPDATE meeting SET number = ranked.rank + (SELECT coalesce(max(number), 0) FROM meeting
        WHERE group_id = :group AND number < :coming)
    FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS rank FROM meeting WHERE {those}) AS ranked
    WHERE meeting.id = ranked.id"""
_BY_DATE = "met_on IS NULL, met_on, starts_at, id"


def step_aside(group: Group) -> None:
    """Make room: a session that wasn't held yet keeps its row, its number may change (models/meeting.py)."""
    db.session.flush()
    aside = "UPDATE meeting SET number = number + :coming WHERE group_id = :group AND state <> 'held'"
    db.session.execute(text(aside), {"group": group.id, "coming": COMING})
    db.session.expire_all()


def give_numbers(group: Group) -> None:
    """Number what was held behind what has a number, then what is to come, both in the order of their dates."""
    db.session.flush()
    held = "group_id = :group AND number >= :aside AND state = 'held'"
    rest = "group_id = :group AND number >= :coming"
    at = {"group": group.id, "coming": COMING, "aside": UNNUMBERED}
    db.session.execute(text(_AFTER.format(order=_BY_DATE, those=held)), at)
    db.session.execute(text(_AFTER.format(order=_BY_DATE, those=rest)), at)
    db.session.expire_all()
