"""whether a group's papers are looked up elsewhere

The column is added in place: making the table anew would lose the checks of the first schema.
"""

from alembic import op

revision = "20261201_looks_papers_up"
down_revision = "20261130_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    true = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    op.execute(f'ALTER TABLE "group" ADD COLUMN looks_papers_up BOOLEAN DEFAULT {true} NOT NULL')


def downgrade() -> None:
    op.execute('ALTER TABLE "group" DROP COLUMN looks_papers_up')
