"""Every text of the product, replaced by texts that were written to do harm, and every page opened in Chromium."""

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import Column, Connection, String, text
from sqlalchemy.exc import SQLAlchemyError

from readinggroup.db import Base, db
from tests import build
from tests.site.test_matrix import address, doors_of
from tests.site.things import Things, made

only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><style>*{color:red}</style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href=javascript:alert(1)><mi>x</mi></math>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)'",
    "</title></textarea></style><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p style='background:url(https://evil.example/a)'>styled</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href=https://evil.example/><form action=https://evil.example><button>x</button></form>",
    "<a href=javascript:alert(1)>a</a>",
    "[a](javascript:alert(1)) ![a](https://evil.example/a.png)",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a]: javascript:alert(1)\n\n[a]",
    '<javascript:alert(1)> <https://evil.example/?a="onmouseover=alert(1)>',
    "$\\href{javascript:alert(1)}{x}$ $\\text{<img src=x onerror=alert(1)>}$ $\\style{color:red}{x}$",
    "```html\n<script>alert(1)</script>\n```\n`<img src=x onerror=alert(1)>`",
    "{{ 7*7 }}{% raw %} ${alert(1)} \u202e\u2028\ufeff",
]
ADDRESSES = ["https://a.example/\"onmouseover='alert(1)'", "https://a.example/'><script>alert(1)</script>"]
NOT_FREE = re.compile(
    "slug|email|password|zone|digest|token|uniquifier|public_id|receipt|nonce|kind|state|secret|colour|accent|unit|"
    "recipient|subject|thing|what|source|key|code|list_id|handle|format|place|signal|role|rule|locale|version|^form$"
)
"""Columns that hold no words of anybody: what may be in them is checked, made up or chosen by the site."""
HARM = """() => [...document.querySelectorAll(
    "script:not([src^='/static/'], [type='application/ld+json']), style, iframe, object, embed, base, " +
    "[style], [srcdoc], " +
    "a[href^='javascript:' i], a[href^='data:' i], form[action*='evil'], img[src*='evil']")]
    .map(element => element.outerHTML.slice(0, 120)).concat(
        [...document.querySelectorAll("*")].flatMap(element => [...element.attributes])
            .filter(({name}) => name.startsWith("on")).map(({name}) => name))"""


@pytest.fixture
def things(app: Flask, cast: dict[str, int]) -> Things:
    """One of each thing, so that every page has something to show."""
    with app.app_context():
        return made(cast)


@pytest.fixture
def tab(chromium: Chromium, origin: str, things: Things) -> Iterator[Page]:
    """Ada's tab, signed in."""
    context = chromium.new_context(base_url=origin)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("E-mail").first.fill("ada@example.org")
    page.get_by_label("Password").first.fill(build.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    yield page
    context.close()


@only_on_sqlite
def test_nothing_that_anybody_writes_runs(
    app: Flask, chromium: Chromium, origin: str, things: Things, tab: Page
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        attacked = [str(column) for column in free_texts() if attack(connection, column)]
    visitor = chromium.new_context(base_url=origin).new_page()
    found: list[str] = []

    shown = {name: open_all(app, page, things, found) for name, page in (("Ada", tab), ("visitor", visitor))}

    visitor.context.close()
    assert found == []
    assert {"talk.title", "talk.abstract", "meeting.recap", "group.mission", "user.name"} < set(attacked)
    assert shown["Ada"] > 30 < shown["Ada"] + shown["visitor"]


def free_texts() -> list[Column[str]]:
    """The columns in which there may be what somebody wrote."""
    columns = (column for table in Base.metadata.sorted_tables for column in table.c)
    return [
        column
        for column in columns
        if isinstance(column.type, String)
        and type(column.type).__name__ in {"String", "Text"}
        and not column.primary_key
        and not column.foreign_keys
        and not NOT_FREE.search(column.name)
    ]


def attack(connection: Connection, column: Column[str]) -> bool:
    """Give each row of the column another payload, or all of them where there is room; says whether that was let."""
    longest = column.type.length or 100_000  # type: ignore[attr-defined]
    fitting = [each for each in PAYLOADS if len(each) < longest - 8]
    if column.name.endswith("url"):
        fitting = ADDRESSES
    elif longest > 10_000:
        fitting = ["\n\n".join(PAYLOADS)]
    table, payloads = column.table.name, cycle(fitting)  # type: ignore[attr-defined]
    rows = connection.execute(text(f'SELECT rowid FROM "{table}"')).scalars().all()
    with connection.begin_nested() as nested:
        try:
            for row in rows:
                change = text(f'UPDATE "{table}" SET "{column.name}" = :payload WHERE rowid = :row')
                connection.execute(change, {"payload": next(payloads), "row": row})
        except SQLAlchemyError:
            nested.rollback()
            return False
    return bool(rows)


def open_all(app: Flask, page: Page, things: Things, found: list[str]) -> int:
    """Open every page; put into ``found`` what shouldn't be.  Gives how many were shown."""
    page.on("dialog", lambda dialog: (found.append(f"{page.url}: it ran"), dialog.dismiss()))
    page.on("console", lambda line: found.append(f"{page.url}: {line.text}") if is_bad(line.text) else None)
    page.on("request", lambda asked: found.append(asked.url) if "example" in asked.url else None)
    shown = 0
    for rule, method in doors_of(app):
        path = address(rule, things, "ml-theory")
        if method != "GET" or rule.endpoint == "static":
            continue
        answer = page.request.get(path, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            assert answer.status < 500, f"{path}: {answer.status}"
            continue
        page.goto(path, wait_until="load")
        found.extend(f"{path}: {harm}" for harm in page.evaluate(HARM))
        shown += 1
    return shown


def is_bad(words: str) -> bool:
    return "Content Security Policy" in words or "Refused" in words
