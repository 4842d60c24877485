"""whom an invitation is for by name, and with which list it was sent"""

from alembic import op

revision = "20261126_invited_lists"
down_revision = "20261126_pitches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE invitation ADD COLUMN name VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE invitation ADD COLUMN list_id VARCHAR(16)")
    op.create_index("ix_invitation_list_id", "invitation", ["list_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_invitation_list_id", table_name="invitation")
    op.execute("ALTER TABLE invitation DROP COLUMN list_id")
    op.execute("ALTER TABLE invitation DROP COLUMN name")
