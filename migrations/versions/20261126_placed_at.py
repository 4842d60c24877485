"""since when a talk has its session, or its session its date

Talks that stand there already keep null: when they came isn't known, and their reading is due as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_placed_at"
down_revision = "20261126_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("talk", sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("talk", "placed_at")
