"""The community, accounts, groups, memberships, speakers, the audit trail and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_people"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_community()
    _create_user()
    _create_sign_in()
    _create_group()
    _create_group_break()
    _create_topic()
    _create_membership()
    _create_speaker()
    _create_record()
    _create_notice()


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("record")
    op.drop_table("speaker")
    op.drop_table("membership")
    op.drop_table("topic")
    op.drop_table("group_break")
    op.drop_table("group")
    op.drop_table("sign_in")
    op.drop_table("user")
    op.drop_table("community")


def _create_community() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("public_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_community_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )


def _create_user() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_site_admin", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_user_named")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_folded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )


def _create_sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_token_digest")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"], unique=False)


def _create_group() -> None:
    op.create_table(
        "group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mission", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weeks_between", sa.Integer(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("talk_minutes", sa.Integer(), nullable=False),
        sa.Column("question_minutes", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column(
            "join_policy",
            sa.Enum(
                "open",
                "apply",
                "invite",
                name="join_policy",
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
        sa.Column("season_balance", sa.Boolean(), nullable=False),
        sa.Column("threshold_min", sa.Integer(), nullable=False),
        sa.Column("threshold_percent", sa.Integer(), nullable=False),
        sa.Column("public_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_group_named")),
        sa.CheckConstraint("slug <> '' AND slug = lower(slug)", name=op.f("ck_group_slug_lower")),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 60", name=op.f("ck_group_lead_days")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_group_minutes")),
        sa.CheckConstraint("places BETWEEN 1 AND 20", name=op.f("ck_group_places")),
        sa.CheckConstraint("question_minutes BETWEEN 0 AND 600", name=op.f("ck_group_question_minutes")),
        sa.CheckConstraint("talk_minutes BETWEEN 1 AND 600", name=op.f("ck_group_talk_minutes")),
        sa.CheckConstraint("threshold_min >= 0", name=op.f("ck_group_threshold_min")),
        sa.CheckConstraint("threshold_percent BETWEEN 0 AND 100", name=op.f("ck_group_threshold_percent")),
        sa.CheckConstraint("weeks_between BETWEEN 1 AND 52", name=op.f("ck_group_weeks_between")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group")),
        sa.UniqueConstraint("slug", name=op.f("uq_group_slug")),
    )


def _create_group_break() -> None:
    op.create_table(
        "group_break",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("keeps_phase", sa.Boolean(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_group_break_in_order")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_group_break_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_break")),
    )
    op.create_index(op.f("ix_group_break_group_id"), "group_break", ["group_id"], unique=False)


def _create_topic() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_topic_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("group_id", "slug", name=op.f("uq_topic_group_id_slug")),
    )


def _create_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
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
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "left",
                "removed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN -1 AND 1", name=op.f("ck_membership_level")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_membership_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("group_id", "user_id", name=op.f("uq_membership_group_id_user_id")),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)


def _create_speaker() -> None:
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_speaker_named")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_speaker_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_speaker_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("group_id", "slug", name=op.f("uq_speaker_group_id_slug")),
        sa.UniqueConstraint("group_id", "user_id", name=op.f("uq_speaker_group_id_user_id")),
    )
    op.create_index(op.f("ix_speaker_user_id"), "speaker", ["user_id"], unique=False)


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_record_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_record_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_by_id"), "record", ["by_id"], unique=False)
    op.create_index("ix_record_group_id_at", "record", ["group_id", "at"], unique=False)
    op.create_index("ix_record_thing", "record", ["thing", "thing_id"], unique=False)


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued", "sent", "failed", name="state", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notice_sent_iff_said_when")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_notice_attempts")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_notice_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("kind", "subject", "recipient", name=op.f("uq_notice_kind_subject_recipient")),
    )
    op.create_index(op.f("ix_notice_group_id"), "notice", ["group_id"], unique=False)
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"], unique=False)
