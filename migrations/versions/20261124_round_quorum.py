"""a quorum for rounds: how many have to vote, the extension, and why the results count all the same

The columns are added in place, with their checks: making the table anew would lose the checks of the first schema.
"""

from alembic import op

revision = "20261124_quorum"
down_revision = "20261123_why_join"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(
        "ALTER TABLE round ADD COLUMN quorum INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_round_quorum CHECK (quorum >= 0)"
    )
    op.execute(
        f"ALTER TABLE round ADD COLUMN extended_from {moment} "
        "CONSTRAINT ck_round_extended_to_later CHECK (extended_from < closes_at)"
    )
    op.execute("ALTER TABLE round ADD COLUMN released_because TEXT DEFAULT '' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN released_because")
    op.execute("ALTER TABLE round DROP COLUMN extended_from")
    op.execute("ALTER TABLE round DROP COLUMN quorum")
