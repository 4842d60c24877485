"""Imports, and what each of them made."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_imports"
down_revision = "20261123_programme"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_import()
    _create_imported_thing()


def downgrade() -> None:
    op.drop_table("imported_thing")
    op.drop_table("import")


def _create_import() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_count", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("made_count >= 0", name=op.f("ck_import_made_count")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_import_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_group_id"), "import", ["group_id"], unique=False)


def _create_imported_thing() -> None:
    op.create_table(
        "imported_thing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_imported_thing_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_thing")),
    )
    op.create_index(op.f("ix_imported_thing_import_id"), "imported_thing", ["import_id"], unique=False)
    op.create_index("ix_imported_thing_thing", "imported_thing", ["thing", "thing_id"], unique=False)
