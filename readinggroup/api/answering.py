"""How the API answers: who asks is told by a token alone, lists come in pages, and what is known already isn't sent."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from flask import Response, abort, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.api.actions import needs_noting
from readinggroup.api.queries import note_use, token_with
from readinggroup.api.shapes import Shape, whole
from readinggroup.db import commit, writing
from readinggroup.groups.queries import membership_of

USUAL, MOST = 20, 100
HIGHEST = 2**31 - 1
SLUG = re.compile("[a-z0-9-]{1,60}")
LONGEST_URL = 2000
Key = TypeVar("Key", int, str)
Thing = TypeVar("Thing")


def know_who_asks() -> None:
    """Let the request be its token's; a cookie counts for nothing here.  A token that isn't right is refused."""
    g.actor = Actor()
    g.answers_programs = True
    said = request.headers.get("Authorization")
    if said is None:
        return
    kind, _, secret = said.partition(" ")
    found = token_with(secret.strip()) if kind.lower() == "bearer" and secret.isascii() else None
    if found is None:
        abort(401, "This token is not right, or has ended.")
    token, user = found
    place = membership_of(g.group, user.id) if g.get("group") is not None else None
    g.actor = Actor(user, place)
    if needs_noting(token, now := clock.now()):
        g.noting = (token.id, now)


def note_token(response: Response) -> Response:
    """Note after the answer, once a day, that the token was used."""
    if noting := g.pop("noting", None):
        with writing():
            note_use(*noting)
            commit()
    return response


def limit_asked() -> int:
    """How many things a page shall have."""
    asked = request.args.get("limit", str(USUAL))
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MOST):
        _refuse(f"limit takes a whole number from 1 to {MOST}.")
    return int(asked)


def number_after() -> int | None:
    """Behind which number the page begins; None: at the beginning."""
    asked = request.args.get("after")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 11 and 1 <= int(asked) <= HIGHEST):
        _refuse("after takes what the address in next says.")
    return int(asked)


def slug_after() -> str | None:
    """Behind which slug the page begins; None: at the beginning."""
    asked = request.args.get("after")
    if asked is not None and not SLUG.fullmatch(asked):
        _refuse("after takes what the address in next says.")
    return asked


def url_after() -> str | None:
    """Behind which address the page begins; None: at the beginning."""
    asked = request.args.get("after")
    if asked is not None and not 0 < len(asked) <= LONGEST_URL:
        _refuse("after takes what the address in next says.")
    return asked


def one(shape: Shape) -> ResponseReturnValue:
    """One thing, unless the program knows it as it is."""
    response = jsonify(shape)
    response.headers["Vary"] = "Authorization"
    response.add_etag()
    return response.make_conditional(request)


def page(
    found: Sequence[Thing], limit: int, shape: Callable[[Thing], Shape], key: Callable[[Thing], Any]
) -> ResponseReturnValue:
    """``limit`` of the things found; where there is one more, ``next`` is the address of the page behind them."""
    told = found[:limit]
    onward = None
    if len(found) > limit:
        kept = {name: value for name, value in request.args.items() if name in {"limit", "state"}}
        values = {**(request.view_args or {}), **kept, "after": key(told[-1])}
        onward = whole(url_for(request.endpoint or "", **values))
    return one({"items": [shape(each) for each in told], "next": onward})


def _refuse(words: str) -> NoReturn:
    abort(400, words)
