"""speakers: their address, hidden pages, merged spellings, claims, days away, and links for those without an account

The columns are added in place, with their checks: making the table anew would lose the checks of the first schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_speaking"
down_revision = "20261126_invited_lists"
branch_labels = None
depends_on = None

TABLES = ("speaking_link", "speaker_merge", "speaker_claim", "speaker_day_away")


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(
        "ALTER TABLE speaker ADD COLUMN email VARCHAR(254) CONSTRAINT ck_speaker_email_folded CHECK (email = lower(email))"
    )
    op.execute(f"ALTER TABLE speaker ADD COLUMN hidden_at {moment}")
    op.execute("ALTER TABLE talk ADD COLUMN answer_by DATE")
    _create_day_away()
    _create_claim()
    _create_merge()
    _create_link()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("ALTER TABLE talk DROP COLUMN answer_by")
    for column in ("hidden_at", "email"):
        op.execute(f"ALTER TABLE speaker DROP COLUMN {column}")


def _key(table: str, name: str, to: str, rule: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}", ondelete=rule)


def _index(table: str, *names: str) -> None:
    for name in names:
        op.create_index(f"ix_{table}_{name}", table, [name])


def _create_day_away() -> None:
    op.create_table(
        "speaker_day_away",
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("away_on", sa.Date(), nullable=False),
        _key("speaker_day_away", "speaker_id", "speaker", "CASCADE"),
        sa.PrimaryKeyConstraint("speaker_id", "away_on", name="pk_speaker_day_away"),
    )


def _create_claim() -> None:
    states = sa.Enum(
        "pending", "accepted", "declined", "withdrawn",
        name="state", native_enum=False, create_constraint=True, length=20,
    )  # fmt: skip
    op.create_table(
        "speaker_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL)",
            name=op.f("ck_speaker_claim_decided_iff_not_pending"),
        ),
        _key("speaker_claim", "group_id", "group", "CASCADE"),
        _key("speaker_claim", "speaker_id", "speaker", "CASCADE"),
        _key("speaker_claim", "user_id", "user", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_claim"),
    )
    _index("speaker_claim", "group_id", "speaker_id", "user_id")
    pending = sa.text("state = 'pending'")
    op.create_index(
        "uq_speaker_claim_one_pending", "speaker_claim", ["group_id", "user_id"],
        unique=True, sqlite_where=pending, postgresql_where=pending,
    )  # fmt: skip


def _create_merge() -> None:
    op.create_table(
        "speaker_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_speaker_merge_two_speakers")),
        _key("speaker_merge", "group_id", "group", "CASCADE"),
        _key("speaker_merge", "kept_id", "speaker", "CASCADE"),
        _key("speaker_merge", "gone_id", "speaker", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_merge"),
    )
    _index("speaker_merge", "group_id", "kept_id", "gone_id")
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_speaker_merge_one_standing", "speaker_merge", ["gone_id"],
        unique=True, sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip


def _create_link() -> None:
    op.create_table(
        "speaking_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_speaking_link_lasts")),
        _key("speaking_link", "group_id", "group", "CASCADE"),
        _key("speaking_link", "talk_id", "talk", "CASCADE"),
        _key("speaking_link", "speaker_id", "speaker", "CASCADE"),
        _key("speaking_link", "made_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_speaking_link"),
        sa.UniqueConstraint("token_digest", name="uq_speaking_link_token_digest"),
    )
    _index("speaking_link", "group_id", "talk_id", "speaker_id", "made_by_id")
