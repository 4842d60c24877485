"""speakers who want to change places"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_swap"
down_revision = "20261126_draft"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "done",
                "refused",
                "withdrawn",
                "vetoed",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("veto_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('proposed', 'agreed')) = (ended_at IS NULL)", name=op.f("ck_swap_ended_iff_over")
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR veto_until IS NOT NULL", name=op.f("ck_swap_agreed_has_its_time")
        ),
        sa.CheckConstraint("talk_id <> other_id", name=op.f("ck_swap_two_talks")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_swap_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["talk.id"], name=op.f("fk_swap_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_swap_proposed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_swap_talk_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_talk_id"), ["talk_id"], unique=False)
        batch_op.create_index(
            "uq_swap_one_of_a_talk",
            ["talk_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'agreed')"),
            postgresql_where=sa.text("state IN ('proposed', 'agreed')"),
        )
        batch_op.create_index(
            "uq_swap_one_of_an_other",
            ["other_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'agreed')"),
            postgresql_where=sa.text("state IN ('proposed', 'agreed')"),
        )


def downgrade() -> None:
    op.drop_table("swap")
