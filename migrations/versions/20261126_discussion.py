"""threads and comments"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_discussion"
down_revision = "20261126_proofs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_thread()
    _create_comment()
    _create_thread_follower()
    _create_comment_report()
    _create_comment_version()


def downgrade() -> None:
    op.drop_table("comment_version")
    op.drop_table("comment_report")
    op.drop_table("thread_follower")
    op.drop_table("comment")
    op.drop_table("thread")


def _create_thread() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(pitch_id IS NULL) <> (talk_id IS NULL)", name=op.f("ck_thread_of_pitch_or_talk")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_thread_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_thread_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_thread_talk_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_index("ix_thread_group_id_last_at", "thread", ["group_id", "last_at"], unique=False)
    op.create_index("uq_thread_pitch", "thread", ["pitch_id"], unique=True)
    op.create_index("uq_thread_talk", "thread", ["talk_id"], unique=True)


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_because = '')", name=op.f("ck_comment_hidden_for_a_reason")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_comment_says_something")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_comment_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_comment_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_author_id_said_at", "comment", ["author_id", "said_at"], unique=False)
    op.create_index("ix_comment_thread_id_id", "comment", ["thread_id", "id"], unique=False)


def _create_thread_follower() -> None:
    op.create_table(
        "thread_follower",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_follower_thread_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_thread_follower_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("thread_id", "user_id", name=op.f("pk_thread_follower")),
    )
    op.create_index(op.f("ix_thread_follower_user_id"), "thread_follower", ["user_id"], unique=False)


def _create_comment_report() -> None:
    op.create_table(
        "comment_report",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("because <> ''", name=op.f("ck_comment_report_reasoned")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_comment_report_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "by_id", name=op.f("pk_comment_report")),
    )
    op.create_index(op.f("ix_comment_report_by_id"), "comment_report", ["by_id"], unique=False)


def _create_comment_version() -> None:
    op.create_table(
        "comment_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_version_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
    )
    op.create_index(op.f("ix_comment_version_comment_id"), "comment_version", ["comment_id"], unique=False)
