"""sessions that one group hosts and another takes part in"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_joint_sessions"
down_revision = "20261130_chapters"
branch_labels = None
depends_on = None

STATES = ("invited", "accepted", "declined", "left", "withdrawn")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "joint_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("guest_id <> group_id", name=op.f("ck_joint_session_two_groups")),
        sa.CheckConstraint(
            "(state = 'invited') = (answered_at IS NULL)",
            name=op.f("ck_joint_session_answered_iff_not_invited"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_joint_session_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["group.id"], name=op.f("fk_joint_session_guest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_joint_session_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_session")),
        sa.UniqueConstraint("meeting_id", "guest_id", name=op.f("uq_joint_session_meeting_id_guest_id")),
    )
    op.create_index(op.f("ix_joint_session_group_id"), "joint_session", ["group_id"], unique=False)
    op.create_index(op.f("ix_joint_session_guest_id"), "joint_session", ["guest_id"], unique=False)


def downgrade() -> None:
    op.drop_table("joint_session")
