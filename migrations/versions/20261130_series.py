"""series have an order, an end, and an address of their own

Columns are added in place, with their check: making the table anew would lose those that it has.
"""

from alembic import op

revision = "20261130_series"
down_revision = "20261126_chapter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute("ALTER TABLE series ADD COLUMN url VARCHAR(2000) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE series ADD COLUMN position INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_series_position CHECK (position >= 0)"
    )
    op.execute(f"ALTER TABLE series ADD COLUMN ended_at {moment}")


def downgrade() -> None:
    for column in ("ended_at", "position", "url"):
        op.execute(f"ALTER TABLE series DROP COLUMN {column}")
