"""versions of texts, and drafts of recaps"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_texts"
down_revision = "20261130_joint_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(talk_id IS NULL) <> (meeting_id IS NULL)", name=op.f("ck_text_version_of_talk_or_meeting")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_text_version_number")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_text_version_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_text_version_talk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_text_version_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_version")),
    )
    op.create_index(op.f("ix_text_version_by_id"), "text_version", ["by_id"])
    op.create_index(
        "uq_text_version_meeting_id_number", "text_version", ["meeting_id", "number"], unique=True
    )
    op.create_index("uq_text_version_talk_id_number", "text_version", ["talk_id", "number"], unique=True)
    op.create_table(
        "recap_draft",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_recap_draft_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_recap_draft_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_recap_draft")),
    )
    op.create_index(op.f("ix_recap_draft_by_id"), "recap_draft", ["by_id"])


def downgrade() -> None:
    op.drop_table("recap_draft")
    op.drop_table("text_version")
