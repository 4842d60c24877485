"""Pitches, rounds, ballots and standings."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_votes"
down_revision = "20261123_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_pitch()
    _create_pitch_speaker()
    _create_pitch_link()
    _create_pitch_day_away()
    _create_round()
    _create_round_pitch()
    _create_ballot()
    _create_participation()
    _create_standing()


def downgrade() -> None:
    op.drop_table("standing")
    op.drop_table("participation")
    op.drop_table("ballot")
    op.drop_table("round_pitch")
    op.drop_table("round")
    op.drop_table("pitch_day_away")
    op.drop_table("pitch_link")
    op.drop_table("pitch_speaker")
    op.drop_table("pitch")


def _create_pitch() -> None:
    op.create_table(
        "pitch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "talk",
                "paper",
                "chapter",
                "proposal",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "in_round",
                "won",
                "scheduled",
                "given",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rounds_waited", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_pitch_withdrawn_iff_said_when"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_pitch_titled")),
        sa.CheckConstraint("rounds_waited >= 0", name=op.f("ck_pitch_rounds_waited")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_pitch_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_pitch_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pitch_public_id")),
    )
    op.create_index(op.f("ix_pitch_author_id"), "pitch", ["author_id"], unique=False)
    op.create_index("ix_pitch_group_id_state", "pitch", ["group_id", "state"], unique=False)


def _create_pitch_speaker() -> None:
    op.create_table(
        "pitch_speaker",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_speaker_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_pitch_speaker_speaker_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "speaker_id", name=op.f("pk_pitch_speaker")),
    )
    op.create_index(op.f("ix_pitch_speaker_speaker_id"), "pitch_speaker", ["speaker_id"], unique=False)


def _create_pitch_link() -> None:
    op.create_table(
        "pitch_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "slides",
                "recording",
                "paper",
                "code",
                "notes",
                "image",
                "link",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_link_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitch_link")),
        sa.UniqueConstraint("pitch_id", "url", name=op.f("uq_pitch_link_pitch_id_url")),
    )


def _create_pitch_day_away() -> None:
    op.create_table(
        "pitch_day_away",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("away_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_pitch_day_away_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "away_on", name=op.f("pk_pitch_day_away")),
    )


def _create_round() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "released",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "rule",
            sa.Enum(
                "fair", "popular", "ranked", name="rule", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("threshold_min", sa.Integer(), nullable=False),
        sa.Column("threshold_percent", sa.Integer(), nullable=False),
        sa.Column("season_balance", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("nonce_commit", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("turnout", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_round_cancelled_iff_said_when"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (opened_at IS NOT NULL AND closed_at IS NULL AND cancelled_at IS NULL)",
            name=op.f("ck_round_open_iff_opened_not_closed"),
        ),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_round_released_iff_said_when")
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'released')) <= (closed_at IS NOT NULL AND digest IS NOT NULL)",
            name=op.f("ck_round_closed_is_counted"),
        ),
        sa.CheckConstraint("state <> 'draft' OR opened_at IS NULL", name=op.f("ck_round_draft_never_opened")),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (nonce IS NULL) AND (opened_at IS NULL) = (nonce_commit IS NULL)",
            name=op.f("ck_round_nonce_from_opening"),
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_round_opens_before_it_closes")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_round_seats")),
        sa.CheckConstraint("threshold_min >= 0", name=op.f("ck_round_threshold_min")),
        sa.CheckConstraint("threshold_percent BETWEEN 0 AND 100", name=op.f("ck_round_threshold_percent")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_round_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_round_group_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_round_public_id")),
    )
    op.create_index(
        "uq_round_one_open",
        "round",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_round_pitch() -> None:
    op.create_table(
        "round_pitch",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_round_pitch_pitch_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_pitch_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "pitch_id", name=op.f("pk_round_pitch")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_round_pitch_round_id_position")),
    )
    op.create_index(op.f("ix_round_pitch_pitch_id"), "round_pitch", ["pitch_id"], unique=False)


def _create_ballot() -> None:
    op.create_table(
        "ballot",
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(membership_id IS NULL) = (cast_at IS NULL)", name=op.f("ck_ballot_linked_or_cut")
        ),
        sa.CheckConstraint("level BETWEEN -1 AND 1", name=op.f("ck_ballot_level")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_ballot_membership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_ballot_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_ballot")),
        sa.UniqueConstraint("round_id", "membership_id", name=op.f("uq_ballot_round_id_membership_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ballot_membership_id"), "ballot", ["membership_id"], unique=False)


def _create_participation() -> None:
    op.create_table(
        "participation",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_participation_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_participation_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "membership_id", name=op.f("pk_participation")),
    )
    op.create_index(op.f("ix_participation_membership_id"), "participation", ["membership_id"], unique=False)


def _create_standing() -> None:
    op.create_table(
        "standing",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("tie", sa.String(length=20), nullable=False),
        sa.CheckConstraint("approvals >= 0", name=op.f("ck_standing_approvals")),
        sa.CheckConstraint("place >= 1", name=op.f("ck_standing_place")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_standing_pitch_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_standing_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "pitch_id", name=op.f("pk_standing")),
        sa.UniqueConstraint("round_id", "place", name=op.f("uq_standing_round_id_place")),
    )
    op.create_index(op.f("ix_standing_pitch_id"), "standing", ["pitch_id"], unique=False)
