"""Which group a request is about: taken from its URL, loaded once, put into every link."""

from typing import Any, NoReturn, cast
from urllib.parse import quote

from flask import Flask, Response, abort, g, redirect, request
from sqlalchemy import bindparam, select
from werkzeug.routing import IntegerConverter, Map

from readinggroup.db import db
from readinggroup.models import Community, FormerAddress, Group

DEFAULT_NAME = "Reading Group"
GROUP = (
    select(Group, Community.name)
    .outerjoin(Community, Community.id == 1)
    .where(Group.slug == bindparam("slug"))
)
FORMER = (
    select(Group.slug)
    .join(FormerAddress, FormerAddress.thing_id == Group.id)
    .where(FormerAddress.kind == "group", FormerAddress.slug == bindparam("slug"))
    .order_by(FormerAddress.id.desc())
    .limit(1)
)
LARGEST_ID = 2**31 - 1
API_GROUPS = "/api/v1/groups"
"""What stands before a group's slug in addresses for programs."""


class IdConverter(IntegerConverter):
    """``<int:...>`` in a URL: what no row can have for its number is no address, and asks no database."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_ID, **limits})


def init_tenancy(app: Flask) -> None:
    """Let URLs that begin with a group's slug be about that group."""
    app.url_map.converters["int"] = IdConverter

    @app.url_value_preprocessor
    def take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.group_slug = (values or {}).pop("group_slug", None)

    @app.url_defaults
    def give_slug(endpoint: str, values: dict[str, Any]) -> None:
        slug = g.get("group_slug")
        if slug and "group_slug" not in values and app.url_map.is_endpoint_expecting(endpoint, "group_slug"):
            values["group_slug"] = slug

    @app.before_request
    def load_group() -> Response | None:
        g.group, g.community_name = None, DEFAULT_NAME
        if request.endpoint in {None, "static", "health.process", "health.ready"}:
            return None
        if g.group_slug is None:
            g.community_name = db.session.scalar(select(Community.name)) or DEFAULT_NAME
            return None
        if not g.group_slug.isprintable():  # PostgreSQL raises on a NUL, and no group is called so.
            g.group_slug = None
            abort(404)
        found = db.session.execute(GROUP, {"slug": g.group_slug}).one_or_none()
        if found is None:
            return _moved(g.group_slug) or _nowhere()
        g.group, g.community_name = found[0], found[1] or DEFAULT_NAME
        g.way_back = (found[0].slug, found[0].name)  # Plain words, for an error page that asks no database.
        return None


def _moved(old: str) -> Response | None:
    """The way to the same page of a group that had another address before; None for what never was."""
    new = db.session.scalar(FORMER, {"slug": old})
    if new is None or request.method not in {"GET", "HEAD"}:
        return None
    before = API_GROUPS if request.path.startswith(API_GROUPS) else ""
    rest = request.path.removeprefix(f"{before}/{old}")
    asked = request.query_string.decode("latin-1")
    path = f"{before}/{new}{rest}"
    return cast(Response, redirect(quote(path) + (f"?{asked}" if asked else ""), 301))


def _nowhere() -> NoReturn:
    g.group_slug = None
    abort(404)
