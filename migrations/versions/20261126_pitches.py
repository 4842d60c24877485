"""drafts as typed, topics, interest and proposed changes of pitches

The columns are added in place: making the table anew would lose the checks of the first schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_pitches"
down_revision = "20261126_mail_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE pitch ADD COLUMN typed JSON "
        "CONSTRAINT ck_pitch_typed_while_draft CHECK (typed IS NULL OR state = 'draft')"
    )
    op.execute(
        "ALTER TABLE pitch ADD COLUMN wanted_after INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_pitch_wanted_after CHECK (wanted_after >= 0)"
    )
    _create_pitch_change()
    _create_pitch_interest()
    _create_pitch_topic()


def downgrade() -> None:
    op.execute("ALTER TABLE pitch DROP COLUMN wanted_after")
    op.execute("ALTER TABLE pitch DROP COLUMN typed")
    op.drop_table("pitch_topic")
    op.drop_table("pitch_interest")
    op.drop_table("pitch_change")


def _create_pitch_change() -> None:
    op.create_table(
        "pitch_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("says", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "accepted",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL)", name=op.f("ck_pitch_change_pending_until_decided")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_pitch_change_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_pitch_change_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_change_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitch_change")),
    )
    op.create_index(op.f("ix_pitch_change_by_id"), "pitch_change", ["by_id"], unique=False)
    op.create_index(op.f("ix_pitch_change_decided_by_id"), "pitch_change", ["decided_by_id"], unique=False)
    op.create_index("ix_pitch_change_pitch_id", "pitch_change", ["pitch_id"], unique=False)
    op.create_index(
        "uq_pitch_change_one_pending",
        "pitch_change",
        ["pitch_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_pitch_interest() -> None:
    op.create_table(
        "pitch_interest",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_interest_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_pitch_interest_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "user_id", name=op.f("pk_pitch_interest")),
    )
    op.create_index(op.f("ix_pitch_interest_user_id"), "pitch_interest", ["user_id"], unique=False)


def _create_pitch_topic() -> None:
    op.create_table(
        "pitch_topic",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_topic_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_pitch_topic_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "topic_id", name=op.f("pk_pitch_topic")),
    )
    op.create_index(op.f("ix_pitch_topic_topic_id"), "pitch_topic", ["topic_id"], unique=False)
