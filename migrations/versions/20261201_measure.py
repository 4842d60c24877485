"""from when on a notice may go, apart from when it is looked at next"""

from alembic import op

revision = "20261201_measure"
down_revision = "20261201_looks_papers_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(
        f"ALTER TABLE notice ADD COLUMN ready_at {moment} DEFAULT '1970-01-01 00:00:00+00:00' NOT NULL"
    )
    op.execute("UPDATE notice SET ready_at = due_at")


def downgrade() -> None:
    op.execute("ALTER TABLE notice DROP COLUMN ready_at")
