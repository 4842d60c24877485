"""papers that were looked up"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_papers"
down_revision = "20261126_former_address"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_paper()


def downgrade() -> None:
    op.drop_table("paper")


def _create_paper() -> None:
    op.create_table(
        "paper",
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "found",
                "unknown",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("venue", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("state <> 'found' OR title <> ''", name=op.f("ck_paper_found_has_a_title")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_paper_attempts")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paper")),
    )
    op.create_index("ix_paper_state_due_at", "paper", ["state", "due_at"], unique=False)
