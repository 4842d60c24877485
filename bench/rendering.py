"""Requests in process: each kind of page against a bare Flask constant page of the same size, by CPU time."""

import gc
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client

from bench.building import PASSWORD, RARE, make_site
from bench.figures import Figure, tell
from bench.timing import Call, asking, percentiles, ratios
from readinggroup.db import db
from readinggroup.models import Pitch, Round

TARGETS = {"kept page": 0.2, "archive": 28, "session page": 22, "casting a ballot": 35}
SIZES = (10, 1_000, 100_000)
TEN_ROWS = "/bench/sessions/?page=2&below=11"
"""The oldest ten sessions: the same rows in an archive of any length."""


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Print the ratios at each size, and what the largest costs more than the smallest; gives how many are missed."""
    missed = 0
    with TemporaryDirectory() as folder:
        sites = {size: make_site(Path(folder) / str(size), size) for size in sizes}
        gc.collect()
        gc.freeze()
        for size, app in sites.items():
            missed += tell(f"CPU by that of a bare Flask page, {size:,} sessions", _at(app, size))
        missed += tell(f"{sizes[-1]:,} sessions by {sizes[0]:,}", _scale(sites, sizes[0], sizes[-1]))
        for app in sites.values():
            app.extensions["pagecache"].close()
            with app.app_context():
                db.engine.dispose()
    return missed


def _at(app: Flask, size: int) -> list[Figure]:
    cases = cases_of(app, size)
    bare = {name: _bare(len(call())) for name, call in cases.items()}
    found = ratios(cases, bare)
    return [Figure(name, value, at_most=TARGETS.get(name)) for name, value in found.items()]


def cases_of(app: Flask, size: int) -> dict[str, Call]:
    """Calls by name.  Those of visitors go past the cache, except where it is what is measured."""
    rendered, whole = app.extensions["pagecache"].app, app.wsgi_app
    client, ballot = _member(app)
    cookie = f"session={client.get_cookie('session').value}"  # type: ignore[union-attr]
    etag = Client(app).get("/bench/sessions/").headers["ETag"]
    return {
        "kept page": asking(whole, "/bench/sessions/"),
        "304": asking(whole, "/bench/sessions/", status=304, If_None_Match=etag),
        "archive": asking(rendered, "/bench/sessions/"),
        "session page": asking(rendered, f"/bench/sessions/{max(3, size // 2)}"),
        "search": asking(rendered, f"/bench/sessions/?q={RARE}"),
        "a member's archive": asking(whole, "/bench/sessions/", Cookie=cookie),
        "casting a ballot": asking(
            whole, ballot[0], method="POST", status=303, body=ballot[1], Cookie=cookie
        ),
    }


def _member(app: Flask) -> tuple[Client, tuple[str, bytes]]:
    """A member's signed-in browser, and the address and body of their ballot."""
    client = Client(app)
    answer = client.post("/login", data={"email": "member1@example.org", "password": PASSWORD})
    assert answer.status_code in {302, 303}, answer.get_data(as_text=True)
    with app.app_context():
        round_id = db.session.scalars(db.select(Round.id)).first()
        pitches = db.session.scalars(db.select(Pitch.public_id).limit(3)).all()
    body = "&".join(f"approves={pitch}" for pitch in pitches)
    return client, (f"/bench/rounds/{round_id}/ballot", body.encode())


def _bare(size: int) -> Call:
    app, page = Flask("bare"), "x" * size
    app.get("/")(lambda: page)
    return asking(app.wsgi_app, "/")


def _scale(sites: dict[int, Flask], small: int, large: int) -> list[Figure]:
    figures = []
    for name, paths in {
        "archive, ten rows": (TEN_ROWS, TEN_ROWS),
        "session page": (f"/bench/sessions/{small // 2}", f"/bench/sessions/{large // 2}"),
    }.items():
        few, many = (
            asking(sites[size].extensions["pagecache"].app, path)
            for size, path in zip((small, large), paths, strict=True)
        )
        figures += [
            Figure(f"{name}: CPU", ratios({name: many}, {name: few})[name], at_most=1.1),
            Figure(f"{name}: p99", percentiles(many, few), at_most=1.2),
            Figure(f"{name}: queries", _queries(sites[large], many), at_most=4),
        ]
    kept = asking(sites[large].wsgi_app, "/bench/sessions/")
    kept()
    figures.append(
        Figure("kept page: queries of Flask and SQLAlchemy", _queries(sites[large], kept), at_most=0)
    )
    return figures


def _queries(app: Flask, call: Call) -> int:
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.extend([statement] if not statement.startswith("BEGIN") else [])

    with app.app_context():
        engine = db.engine
    call()
    event.listen(engine, "before_cursor_execute", listen)
    call()
    event.remove(engine, "before_cursor_execute", listen)
    return len(statements)
