"""the co-leads' draft of the programme"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_draft"
down_revision = "20261126_declined"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_draft_step_number")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_draft_step_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_draft_step_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_step")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_draft_step_group_id_number")),
    )
    with op.batch_alter_table("draft_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_step_by_id"), ["by_id"], unique=False)

    op.create_table(
        "draft_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(meeting_id IS NULL) = (position IS NULL)", name=op.f("ck_draft_seat_whole_place")
        ),
        sa.CheckConstraint(
            "(pitch_id IS NULL) <> (talk_id IS NULL)", name=op.f("ck_draft_seat_pitch_or_talk")
        ),
        sa.CheckConstraint(
            "meeting_id IS NOT NULL OR talk_id IS NOT NULL", name=op.f("ck_draft_seat_only_talks_come_off")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_draft_seat_place",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_draft_seat_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["draft_step.id"], name=op.f("fk_draft_seat_step_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_draft_seat_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_seat")),
        sa.UniqueConstraint(
            "step_id", "meeting_id", "position", name=op.f("uq_draft_seat_step_id_meeting_id_position")
        ),
        sa.UniqueConstraint("step_id", "pitch_id", name=op.f("uq_draft_seat_step_id_pitch_id")),
        sa.UniqueConstraint("step_id", "talk_id", name=op.f("uq_draft_seat_step_id_talk_id")),
    )
    with op.batch_alter_table("draft_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_seat_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index("ix_draft_seat_place", ["meeting_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_seat_talk_id"), ["talk_id"], unique=False)


def downgrade() -> None:
    op.drop_table("draft_seat")
    op.drop_table("draft_step")
