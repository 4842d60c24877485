"""whether a round reminds those who have not voted"""

from alembic import op

revision = "20261124_nudges"
down_revision = "20261124_quorum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE round ADD COLUMN nudges BOOLEAN DEFAULT true NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN nudges")
