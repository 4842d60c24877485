"""The move of data by which sessions learned which date of the rhythm they stand for."""

import json
from datetime import date
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from readinggroup.config import Settings
from readinggroup.migrating import alembic_config, connection_for_migrating, downgrade, upgrade
from tests import databases

STEP = "20261126_made_for"
MEETINGS = [
    (1, "2022-11-05", "held"),
    (2, "2022-11-19", "planned"),
    (3, "2022-12-04", "announced"),  # moved from the 3rd, then from the 5th
    (4, "2022-12-10", "planned"),  # an extra one
]


@pytest.mark.parametrize("name", databases.NAMES)
def test_sessions_learn_which_date_they_stand_for(name: str, tmp_path: Path) -> None:
    settings = Settings.read({"DATABASE_URL": databases.fresh(name, tmp_path), "DATA_DIR": str(tmp_path)})
    before = ScriptDirectory.from_config(alembic_config()).get_revision(STEP).down_revision
    upgrade(settings, str(before))
    with connection_for_migrating(settings) as connection, connection.begin():
        connection.execute(
            text(
                'INSERT INTO "group" (id, slug, name, mission, zone, weeks_between, anchor_on, starts_at, minutes,'
                " places, talk_minutes, question_minutes, lead_days, join_policy, rule, season_balance, threshold_min,"
                " threshold_percent, public_version, created_at) VALUES (1, 'g', 'G', '', 'America/Edmonton', 2,"
                " '2022-11-05', '14:00:00', 60, 2, 25, 5, 7, 'open', 'fair', TRUE, 2, 10, 1, '2022-11-01 00:00:00')"
            )
        )
        for number, on, state in MEETINGS:
            connection.execute(
                text(
                    "INSERT INTO meeting (id, group_id, number, title, met_on, starts_at, minutes, zone, starts_at_utc,"
                    " state, locked, recap, join_url, cancelled_because, sequence) VALUES (:n, 1, :n, '', :on,"
                    " '14:00:00', 60, 'America/Edmonton', :at, :state, FALSE, '', '', '', 0)"
                ),
                {"n": number, "on": on, "at": f"{on} 21:00:00", "state": state},
            )
        for was in ("2022-12-03", "2022-12-05"):
            connection.execute(
                text(
                    "INSERT INTO record (group_id, what, thing, thing_id, before, after, at) VALUES"
                    " (1, 'meeting.moved', 'meeting', '3', :before, '{}', '2022-11-02 00:00:00')"
                ),
                {"before": json.dumps({"on": was})},
            )

    upgrade(settings, STEP)

    with connection_for_migrating(settings) as connection:
        rows = connection.execute(text("SELECT id, made_for FROM meeting ORDER BY id")).all()
    found = {row[0]: date.fromisoformat(str(row[1])) if row[1] else None for row in rows}
    assert found == {1: None, 2: date(2022, 11, 19), 3: date(2022, 12, 3), 4: None}
    downgrade(settings, str(before))
    with connection_for_migrating(settings) as connection:
        assert connection.execute(text("SELECT count(*) FROM meeting")).scalar_one() == 4
