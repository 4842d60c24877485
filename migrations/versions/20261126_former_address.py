"""where groups, speakers, topics and series used to be found"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_former_address"
down_revision = "20261126_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('group', 'speaker', 'topic', 'series')", name=op.f("ck_former_address_kind")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name="fk_former_address_group_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_former_address"),
        sa.UniqueConstraint("group_id", "kind", "slug", name="uq_former_address_group_id_kind_slug"),
    )
    op.create_index("ix_former_address_slug", "former_address", ["slug"])


def downgrade() -> None:
    op.drop_index("ix_former_address_slug", "former_address")
    op.drop_table("former_address")
