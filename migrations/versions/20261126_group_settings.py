"""who sees which part of a group, and its accent colour

The columns are added in place, with their checks: making the table anew would lose the checks of the first schema.
"""

from alembic import op

revision = "20261126_group_settings"
down_revision = "20261126_swap"
branch_labels = None
depends_on = None

SEEN_BY = {
    "schedule": "public",
    "archive": "public",
    "pitches": "members",
    "results": "members",
    "discussion": "members",
    "members": "members",
}


def upgrade() -> None:
    for part, audience in SEEN_BY.items():
        op.execute(
            f"ALTER TABLE \"group\" ADD COLUMN {part}_seen_by VARCHAR(20) DEFAULT '{audience}' NOT NULL "
            f"CONSTRAINT ck_group_{part}_seen_by CHECK ({part}_seen_by IN ('public', 'members', 'co_leads'))"
        )
    op.execute(
        'ALTER TABLE "group" ADD COLUMN accent VARCHAR(7) '
        "CONSTRAINT ck_group_accent CHECK (length(accent) = 7 AND accent = lower(accent))"
    )


def downgrade() -> None:
    op.execute('ALTER TABLE "group" DROP COLUMN accent')
    for part in reversed(SEEN_BY):
        op.execute(f'ALTER TABLE "group" DROP COLUMN {part}_seen_by')
