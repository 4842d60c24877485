"""Owing: once each, however often and by however many it is asked for, and by one statement for many."""

from flask import Flask
from sqlalchemy import event, func, select

from readinggroup.db import commit, db, writing
from readinggroup.models import Notice, User
from readinggroup.outbox.queue import owe, owe_all, readdress
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


def test_a_new_address_takes_along_what_is_owed_and_what_was_told(app: Flask) -> None:
    with app.app_context(), writing():
        for kind, about in (
            ("round.opened", "round:1"),
            ("round.opened", "round:2"),
            ("account.changed", "user:1"),
        ):
            owe(kind, "old@example.org", about=about, group_id=None, now=NOW)
        owe("round.opened", "new@example.org", about="round:2", group_id=None, now=NOW)

        readdress("old@example.org", "new@example.org")
        commit()

        rows = select(Notice.recipient, Notice.kind, Notice.subject).order_by(Notice.id)
        assert [tuple(row) for row in db.session.execute(rows)] == [
            ("new@example.org", "round.opened", "round:1"),
            ("old@example.org", "round.opened", "round:2"),
            ("old@example.org", "account.changed", "user:1"),
            ("new@example.org", "round.opened", "round:2"),
        ]
