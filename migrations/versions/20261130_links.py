"""when addresses were looked at, and which don't answer"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_links"
down_revision = "20261130_api_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_look",
        sa.Column("url", sa.String(length=650), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_link_look_failures")),
        sa.CheckConstraint(
            "(failures = 0) = (failing_since IS NULL)", name=op.f("ck_link_look_failing_iff_failed")
        ),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link_look")),
    )
    op.create_index("ix_link_look_due_at", "link_look", ["due_at"])
    for table in ("material", "reading"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN dead_since DATE")
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN last_worked DATE "
            f"CONSTRAINT ck_{table}_worked_before_dead CHECK (last_worked IS NULL OR dead_since IS NOT NULL)"
        )
        op.create_index(f"ix_{table}_dead_since", table, ["dead_since"])


def downgrade() -> None:
    for table in ("reading", "material"):
        op.drop_index(f"ix_{table}_dead_since", table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN last_worked")
        op.execute(f"ALTER TABLE {table} DROP COLUMN dead_since")
    op.drop_table("link_look")
