"""mails that are dropped, bundled, or not worth sending after some time"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_mail_measure"
down_revision = "20261124_at_once"
branch_labels = None
depends_on = None

OLD = ("queued", "sent", "failed")
NEW = (*OLD, "dropped")


def upgrade() -> None:
    _let_states_be(OLD, NEW)
    for column in (
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("bundle_id", sa.Integer()),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("notice", column)
    op.create_index("ix_notice_recipient", "notice", ["recipient"])
    op.create_index("ix_notice_bundle_id", "notice", ["bundle_id"])


def downgrade() -> None:
    op.drop_index("ix_notice_bundle_id", "notice")
    op.drop_index("ix_notice_recipient", "notice")
    for column in ("tried_at", "bundle_id", "until"):
        op.drop_column("notice", column)
    op.execute("UPDATE notice SET state = 'failed' WHERE state = 'dropped'")
    _let_states_be(NEW, OLD)


def _let_states_be(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change the CHECK of the states; SQLite can't, so there the table is made anew, from its whole description."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_notice_state", "notice")
        op.create_check_constraint(op.f("ck_notice_state"), "notice", sa.column("state").in_(after))
        return
    with op.batch_alter_table("notice", copy_from=_table(before)) as batch:
        batch.alter_column("state", type_=_states(after), existing_nullable=False)


def _states(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name=op.f("ck_notice_state"), native_enum=False, create_constraint=True, length=20)


def _table(states: tuple[str, ...]) -> sa.Table:
    notice = sa.Table(
        "notice",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer()),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("state", _states(states), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="ck_notice_sent_iff_said_when"),
        sa.CheckConstraint("attempts >= 0", name="ck_notice_attempts"),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_notice_group_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("kind", "subject", "recipient", name="uq_notice_kind_subject_recipient"),
    )
    sa.Index("ix_notice_group_id", notice.c.group_id)
    sa.Index("ix_notice_state_due_at", notice.c.state, notice.c.due_at)
    return notice
