"""Series, meetings, places, talks, readings and materials."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_programme"
down_revision = "20261123_votes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_series()
    _create_meeting()
    _create_place()
    _create_talk()
    _create_talk_speaker()
    _create_talk_topic()
    _create_reading()
    _create_material()


def downgrade() -> None:
    op.drop_table("material")
    op.drop_table("reading")
    op.drop_table("talk_topic")
    op.drop_table("talk_speaker")
    op.drop_table("talk")
    op.drop_table("place")
    op.drop_table("meeting")
    op.drop_table("series")


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("speakers", "book", name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_series_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("group_id", "slug", name=op.f("uq_series_group_id_slug")),
    )


def _create_meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "announced",
                "held",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("recap", sa.Text(), nullable=False),
        sa.Column("join_url", sa.String(length=2000), nullable=False),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state = 'held' OR met_on IS NOT NULL", name=op.f("ck_meeting_only_held_may_lack_a_date")
        ),
        sa.CheckConstraint(
            "(starts_at_utc IS NULL) = (met_on IS NULL OR starts_at IS NULL)",
            name=op.f("ck_meeting_instant_iff_dated"),
        ),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_meeting_minutes")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_meeting_number")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_meeting_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_meeting_series_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint(
            "group_id", "met_on", "starts_at", name=op.f("uq_meeting_group_id_met_on_starts_at")
        ),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_meeting_group_id_number")),
    )
    op.create_index(
        "ix_meeting_group_id_starts_at_utc", "meeting", ["group_id", "starts_at_utc"], unique=False
    )
    op.create_index(op.f("ix_meeting_series_id"), "meeting", ["series_id"], unique=False)


def _create_place() -> None:
    op.create_table(
        "place",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("talk_minutes", sa.Integer(), nullable=False),
        sa.Column("question_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_place_position")),
        sa.CheckConstraint("question_minutes BETWEEN 0 AND 600", name=op.f("ck_place_question_minutes")),
        sa.CheckConstraint("talk_minutes BETWEEN 1 AND 600", name=op.f("ck_place_talk_minutes")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_place_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "position", name=op.f("pk_place")),
    )


def _create_talk() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
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
                "planned",
                "confirmed",
                "given",
                "withdrawn",
                "replaced",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("chapter", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state = 'replaced' OR replaced_by_id IS NULL", name=op.f("ck_talk_only_replaced_points")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_talk_titled")),
        sa.CheckConstraint("replaced_by_id <> id", name=op.f("ck_talk_not_replaced_by_itself")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_talk_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_talk_place",
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_talk_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_talk_pitch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["talk.id"], name=op.f("fk_talk_replaced_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_talk_series_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_group_id"), "talk", ["group_id"], unique=False)
    op.create_index(op.f("ix_talk_meeting_id"), "talk", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_talk_pitch_id"), "talk", ["pitch_id"], unique=False)
    op.create_index(op.f("ix_talk_replaced_by_id"), "talk", ["replaced_by_id"], unique=False)
    op.create_index(op.f("ix_talk_series_id"), "talk", ["series_id"], unique=False)
    op.create_index(
        "uq_talk_one_at_a_place",
        "talk",
        ["meeting_id", "position"],
        unique=True,
        sqlite_where=sa.text("state IN ('planned', 'confirmed', 'given')"),
        postgresql_where=sa.text("state IN ('planned', 'confirmed', 'given')"),
    )
    op.create_index(
        "uq_talk_one_of_a_pitch",
        "talk",
        ["pitch_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('planned', 'confirmed', 'given')"),
        postgresql_where=sa.text("state IN ('planned', 'confirmed', 'given')"),
    )


def _create_talk_speaker() -> None:
    op.create_table(
        "talk_speaker",
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_talk_speaker_speaker_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_talk_speaker_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "speaker_id", name=op.f("pk_talk_speaker")),
    )
    op.create_index(op.f("ix_talk_speaker_speaker_id"), "talk_speaker", ["speaker_id"], unique=False)


def _create_talk_topic() -> None:
    op.create_table(
        "talk_topic",
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_talk_topic_talk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_talk_topic_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "topic_id", name=op.f("pk_talk_topic")),
    )
    op.create_index(op.f("ix_talk_topic_topic_id"), "talk_topic", ["topic_id"], unique=False)


def _create_reading() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_reading_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("talk_id", "url", name=op.f("uq_reading_talk_id_url")),
    )


def _create_material() -> None:
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("talk_id", sa.Integer(), nullable=True),
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
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("url <> ''", name=op.f("ck_material_addressed")),
        sa.CheckConstraint(
            "(talk_id IS NULL) <> (meeting_id IS NULL)", name=op.f("ck_material_of_talk_or_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_material_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_material_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    op.create_index("uq_material_meeting", "material", ["meeting_id", "kind", "url"], unique=True)
    op.create_index("uq_material_talk", "material", ["talk_id", "kind", "url"], unique=True)
