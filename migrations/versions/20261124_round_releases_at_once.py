"""whether the results of a round are published as soon as it is counted"""

from alembic import op

revision = "20261124_at_once"
down_revision = "20261124_nudges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE round ADD COLUMN releases_at_once BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN releases_at_once")
