"""What every template may use: who looks, which group it is, addresses of static files, texts made safe."""

from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from flask import (
    Flask,
    before_render_template,
    current_app,
    g,
    get_flashed_messages,
    has_request_context,
    request,
)
from flask_wtf.csrf import generate_csrf

from readinggroup.access.actor import Actor
from readinggroup.access.doors import actor, seen_as_public
from readinggroup.db import leave_turn_unless_written
from readinggroup.text.markdown import plain, render, render_inline, summary
from readinggroup.web.links import link
from readinggroup.web.templating import init_templating
from readinggroup.web.when import When, day_words, own_words


def init_pages(app: Flask) -> None:
    """Give templates their context, filters and globals."""
    init_templating(app)
    versions = _versions(Path(app.static_folder or ""))

    def static_url(name: str) -> str:
        """The address of a static file; it changes with the file's content, so that browsers may keep it for ever."""
        return link("static", filename=name, v=versions[name])

    app.jinja_env.globals.update(
        static_url=static_url, csrf_token=generate_csrf, url_for=link, own_time=_own_time
    )
    app.jinja_env.filters.update(
        day=day_words, markdown=render, markdown_inline=render_inline, plain=plain, summary=summary
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @before_render_template.connect_via(app)
    def leave_turn(_app: Flask, **_: Any) -> None:
        leave_turn_unless_written()

    @app.url_defaults
    def stay_public(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint != "static" and has_request_context() and seen_as_public():
            values.setdefault("as", "public")

    @app.context_processor
    def context() -> dict[str, Any]:
        return {
            "group": g.get("group"),
            "community_name": g.get("community_name", ""),
            "viewer": _viewer(),
            "messages": _messages,
            "as_public": seen_as_public(),
        }


def _viewer() -> Actor | None:
    if g.get("actor_hidden"):
        return None
    asking = actor()
    return asking if asking.is_signed_in else None


def _own_time(when: When) -> str:
    """That moment in the zone of the viewer's account, where they chose one and it differs."""
    viewer = _viewer()
    zone = viewer.user.zone if viewer is not None and viewer.user is not None else None
    return own_words(when, zone) if zone else ""


def _messages() -> list[tuple[str, str]]:
    """What was flashed; a visitor's page doesn't touch the session for it."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return []
    return cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))


def _versions(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()[:12] for file in files}
