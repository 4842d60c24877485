"""histories on their way in: a file's rows, its columns, and what was corrected"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_intake"
down_revision = "20261130_projects"
branch_labels = None
depends_on = None


def upgrade() -> None:
    state = sa.Enum(
        "open", "waiting", "done", name="state", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.Column("state", state, nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("columns", "fields", "people", "warnings")),
        sa.Column("day_first", sa.Boolean()),
        sa.Column("all_held", sa.Boolean(), nullable=False),
        sa.Column("base", sa.String(2000), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("row_count >= 0 AND doubtful >= 0 AND doubtful <= row_count", name="counted"),
        sa.CheckConstraint("(state = 'done') = (import_id IS NOT NULL)", name="imported_iff_done"),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_intake_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_intake_import_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
    )
    for name in ("group_id", "import_id"):
        op.create_index(f"ix_intake_{name}", "intake", [name])
    _create_rows()


def _create_rows() -> None:
    op.create_table(
        "intake_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("noted", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("fixed", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("found_on", sa.Date()),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.CheckConstraint("doubts >= 0", name="doubts"),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name="fk_intake_row_intake_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intake_row"),
    )
    op.create_index("uq_intake_row_position", "intake_row", ["intake_id", "position"], unique=True)


def downgrade() -> None:
    for table in ("intake_row", "intake"):
        op.drop_table(table)
