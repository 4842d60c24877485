"""of which book a pitched chapter is, and its number"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_chapter"
down_revision = "20261126_window"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pitch_chapter",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_pitch_chapter_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_chapter_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_pitch_chapter_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", name=op.f("pk_pitch_chapter")),
    )
    op.create_index(op.f("ix_pitch_chapter_series_id"), "pitch_chapter", ["series_id"])


def downgrade() -> None:
    op.drop_table("pitch_chapter")
