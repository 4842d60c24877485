"""invitations, questions to applicants and their answers, and when an application was decided"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_invitations"
down_revision = "20261126_discussion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "member",
                "co_lead",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role <> 'applicant'", name=op.f("ck_invitation_into_the_group")),
        sa.CheckConstraint("most >= 1 AND used BETWEEN 0 AND most", name=op.f("ck_invitation_used_at_most")),
        sa.CheckConstraint("email IS NULL OR most = 1", name=op.f("ck_invitation_mailed_to_one")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_invitation_expires_later")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_invitation_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_invitation_made_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_index(op.f("ix_invitation_group_id"), "invitation", ["group_id"], unique=False)
    op.create_index(op.f("ix_invitation_made_by_id"), "invitation", ["made_by_id"], unique=False)
    op.create_table(
        "guest",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_guest_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_guest_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("invitation_id", "user_id", name=op.f("pk_guest")),
    )
    op.create_index(op.f("ix_guest_user_id"), "guest", ["user_id"], unique=False)
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute("ALTER TABLE \"group\" ADD COLUMN join_questions TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE membership ADD COLUMN answers JSON DEFAULT '[]' NOT NULL")
    op.execute(f"ALTER TABLE membership ADD COLUMN decided_at {moment}")


def downgrade() -> None:
    op.execute("ALTER TABLE membership DROP COLUMN decided_at")
    op.execute("ALTER TABLE membership DROP COLUMN answers")
    op.execute('ALTER TABLE "group" DROP COLUMN join_questions')
    op.drop_table("guest")
    op.drop_table("invitation")
