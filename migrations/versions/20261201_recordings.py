"""recordings among the files that people put on the site"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_recordings"
down_revision = "20261201_measure"
branch_labels = None
depends_on = None

OLD = ("pdf", "picture")
NEW = (*OLD, "video", "audio")
INDEXES = {
    "ix_upload_group_id": ["group_id"],
    "ix_upload_meeting_id": ["meeting_id"],
    "ix_upload_talk_id": ["talk_id"],
    "ix_upload_by_id_made_at": ["by_id", "made_at"],
    "uq_upload_material_id": ["material_id"],
    "uq_upload_name": ["name"],
}


def upgrade() -> None:
    _let_kinds_be(OLD, NEW)


def downgrade() -> None:
    recordings = "FROM upload WHERE kind IN ('video', 'audio')"
    op.execute(f"DELETE FROM material WHERE id IN (SELECT material_id {recordings})")  # noqa: S608
    op.execute(f"DELETE {recordings}")
    _let_kinds_be(NEW, OLD)


def _let_kinds_be(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change the CHECK of the kinds; SQLite can't, so there the table is made anew, from its whole description."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_upload_kind", "upload")
        op.create_check_constraint(op.f("ck_upload_kind"), "upload", sa.column("kind").in_(after))
        return
    with op.batch_alter_table("upload", copy_from=_table(before)) as batch:
        batch.alter_column("kind", type_=_kinds(after), existing_nullable=False)


def _kinds(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name=op.f("ck_upload_kind"), native_enum=False, create_constraint=True, length=20)


def _table(kinds: tuple[str, ...]) -> sa.Table:
    upload = sa.Table(
        "upload",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer()),
        sa.Column("talk_id", sa.Integer()),
        sa.Column("material_id", sa.Integer()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", _kinds(kinds), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("alt", sa.String(500), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(talk_id IS NULL) <> (meeting_id IS NULL)", name=op.f("ck_upload_of_talk_or_meeting")
        ),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_upload_not_empty")),
        sa.CheckConstraint(
            "(kind = 'picture') = (width IS NOT NULL AND height IS NOT NULL)",
            name=op.f("ck_upload_pictures_have_sizes"),
        ),
        sa.CheckConstraint(
            "CASE WHEN kind = 'picture' THEN (alt = '') = decorative ELSE alt = '' AND NOT decorative END",
            name=op.f("ck_upload_told_or_decorative"),
        ),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    for name, columns in INDEXES.items():
        sa.Index(op.f(name), *(upload.c[column] for column in columns), unique=name.startswith("uq_"))
    return upload


def _keys() -> list[sa.ForeignKeyConstraint]:
    rules = {"group": "CASCADE", "meeting": "CASCADE", "talk": "CASCADE", "material": "SET NULL"}
    keys = [(f"{table}_id", f"{table}.id", rule) for table, rule in rules.items()]
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_upload_{column}"), ondelete=rule)
        for column, target, rule in (*keys, ("by_id", "user.id", "SET NULL"))
    ]
