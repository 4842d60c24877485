"""Owing: once each, however often and by however many it is asked for, and by one statement for many."""

from flask import Flask
from sqlalchemy import event, func, select

from readinggroup.db import commit, db, writing
from readinggroup.models import Notice, User
from readinggroup.outbox.queue import owe, owe_all
from tests.build import NOW

PEOPLE = [User(email=f"member{number}@example.org", name=f"Member {number}") for number in range(200)]


def test_two_hundred_are_owed_by_one_statement_and_once_each(app: Flask) -> None:
    statements: list[str] = []
    with app.app_context(), writing():
        listen = lambda _c, _d, statement, *_: statements.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            owe_all("round.opened", PEOPLE, about="round:1", group_id=None, now=NOW, words={"title": "T"})
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        owe_all("round.opened", PEOPLE[:3] * 2, about="round:1", group_id=None, now=NOW)
        owe("round.opened", "member7@example.org", about="round:1", group_id=None, now=NOW)
        commit()

        assert len([statement for statement in statements if statement.startswith("INSERT")]) == 1
        assert db.session.scalar(select(func.count(Notice.id))) == 200
        one = db.session.scalars(select(Notice).where(Notice.recipient == "member7@example.org")).one()
        assert one.words == {"title": "T", "name": "Member 7"}
