"""The question box: asking, supporting, withdrawing, hiding, and who sees what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import Client

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import Meeting, Question, QuestionSupport, Record
from tests.archive.build import group_of, queries_of
from tests.conftest import post
from tests.holding.conftest import BEGINS, Clock

Browser = Callable[[str | None], FlaskClient]
BOX = "/ml-theory/sessions/1/questions"


def ask(client: FlaskClient, talk_id: int, words: str, **fields: str) -> int:
    """Ask, and give the question's id."""
    sent = {f"talk-{talk_id}-words": words} | {
        f"talk-{talk_id}-{name}": text for name, text in fields.items()
    }
    answer = post(client, f"/ml-theory/talks/{talk_id}/questions", sent, at=BOX)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.location.rpartition("-")[2])


def press(client: FlaskClient, question_id: int, deed: str, *, on: bool = True) -> int:
    """Press a button at a question; gives the status."""
    sent = {"on": "yes" if on else "no"}
    status: int = post(client, f"/ml-theory/questions/{question_id}/{deed}", sent, at=BOX).status_code
    return status


def box_of(client: FlaskClient) -> str:
    return client.get(BOX).get_data(as_text=True)


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_member_asks_with_a_name_or_without_and_visitors_see_nothing(
    as_: Browser, talks: dict[str, int]
) -> None:
    mo = as_("Mo")
    ask(mo, talks["Diffusion"], "What of *$x^2$*?")
    ask(mo, talks["Diffusion"], "Is it fast?", nameless="y")

    nias = box_of(as_("Nia"))

    assert "<em>" in nias
    assert "<math" in nias
    assert nias.count("Without a name") == 1
    assert nias.count('<p class="small soft">Mo') == 1
    assert "Without a name" in box_of(as_("Ada"))
    assert as_(None).get(BOX).location.startswith("/login")
    assert as_("Sam").get(BOX).status_code == 403


