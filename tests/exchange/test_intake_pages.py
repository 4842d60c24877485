"""Bringing a history in by the browser: choose, say what columns are, look, correct, import, take back."""

import io
import os
import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from time import time as time_now
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.exchange.waiting import WAKE, progress_file, wake, was_woken, write_waiting
from readinggroup.models import Group, Import, Intake, IntakeRow, Material, Meeting, Talk
from tests import build
from tests.conftest import post, token_in

HERE = Path(__file__).parent
As = Callable[[str | None], FlaskClient]
TABLE = """Date,Presented by,Title,Slides
03/04/2022,Ada Demo,Two ways,https://example.org/1.pdf
05/05/2022,TBD,One way,
,,,
cancelled,,,
"""


def begun(browser: FlaskClient, text: str = TABLE, **fields: Any) -> str:
    """The address of the page that follows when ``text`` is pasted."""
    answer = post(browser, "/ml-theory/history", {"text": text, "form": "", "base": "", **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status
    return str(answer.get_data(as_text=True))


def form_of(text: str) -> dict[str, str]:
    """The fields of a review page, as a browser would send them untouched."""
    named = dict(re.findall(r'<input id="([\w-]+)" name="[\w-]+" type="\w+" value="([^"]*)"', text))
    rows = dict(re.findall(r'<input type="hidden" name="(row-\d+)" value="(1)"', text))
    return {
        "csrf_token": token_in(text),
        **rows,
        **{name: value.replace("&#39;", "'") for name, value in named.items()},
    }


def key(fields: dict[str, str], value: str) -> str:
    return next(name for name, said in fields.items() if said == value)


def meetings() -> list[Meeting]:
    return list(db.session.scalars(select(Meeting).order_by(Meeting.number)))


def test_a_table_is_mapped_corrected_imported_and_taken_back(app: Flask, as_: As) -> None:
    browser = as_("Ada")
    columns = begun(browser)
    assert "“Presented by”" not in page(browser, columns)
    assert re.search(r'<option value="speaker" selected>Speakers</option>', page(browser, columns))

    sent = {
        "column-0": "date",
        "column-1": "speaker",
        "column-2": "title",
        "column-3": "slides",
        "order": "",
        "base": "",
    }
    review = post(browser, columns, sent).location
    shown = page(browser, review)
    assert "“03/04/2022” can be read two ways: 2022-03-04 or 2022-04-03." in shown
    assert "2 of 3 rows are doubtful" in shown
    fields = form_of(shown)
    row = key(fields, "Two ways").split("-")[1]
    fields |= {f"date-{row}": "2022-04-03", f"time-{row}": "15:30", "then": "stay"}
    assert browser.post(review, data=fields).status_code == 303
    assert "1 of 3 rows is doubtful" in page(browser, review)

    browser.post(review, data=form_of(page(browser, review)) | {"then": "import"})

    with app.app_context():
        assert [(m.on, m.starts_at) for m in meetings()] == [
            (date(2022, 4, 3), time(15, 30)),
            (date(2022, 5, 5), time(14)),
        ]
        assert db.session.scalars(select(Talk.title).order_by(Talk.id)).all() == ["Two ways", "One way"]
        assert db.session.scalars(select(Material.url)).all() == ["https://example.org/1.pdf"]
        run = db.session.scalars(select(Import.id)).one()
    assert "pasted" in page(browser, "/ml-theory/history")

    post(browser, f"/ml-theory/history/imports/{run}/undo", {}, at="/ml-theory/history")

    with app.app_context():
        assert meetings() == []
    assert "1 of 3 rows is doubtful" in page(browser, review)


def test_choosing_the_order_of_dates_answers_all_of_them(as_: As) -> None:
    browser = as_("Ada")
    columns = begun(browser)

    review = post(browser, columns, {"order": "day", "base": ""}).location

    assert "can be read two ways" not in page(browser, review)
    assert 'value="2022-04-03"' in page(browser, review)


def test_a_wrong_date_is_refused_and_everything_typed_stays(app: Flask, as_: As) -> None:
    browser = as_("Ada")
    review = begun(browser).removesuffix("/columns")
    fields = form_of(page(browser, review))
    row = key(fields, "Two ways").split("-")[1]
    typed = {
        f"date-{row}": "2022-13-99",
        f"title-{row}-0": "A better title",
        f"right-{row}": "1",
        "then": "import",
    }

    answer = browser.post(review, data=fields | typed)

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Give a date such as 2023-10-13." in shown
    assert ('value="2022-13-99"' in shown, 'value="A better title"' in shown) == (True, True)
    with app.app_context():
        assert meetings() == []


def test_what_is_said_to_be_right_and_what_is_left_out(app: Flask, as_: As) -> None:
    browser = as_("Ada")
    review = begun(browser).removesuffix("/columns")
    fields = form_of(page(browser, review))
    first, second = (key(fields, title).split("-")[1] for title in ("Two ways", "One way"))

    browser.post(review, data=fields | {f"out-{first}": "1", f"right-{second}": "1", "then": "stay"})

    shown = page(browser, review)
    assert ("0 of 3 rows are doubtful" in shown, "Left out." in shown) == (True, True)
    browser.post(
        review, data=form_of(shown) | {f"out-{first}": "1", f"right-{second}": "1", "then": "import"}
    )
    with app.app_context():
        assert [meeting.on for meeting in meetings()] == [date(2022, 5, 5)]


def test_a_file_that_is_nothing_keeps_what_was_typed(as_: As) -> None:
    answer = post(
        as_("Ada"), "/ml-theory/history", {"text": "Just a sentence.", "form": "", "base": "https://e.org/"}
    )

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Nothing in it looks like a session" in shown
    assert ("Just a sentence." in shown, 'value="https://e.org/"' in shown) == (True, True)


@pytest.mark.parametrize(
    "name", ["2023-fall.yaml", "terms.json", "list.md", "table.md", "page.html", "sheet.csv"]
)
def test_every_form_can_be_uploaded_and_imported(app: Flask, as_: As, name: str) -> None:
    browser = as_("Ada")
    file = (io.BytesIO((HERE / "foreign" / name).read_bytes()), name)
    review = begun(browser, "", file=file).removesuffix("/columns")

    browser.post(review, data=form_of(page(browser, review)) | {"then": "import"})

    with app.app_context():
        assert db.session.scalar(select(func.count(Meeting.id))) or 0 >= 4
        assert db.session.scalars(select(Import.source)).all() == [name]
        assert db.session.scalars(select(Intake.state)).all() == ["done"]


def test_an_upload_in_another_encoding_says_how_it_was_read(as_: As) -> None:
    ada = as_("Ada")
    table = "Date;Title;Speaker\n2023-10-13;Über Schätzer;Jürgen Demo\n2023-10-27;Größen;Mo\n"
    review = begun(ada, "", file=(io.BytesIO(table.encode("cp1252")), "sheet.csv")).removesuffix("/columns")

    shown = page(ada, review)

    assert "was read as Windows-1252" in shown
    assert "Über Schätzer" in shown
    picture = post(
        ada, "/ml-theory/history", {"file": (io.BytesIO(b"\x89PNG\x00"), "x.csv"), "form": "", "base": ""}
    )
    assert (picture.status_code, "A text is expected" in picture.get_data(as_text=True)) == (422, True)


def test_an_old_page_brings_its_introduction_and_takes_dates(app: Flask, as_: As) -> None:
    text = (HERE / "theory_page.md").read_text(encoding="utf-8")
    browser = as_("Ada")
    review = begun(browser, text)
    shown = page(browser, review)
    assert "Its introduction becomes what the group is for" in shown
    fields = form_of(shown)
    first = min(name for name in fields if name.startswith("date-"))
    browser.post(review, data=fields | {first: "2021-02-03", "then": "import"})

    with app.app_context():
        group = db.session.scalars(select(Group).where(Group.slug == "ml-theory")).one()
        assert group.mission != ""
        assert date(2021, 2, 3) in [meeting.on for meeting in meetings()]
        assert db.session.scalars(select(Talk).options(selectinload(Talk.speakers))).all() != []


def test_a_large_one_is_written_by_the_worker_and_tells_how_far_it_is(app: Flask, as_: As) -> None:
    rows = "".join(
        f"20{at // 300 + 10}-{at % 12 + 1:02}-{at // 12 % 25 + 1:02},Demo,Talk {at}\n" for at in range(301)
    )
    browser = as_("Ada")
    review = begun(browser, f"date,speaker,title\n{rows}").removesuffix("/columns")
    folder = app.config["SETTINGS"].data_dir

    browser.post(review, data=form_of(page(browser, review)) | {"then": "import"})

    answer = browser.get(review)
    assert ("Waiting for its turn" in answer.get_data(as_text=True), answer.headers["Refresh"]) == (True, "2")
    with app.app_context():
        intake_id = db.session.scalars(select(Intake.id)).one()
        assert meetings() == []
    assert was_woken(folder)
    progress_file(folder, intake_id).write_text("0", encoding="ascii")
    assert "Reading 301 rows" in page(browser, review)
    progress_file(folder, intake_id).write_text("200", encoding="ascii")
    assert "200 of 301 rows" in page(browser, review)
    answer = post(browser, f"{review}/columns", {"order": "", "base": ""}, at="/ml-theory/history")
    assert (answer.status_code, answer.location) == (303, review)
    with app.app_context():
        assert write_waiting(folder, build.NOW) == 1
        assert db.session.scalar(select(func.count(Talk.id))) == 301
    assert browser.get(review).location == "/ml-theory/history#imports"
    assert not progress_file(folder, intake_id).exists()


def test_where_no_worker_runs_the_page_says_what_to_do(app: Flask, as_: As) -> None:
    browser = as_("Ada")
    review = begun(browser).removesuffix("/columns")
    folder = app.config["SETTINGS"].data_dir
    with app.app_context():
        db.session.execute(Intake.__table__.update().values(state="waiting"))  # type: ignore[attr-defined]
        build.saved()
        intake_id = db.session.scalars(select(Intake.id)).one()
    wake(folder)
    now = time_now()
    long_ago = now - 100
    silent = progress_file(folder, intake_id)
    silent.write_text("1", encoding="ascii")

    for call, written, says in ((now, now, False), (long_ago, now, True), (now, long_ago, True)):
        os.utime(folder / WAKE, (call, call))
        os.utime(silent, (written, written))
        assert ("flask worker" in page(browser, review)) is says

    silent.unlink()


def test_one_that_fails_in_the_worker_can_be_looked_at_again(
    app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_("Ada")
    review = begun(browser).removesuffix("/columns")
    with app.app_context():
        db.session.execute(Intake.__table__.update().values(state="waiting"))  # type: ignore[attr-defined]
        build.saved()

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("readinggroup.exchange.waiting.write", broken)
    with app.app_context(), pytest.raises(OSError, match="disk full"):
        write_waiting(app.config["SETTINGS"].data_dir, build.NOW)

    assert "couldn’t be written, and nothing of it was" in page(browser, review)


def test_one_can_be_thrown_away(app: Flask, as_: As) -> None:
    browser = as_("Ada")
    review = begun(browser).removesuffix("/columns")

    post(browser, f"{review}/drop", {}, at="/ml-theory/history")

    with app.app_context():
        assert db.session.scalar(select(func.count(IntakeRow.id))) == 0
    assert browser.get(review).status_code == 404


def test_pages_lead_through_all_rows_and_keep_what_was_typed(app: Flask, as_: As) -> None:
    rows = "".join(f"2021-01-{at + 1:02},Demo,Talk {at}\n" for at in range(28))
    browser = as_("Ada")
    review = begun(browser, f"date,speaker,title\n{rows}").removesuffix("/columns")
    fields = form_of(page(browser, review))
    assert sum(name.startswith("row-") for name in fields) == 25
    title = key(fields, "Talk 0")

    after = browser.post(review, data=fields | {title: "The first", "then": "next"}).location

    second = form_of(page(browser, after))
    assert sum(name.startswith("row-") for name in second) == 3
    before = browser.post(after, data=second | {"then": "previous"}).location
    assert form_of(page(browser, before))[title] == "The first"
    with app.app_context():
        assert db.session.scalar(select(func.count(IntakeRow.id)).where(IntakeRow.doubts > 0)) == 0
