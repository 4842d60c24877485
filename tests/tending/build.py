"""What tests of the co-leads' chores share."""

from datetime import date

from flask import Flask

from readinggroup.db import db
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Absence, ChoreWord
from tests import build

ON = date(2022, 11, 19)
"""The day of the session."""


def away(app: Flask, user_id: int, first: date, last: date) -> None:
    """Let a co-lead be away on those dates."""
    with app.app_context():
        ours = group_by_slug("ml-theory")
        assert ours is not None
        db.session.add(Absence(group_id=ours.id, user_id=user_id, from_on=first, until_on=last))
        build.saved()


def words(app: Flask) -> list[tuple[str, int, bool]]:
    """What co-leads said: (chore, whose id, whether they take it)."""
    with app.app_context():
        rows = db.session.query(ChoreWord).order_by(ChoreWord.id)
        return [(row.chore.value, row.user_id, row.takes) for row in rows]
