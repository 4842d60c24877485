"""who sees a round's results is fixed when it opens"""

from alembic import op

revision = "20261126_audience"
down_revision = "20261126_placed_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE round ADD COLUMN results_seen_by VARCHAR(20) DEFAULT 'members' NOT NULL "
        "CONSTRAINT ck_round_results_seen_by CHECK (results_seen_by IN ('public', 'members', 'co_leads'))"
    )
    op.execute(
        "UPDATE round SET results_seen_by = "
        '(SELECT results_seen_by FROM "group" WHERE "group".id = round.group_id)'
    )


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN results_seen_by")
