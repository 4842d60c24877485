"""a talk says since when its speaker can't come, and why

The column is added in place, with its check: making the table anew would lose the checks of the first schema.
"""

from alembic import op

revision = "20261126_declined"
down_revision = "20261126_mail_measure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(
        f"ALTER TABLE talk ADD COLUMN declined_at {moment} "
        "CONSTRAINT ck_talk_declined_is_not_confirmed CHECK (declined_at IS NULL OR state <> 'confirmed')"
    )
    op.execute("ALTER TABLE talk ADD COLUMN declined_because TEXT DEFAULT '' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE talk DROP COLUMN declined_because")
    op.execute("ALTER TABLE talk DROP COLUMN declined_at")
