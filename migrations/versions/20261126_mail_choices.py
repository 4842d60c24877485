"""which mails people want, and whether in one a day"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_mail_choices"
down_revision = "20261126_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('ALTER TABLE "user" ADD COLUMN mails_daily BOOLEAN DEFAULT false NOT NULL')
    op.create_table(
        "mail_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (address IS NULL)", name=op.f("ck_mail_off_of_account_or_address")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mail_off_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_off")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_mail_off_user_id_kind")),
        sa.UniqueConstraint("address", "kind", name=op.f("uq_mail_off_address_kind")),
    )


def downgrade() -> None:
    op.drop_table("mail_off")
    op.execute('ALTER TABLE "user" DROP COLUMN mails_daily')
