"""search: a document for each held session, an index of the database's own, and what has to be written anew"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_search"
down_revision = "20261126_speaking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name="fk_search_document_meeting_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name="fk_search_document_group_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_search_document"),
    )
    op.create_index("ix_search_document_group_id", "search_document", ["group_id"])
    op.create_table(
        "search_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_due"),
    )
    # Every session that is there has to be written.
    op.execute("INSERT INTO search_due (meeting_id) SELECT id FROM meeting ORDER BY id")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5 "
            "(titles, names, papers, texts, tokenize = 'unicode61 remove_diacritics 0', prefix = '3')"
        )
    else:
        op.execute(
            "CREATE TABLE search_index (meeting_id INTEGER PRIMARY KEY "
            "REFERENCES meeting (id) ON DELETE CASCADE, words tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")


def downgrade() -> None:
    op.drop_table("search_index")
    op.drop_table("search_due")
    op.drop_index("ix_search_document_group_id", "search_document")
    op.drop_table("search_document")
