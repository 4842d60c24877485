"""files that people put on the site"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_uploads"
down_revision = "20261130_chores"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pdf", "picture", name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("alt", sa.String(length=500), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_upload_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_upload_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_upload_talk_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f("fk_upload_material_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_upload_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_group_id"), "upload", ["group_id"])
    op.create_index(op.f("ix_upload_meeting_id"), "upload", ["meeting_id"])
    op.create_index(op.f("ix_upload_talk_id"), "upload", ["talk_id"])
    op.create_index("ix_upload_by_id_made_at", "upload", ["by_id", "made_at"])
    op.create_index("uq_upload_material_id", "upload", ["material_id"], unique=True)
    op.create_index("uq_upload_name", "upload", ["name"], unique=True)


def downgrade() -> None:
    op.drop_table("upload")
