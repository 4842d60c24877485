"""rounds that open by themselves, and the latch that no clock set back undoes"""

from alembic import op

revision = "20261126_drafts"
down_revision = "20261126_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute("ALTER TABLE round ADD COLUMN opens_by_itself BOOLEAN DEFAULT false NOT NULL")
    op.execute(
        f"ALTER TABLE round ADD COLUMN ended_at {moment} "
        "CONSTRAINT ck_round_ended_after_opening CHECK (ended_at IS NULL OR opened_at IS NOT NULL)"
    )
    op.execute("UPDATE round SET ended_at = closed_at WHERE closed_at IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN ended_at")
    op.execute("ALTER TABLE round DROP COLUMN opens_by_itself")
