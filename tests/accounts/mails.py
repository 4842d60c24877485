"""Reading what the site owes people by mail."""

from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Notice
from readinggroup.outbox.messages import Writer


def kinds(app: Flask) -> list[tuple[str, str]]:
    """The kind and recipient of every mail, in the order in which they were owed."""
    with app.app_context():
        return [(notice.kind, notice.recipient) for notice in _all()]


def last(app: Flask) -> str:
    """The text of the last mail, subject first, as it is sent."""
    writer = Writer(app.jinja_env.loader, "https://reading.example.org", "noreply@example.org")
    with app.app_context():
        return "\n".join(writer.words(_all()[-1]))


def code(app: Flask) -> str:
    """The code in the last mail."""
    with app.app_context():
        return str(_all()[-1].words["code"])


def _all() -> list[Notice]:
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))
