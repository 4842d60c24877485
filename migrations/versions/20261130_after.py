"""what members tell speakers, and that there are no slides or no recording"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_after"
down_revision = "20261130_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("good <> '' OR better <> ''", name=op.f("ck_feedback_says_something")),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_feedback_talk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_feedback_author_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("talk_id", "author_id", name=op.f("uq_feedback_talk_id_author_id")),
    )
    op.create_index(op.f("ix_feedback_author_id"), "feedback", ["author_id"])
    op.execute("ALTER TABLE talk ADD COLUMN has_no_slides BOOLEAN DEFAULT false NOT NULL")
    op.execute("ALTER TABLE meeting ADD COLUMN has_no_recording BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE meeting DROP COLUMN has_no_recording")
    op.execute("ALTER TABLE talk DROP COLUMN has_no_slides")
    op.drop_table("feedback")
