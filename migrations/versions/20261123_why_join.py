"""why somebody would like to join"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_why_join"
down_revision = "20261123_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("membership", "why")
