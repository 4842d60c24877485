"""what co-leads say about chores, when they are away, and when a session is closed"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_chores"
down_revision = "20261130_session_day"
branch_labels = None
depends_on = None

CHORES = (
    "results",
    "places",
    "step_in",
    "confirm",
    "reading",
    "join",
    "chair",
    "held",
    "recording",
    "recap",
    "slides",
    "close",
)


def upgrade() -> None:
    op.create_table(
        "chore_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column(
            "chore",
            sa.Enum(*CHORES, name="chore", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("takes", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(meeting_id IS NULL) <> (round_id IS NULL)", name=op.f("ck_chore_word_of_meeting_or_round")
        ),
        _key("chore_word", "group_id", "group"),
        _key("chore_word", "meeting_id", "meeting"),
        _key("chore_word", "round_id", "round"),
        _key("chore_word", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chore_word")),
    )
    op.create_index(op.f("ix_chore_word_group_id"), "chore_word", ["group_id"])
    op.create_index(op.f("ix_chore_word_user_id"), "chore_word", ["user_id"])
    for thing in ("meeting", "round"):
        columns, taken = [f"{thing}_id", "chore"], sa.text("takes")
        op.create_index(f"uq_chore_word_{thing}", "chore_word", [*columns, "user_id"], unique=True)
        op.create_index(
            f"uq_chore_word_{thing}_one_takes",
            "chore_word",
            columns,
            unique=True,
            sqlite_where=taken,
            postgresql_where=taken,
        )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_absence_in_order")),
        _key("absence", "group_id", "group"),
        _key("absence", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_group_id"), "absence", ["group_id"])
    op.create_index(op.f("ix_absence_user_id"), "absence", ["user_id"])
    # Not in a batch: SQLite would make the table anew.
    closed = "CONSTRAINT ck_meeting_only_held_is_closed CHECK (closed_at IS NULL OR state = 'held')"
    kind = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE meeting ADD COLUMN closed_at {kind} {closed}")


def downgrade() -> None:
    op.execute("ALTER TABLE meeting DROP COLUMN closed_at")
    op.drop_table("absence")
    op.drop_table("chore_word")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
