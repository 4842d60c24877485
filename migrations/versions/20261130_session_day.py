"""the day of a session: questions, its run sheet, the link of a chair, that it happened, and who was there

The group's columns are added in place: making the table anew would lose the checks of the first schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_session_day"
down_revision = "20261130_series"
branch_labels = None
depends_on = None

TABLES = ("attendance", "holding", "chair_link", "run_step", "question_support", "question")
SETTINGS = {
    "join_url": "VARCHAR(2000) DEFAULT '' NOT NULL",
    "join_minutes": "INTEGER DEFAULT '15' NOT NULL CONSTRAINT ck_group_join_minutes"
    " CHECK (join_minutes BETWEEN 0 AND 1440)",
    "question_hours": "INTEGER DEFAULT '24' NOT NULL CONSTRAINT ck_group_question_hours"
    " CHECK (question_hours BETWEEN 0 AND 720)",
    "keeps_attendance": "BOOLEAN DEFAULT {false} NOT NULL",
}


def upgrade() -> None:
    false = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    for name, kind in SETTINGS.items():
        op.execute(f'ALTER TABLE "group" ADD COLUMN {name} {kind.format(false=false)}')
    _create_questions()
    _create_run_sheet()
    _create_holding()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name in reversed(SETTINGS):
        op.execute(f'ALTER TABLE "group" DROP COLUMN {name}')


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, name: str, to: str, rule: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}", ondelete=rule)


def _index(table: str, *names: str) -> None:
    for name in names:
        op.create_index(f"ix_{table}_{name}", table, [name])


def _create_questions() -> None:
    op.create_table(
        "question",
        *(_number(name) for name in ("id", "group_id", "talk_id", "asked_by_id")),
        sa.Column("nameless", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_digest", sa.String(length=64), nullable=False),
        _moment("asked_at"),
        *(_moment(name, nullable=True) for name in ("withdrawn_at", "hidden_at", "answered_at")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_question_asks_something")),
        _key("question", "group_id", "group"),
        _key("question", "talk_id", "talk"),
        _key("question", "asked_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint(
            "talk_id", "asked_by_id", "words_digest", name="uq_question_talk_id_asked_by_id_words_digest"
        ),
    )
    _index("question", "group_id", "asked_by_id")
    op.create_table(
        "question_support",
        *(_number(name) for name in ("question_id", "user_id")),
        _key("question_support", "question_id", "question"),
        _key("question_support", "user_id", "user"),
        sa.PrimaryKeyConstraint("question_id", "user_id", name="pk_question_support"),
    )
    _index("question_support", "user_id")


def _create_run_sheet() -> None:
    kinds = sa.Enum(
        "talk", "questions", "end", name="kind", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "run_step",
        *(_number(name) for name in ("id", "meeting_id", "number")),
        sa.Column("kind", kinds, nullable=False),
        _number("position", nullable=True),
        _moment("began_at"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_run_step_number")),
        sa.CheckConstraint("(kind = 'end') = (position IS NULL)", name=op.f("ck_run_step_end_has_no_place")),
        _key("run_step", "meeting_id", "meeting"),
        sa.PrimaryKeyConstraint("id", name="pk_run_step"),
        sa.UniqueConstraint("meeting_id", "number", name="uq_run_step_meeting_id_number"),
    )
    op.create_table(
        "chair_link",
        *(_number(name) for name in ("id", "group_id", "meeting_id")),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        _moment("made_at"),
        _number("made_by_id", nullable=True),
        _moment("revoked_at", nullable=True),
        _key("chair_link", "group_id", "group"),
        _key("chair_link", "meeting_id", "meeting"),
        _key("chair_link", "made_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_chair_link"),
        sa.UniqueConstraint("token_digest", name="uq_chair_link_token_digest"),
    )
    _index("chair_link", "group_id", "meeting_id", "made_by_id")
    running = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_chair_link_one_running", "chair_link", ["meeting_id"],
        unique=True, sqlite_where=running, postgresql_where=running,
    )  # fmt: skip


def _create_holding() -> None:
    op.create_table(
        "holding",
        _number("meeting_id"),
        _moment("held_at"),
        _number("held_by_id", nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        _number("guests", nullable=True),
        sa.CheckConstraint("guests BETWEEN 0 AND 10000", name=op.f("ck_holding_guests")),
        _key("holding", "meeting_id", "meeting"),
        _key("holding", "held_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_holding"),
    )
    _index("holding", "held_by_id")
    op.create_table(
        "attendance",
        *(_number(name) for name in ("meeting_id", "user_id")),
        _key("attendance", "meeting_id", "meeting"),
        _key("attendance", "user_id", "user"),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name="pk_attendance"),
    )
    _index("attendance", "user_id")
