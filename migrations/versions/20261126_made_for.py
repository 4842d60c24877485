"""sessions know which date of the rhythm they stand for

Until now that was read off the audit trail: a session stands for the date that it was first moved away from, or for
its own where that is one of the rhythm's.
"""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261126_made_for"
down_revision = "20261126_group_settings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE meeting ADD COLUMN made_for DATE")
    _fill(op.get_bind())
    op.create_index("uq_meeting_group_id_made_for", "meeting", ["group_id", "made_for"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_meeting_group_id_made_for", "meeting")
    op.execute("ALTER TABLE meeting DROP COLUMN made_for")


def _fill(bind: sa.Connection) -> None:
    moved: dict[int, date] = {}
    for thing_id, before in bind.execute(
        sa.text("SELECT thing_id, before FROM record WHERE what = 'meeting.moved' ORDER BY id")
    ):
        was = before if isinstance(before, dict) else json.loads(before)
        if was.get("on"):
            moved.setdefault(int(thing_id), date.fromisoformat(was["on"]))
    taken: set[tuple[int, date]] = set()
    rows = bind.execute(
        sa.text(
            "SELECT meeting.id, meeting.group_id, met_on, anchor_on, weeks_between FROM meeting"
            ' JOIN "group" ON "group".id = meeting.group_id WHERE state <> \'held\' ORDER BY meeting.id'
        )
    ).all()
    for meeting_id, group_id, met_on, anchor_on, weeks in rows:
        first = moved.get(meeting_id) or _date(met_on)
        on_beat = (first - _date(anchor_on)).days % (7 * weeks) == 0
        if on_beat and (group_id, first) not in taken:
            taken.add((group_id, first))
            bind.execute(
                sa.text("UPDATE meeting SET made_for = :on WHERE id = :id"),
                {"on": first.isoformat() if bind.dialect.name == "sqlite" else first, "id": meeting_id},
            )


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