def test_where_discussion_is_public_visitors_read_and_do_not_ask(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    ask(as_("Mo"), talks["Diffusion"], "Is it fast?")
    with app.app_context():
        group_of().discussion_seen_by = Audience.PUBLIC
        db.session.commit()

    page = box_of(as_(None))

    assert "Is it fast?" in page
    assert "<textarea" not in page


def test_questions_come_by_support_and_answered_ones_last(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    first, second, third = (ask(mo, talks["Diffusion"], words) for words in ("One?", "Two?", "Three?"))

    for client in (nia, ada):
        assert press(client, third, "support") == 303
        assert press(client, third, "support") == 303
    press(nia, second, "support")
    press(ada, first, "answered")

    page = box_of(mo)
    places = [page.index(f'id="question-{n}"') for n in (third, second, first)]
    assert places == sorted(places)
    assert count(app, QuestionSupport) == 3
    press(nia, second, "support", on=False)
    assert count(app, QuestionSupport) == 2
    assert press(mo, first, "support") == 403


def test_the_same_words_twice_are_one_question_and_empty_ones_none(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    mo = as_("Mo")

    assert ask(mo, talks["CLIP"], "Why?") == ask(mo, talks["CLIP"], "Why?")
    refused = post(mo, f"/ml-theory/talks/{talks['CLIP']}/questions", {}, at=BOX)

    assert count(app, Question) == 1
    assert refused.status_code == 422
    assert "Write your question first." in refused.get_data(as_text=True)
    long = {f"talk-{talks['CLIP']}-words": "so long " * 200}
    kept = post(mo, f"/ml-theory/talks/{talks['CLIP']}/questions", long, at=BOX)
    assert (kept.status_code, kept.get_data(as_text=True).count("so long ")) == (422, 199)


def test_a_withdrawn_question_is_its_authors_alone_until_asked_again(
    as_: Browser, talks: dict[str, int]
) -> None:
    mo, nia = as_("Mo"), as_("Nia")
    question = ask(mo, talks["CLIP"], "Why at all?")

    assert press(nia, question, "withdraw") == 403
    press(mo, question, "withdraw")

    assert "Ask it again" in box_of(mo)
    for client in (nia, as_("Ada")):
        assert "Why at all?" not in box_of(client)
    assert press(nia, question, "support") == 403
    press(mo, question, "withdraw", on=False)
    assert "Why at all?" in box_of(nia)


def test_what_a_co_lead_hides_only_its_author_and_co_leads_see(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    question = ask(mo, talks["CLIP"], "Rude?")

    assert press(nia, question, "hidden") == 403
    press(ada, question, "hidden")

    assert "Rude?" not in box_of(nia)
    for client in (mo, ada):
        assert "hidden by a co-lead" in box_of(client)
    with app.app_context():
        line = db.session.scalars(select(Record).where(Record.what == "question.hidden")).one()
        assert (line.thing, line.before, line.after) == ("question", {}, {})
    press(ada, question, "hidden", on=False)
    assert "Rude?" in box_of(nia)


def test_the_box_closes_at_its_hour_and_keeps_what_was_asked(
    as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    question = ask(mo, talks["CLIP"], "In time?")
    closes = BEGINS + timedelta(hours=25)

    set_clock(closes - timedelta(seconds=1))
    assert "Ask a question" in box_of(nia)
    set_clock(closes)

    page = box_of(nia)
    assert "In time?" in page
    assert "The box is closed." in page
    assert "Ask a question" not in page
    late = {"on": "yes", f"talk-{talks['CLIP']}-words": "Too late?"}
    for url in (f"talks/{talks['CLIP']}/questions", f"questions/{question}/support"):
        assert post(nia, f"/ml-theory/{url}", late, at="/ml-theory/").status_code == 303
    page = box_of(nia)
    assert "Too late?" not in page
    assert "▲</span> <b>0</b>" in page
    assert (
        post(ada, f"/ml-theory/questions/{question}/answered", {"on": "yes"}, at="/ml-theory/").status_code
        == 303
    )
    assert '<b class="done">answered</b>' in box_of(nia)


def test_the_archive_prints_what_was_asked_to_whom_the_discussion_is_shown(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    plain = ask(mo, talks["CLIP"], "How large is a *batch*?")
    wanted = ask(nia, talks["CLIP"], "Why a temperature?")
    rude, mine = ask(mo, talks["CLIP"], "Rude?"), ask(mo, talks["CLIP"], "Withdrawn?")
    press(ada, wanted, "support")
    press(ada, rude, "hidden")
    press(mo, mine, "withdraw")
    page = "/ml-theory/sessions/1"
    assert "questions were asked" not in nia.get(page).get_data(as_text=True)

    set_clock(BEGINS + timedelta(hours=30))
    with app.app_context():
        db.session.scalars(select(Meeting)).one().state = MeetingState.HELD
        db.session.commit()

    visitor = as_(None)
    hidden = visitor.get(page).get_data(as_text=True)
    for client in (mo, nia, ada):
        words = client.get(page).get_data(as_text=True)
        assert "2 questions were asked" in words
        assert words.index("Why a temperature?") < words.index("How large is a <em>batch</em>?")
        assert "One more member wanted to know." in words
        assert not any(gone in words for gone in ("Rude?", "Withdrawn?"))
    assert not any(words in hidden for words in ("were asked", "temperature"))
    with app.app_context():
        group_of().discussion_seen_by = Audience.PUBLIC
        db.session.commit()
    assert "2 questions were asked" in visitor.get(page).get_data(as_text=True)
    press(ada, plain, "hidden")
    assert "One question was asked" in visitor.get(page).get_data(as_text=True)
    with queries_of(app) as statements:
        Client(app).get(f"{page}?fresh=1")
    assert len(statements) == 4


@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.CANCELLED])
def test_nobody_asks_where_nothing_is_announced(
    app: Flask, as_: Browser, talks: dict[str, int], state: MeetingState
) -> None:
    mo = as_("Mo")
    with app.app_context():
        db.session.scalars(select(Meeting)).one().state = state
        db.session.commit()

    answer = post(
        mo,
        f"/ml-theory/talks/{talks['CLIP']}/questions",
        {f"talk-{talks['CLIP']}-words": "Now?"},
        at="/ml-theory/",
    )

    assert answer.status_code == 303
    assert "Questions to this session are closed." in box_of(mo)
    assert count(app, Question) == 0


def test_a_member_has_so_many_questions_waiting_and_no_more(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    mo = as_("Mo")
    made = [ask(mo, talks["CLIP"], f"Question {n}?") for n in range(20)]

    refused = post(
        mo,
        f"/ml-theory/talks/{talks['CLIP']}/questions",
        {f"talk-{talks['CLIP']}-words": "One more?"},
        at=BOX,
    )

    assert refused.status_code == 422
    assert "One more?" in refused.get_data(as_text=True)
    assert "wait for an answer here already" in refused.get_data(as_text=True)
    press(as_("Ada"), made[0], "answered")
    ask(mo, talks["CLIP"], "One more?")
    assert count(app, Question) == 21


def test_the_page_asks_as_much_of_the_database_with_one_question_as_with_nine(
    app: Flask, as_: Browser, talks: dict[str, int]
) -> None:
    mo = as_("Mo")
    ask(mo, talks["CLIP"], "Question 0?")
    mo.get(BOX)
    with queries_of(app) as one:
        mo.get(BOX)
    for n in range(1, 9):
        ask(mo, talks["CLIP"], f"Question {n}?")
    mo.get(BOX)
    with queries_of(app) as nine:
        mo.get(BOX)

    assert len(one) == len(nine)
