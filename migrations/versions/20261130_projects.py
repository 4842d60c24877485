"""how far research proposals are, who takes part, and what they tell"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_projects"
down_revision = "20261130_texts"
branch_labels = None
depends_on = None

STATES = ("proposed", "looking", "under_way", "finished", "set_aside")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "project",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_project_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_project_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_group_id"), "project", ["group_id"], unique=False)
    op.create_table(
        "project_member",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["project.pitch_id"], name=op.f("fk_project_member_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_project_member_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "user_id", name=op.f("pk_project_member")),
    )
    op.create_index(op.f("ix_project_member_user_id"), "project_member", ["user_id"], unique=False)
    op.create_table(
        "project_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_project_update_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["project.pitch_id"], name=op.f("fk_project_update_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_update")),
    )
    op.create_index(op.f("ix_project_update_by_id"), "project_update", ["by_id"], unique=False)
    op.create_index(op.f("ix_project_update_pitch_id"), "project_update", ["pitch_id"], unique=False)


def downgrade() -> None:
    for table in ("project_update", "project_member", "project"):
        op.drop_table(table)
