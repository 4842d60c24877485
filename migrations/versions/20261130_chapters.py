"""chapters of a book, and where they are planned"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_chapters"
down_revision = "20261130_after"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("pages", sa.String(length=60), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_chapter_counts_from_one")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_chapter_titled")),
        sa.CheckConstraint("(meeting_id IS NULL) = (position IS NULL)", name=op.f("ck_chapter_whole_place")),
        sa.CheckConstraint(
            "skipped_at IS NULL OR meeting_id IS NULL", name=op.f("ck_chapter_skipped_has_no_place")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_chapter_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_chapter_place",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_chapter_series_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_chapter_speaker_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapter")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_chapter_meeting_id_position")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_chapter_series_id_number")),
    )
    op.create_index(op.f("ix_chapter_group_id"), "chapter", ["group_id"], unique=False)
    op.create_index(op.f("ix_chapter_speaker_id"), "chapter", ["speaker_id"], unique=False)


def downgrade() -> None:
    op.drop_table("chapter")
