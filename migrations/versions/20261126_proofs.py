"""what proves who somebody is: mailed codes, passkeys, a second step; zone and links of people, deleted accounts

Columns are added in place, with their checks: making the table anew would lose the checks of the first schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_proofs"
down_revision = "20261126_made_for"
branch_labels = None
depends_on = None

DELETED_IS_EMPTY = (
    "deleted_at IS NULL OR (NOT active AND NOT is_site_admin AND confirmed_at IS NULL"
    " AND password IS NULL AND zone IS NULL AND totp_secret IS NULL)"
)


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute("ALTER TABLE \"user\" ADD COLUMN links JSON DEFAULT '[]' NOT NULL")
    op.execute('ALTER TABLE "user" ADD COLUMN totp_secret TEXT')
    op.execute('ALTER TABLE "user" ADD COLUMN totp_counter BIGINT')
    op.execute(
        f'ALTER TABLE "user" ADD COLUMN deleted_at {moment} '
        f"CONSTRAINT ck_user_deleted_is_empty CHECK ({DELETED_IS_EMPTY})"
    )
    # Whoever is signed in already proves anew before the first risky act.
    op.execute(f"ALTER TABLE sign_in ADD COLUMN proved_at {moment} DEFAULT '1970-01-01 00:00:00' NOT NULL")
    _create_passkey()
    _create_recovery_code()
    _create_mailed_code()


def downgrade() -> None:
    op.drop_table("mailed_code")
    op.drop_table("recovery_code")
    op.drop_table("passkey")
    op.execute("ALTER TABLE sign_in DROP COLUMN proved_at")
    for column in ("deleted_at", "totp_counter", "totp_secret", "links"):
        op.execute(f'ALTER TABLE "user" DROP COLUMN {column}')


def _create_passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_passkey_named")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_passkey_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"])


def _create_recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_recovery_code")),
    )


def _create_mailed_code() -> None:
    op.create_table(
        "mailed_code",
        sa.Column("ticket_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('sign_in', 'address')", name=op.f("ck_mailed_code_purpose")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mailed_code_tries")),
        sa.CheckConstraint(
            "(purpose = 'address') = (email IS NOT NULL)", name=op.f("ck_mailed_code_address_iff_given")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mailed_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_digest", name=op.f("pk_mailed_code")),
    )
    op.create_index(op.f("ix_mailed_code_user_id"), "mailed_code", ["user_id"])
    op.create_index(op.f("ix_mailed_code_ends_at"), "mailed_code", ["ends_at"])
