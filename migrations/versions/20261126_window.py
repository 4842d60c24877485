"""from when to when a pitched talk can be given

The columns are added in place: making the table anew would lose the checks of the first schema.
"""

from alembic import op

revision = "20261126_window"
down_revision = "20261126_calendar_link"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE pitch ADD COLUMN not_before DATE")
    op.execute(
        "ALTER TABLE pitch ADD COLUMN not_after DATE "
        "CONSTRAINT ck_pitch_window_in_order CHECK (not_before <= not_after)"
    )


def downgrade() -> None:
    for column in ("not_after", "not_before"):
        op.execute(f"ALTER TABLE pitch DROP COLUMN {column}")
