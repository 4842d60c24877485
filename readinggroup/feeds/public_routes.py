"""What other programs and sites read of public pages: news as Atom, pictures, the map of the site, the small list of
coming sessions that they frame, and the page that tells co-leads of all this."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_co_lead, may_see_schedule, may_see_session, may_see_sessions
from readinggroup.archive.listing import PUBLISHED
from readinggroup.archive.marks import Card, card_of_group, card_of_session
from readinggroup.archive.queries import Neighbours, session_in
from readinggroup.feeds.blueprint import bp
from readinggroup.feeds.calendar import Entry
from readinggroup.feeds.news import Address, changes_of, latest_sessions, public_pages
from readinggroup.groups.queries import groups
from readinggroup.models import Group
from readinggroup.scheduling.queries import coming_meetings
from readinggroup.web.headers import POLICY
from readinggroup.web.pagecache import kept

ON_A_MAP = 10_000
"""Addresses in one sitemap; the protocol allows 50,000."""
FRAMED = 5
FRAMED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *").replace(
    "script-src 'self'", "script-src 'none'"
)
UNFIT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@bp.get("/<group_slug>/feed.atom")
@access(may_see_sessions)
@kept
def atom() -> ResponseReturnValue:
    seen = (Entry(g.group, meeting) for meeting in latest_sessions(g.group, PUBLISHED))
    meetings = [entry.meeting for entry in seen if may_see_session(actor(), entry, g.group)]
    changes = changes_of(g.group, meetings, clock.now())
    newest_first = sorted(meetings, key=lambda meeting: (changes[meeting.id], meeting.number), reverse=True)
    words = render_template(
        "feeds/news.xml",
        meetings=newest_first,
        changes=changes,
        changed_at=max([g.group.created_at, *changes.values()]),
        site_url=_site_url(),
        tag=f"tag:{urlsplit(_site_url()).hostname},{g.group.created_at:%Y-%m-%d}:",
    )
    return Response(UNFIT_FOR_XML.sub("", words), content_type="application/atom+xml; charset=utf-8")


@bp.get("/<group_slug>/picture.png")
@access(may_see_sessions)
@kept
def group_picture() -> ResponseReturnValue:
    return _png(card_of_group(g.group))


@bp.get("/<group_slug>/sessions/<int:number>/picture.png")
@access(may_see_session, found=session_in)
@kept
def session_picture(found: Neighbours) -> ResponseReturnValue:
    return _png(card_of_session(g.group, found.meeting))


@bp.get("/<group_slug>/embed")
@access(may_see_schedule)
@kept
def embed() -> ResponseReturnValue:
    """A list that other sites may frame: what the public sees, whoever looks."""
    if not may_see_schedule(Actor(), g.group):
        abort(404)
    meetings = coming_meetings(g.group, clock.now(), limit=FRAMED)
    words = render_template("feeds/embed.html", meetings=meetings, site_url=_site_url())
    return Response(words, headers={"Content-Security-Policy": FRAMED_POLICY})


@bp.get("/<group_slug>/elsewhere")
@access(is_co_lead)
def elsewhere() -> ResponseReturnValue:
    return render_template(
        "feeds/elsewhere.html",
        site_url=_site_url(),
        is_public=may_see_schedule(Actor(), g.group),
        shows_any=may_see_sessions(Actor(), g.group),
    )


@bp.get("/robots.txt")
@access(anyone)
def robots() -> ResponseReturnValue:
    return Response(f"User-agent: *\nDisallow: /account\nDisallow: /login\n\nSitemap: {_site_url()}/sitemap.xml\n",
                    content_type="text/plain; charset=utf-8")  # fmt: skip


@bp.get("/sitemap.xml")
@access(anyone)
@kept
def sitemap() -> ResponseReturnValue:
    """All public pages, or, where they are many, the maps of the groups."""
    pages = [(group, list(public_pages(group))) for group in groups()]
    if sum(len(found) for _, found in pages) < ON_A_MAP:
        urls = [_site_url() + url_for("front.community")]
        return _map("urlset", "url", [*urls, *(url for group, found in pages for url in _urls(group, found))])
    maps = (
        _site_url() + url_for(".group_sitemap", group_slug=group.slug, page=page)
        for group, found in pages
        for page in range(1, 2 + (len(found) - 1) // ON_A_MAP)
    )
    return _map("sitemapindex", "sitemap", maps)


@bp.get("/<group_slug>/sitemap.xml")
@access(anyone)
@kept
def group_sitemap() -> ResponseReturnValue:
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 else 0
    found = list(public_pages(g.group))[ON_A_MAP * (page - 1) : ON_A_MAP * page] if page else []
    return _map("urlset", "url", _urls(g.group, found) if found else abort(404))


def _urls(group: Group, pages: Iterable[Address]) -> Iterable[str]:
    return (_site_url() + url_for(endpoint, group_slug=group.slug, **values) for endpoint, values in pages)


def _map(root: str, each: str, urls: Iterable[str]) -> Response:
    words = render_template("feeds/sitemap.xml", root=root, each=each, urls=urls)
    return Response(words, content_type="application/xml; charset=utf-8")


def _png(card: Card) -> Response:
    from readinggroup.feeds.pictures import (  # They take an imaging library along, 4 MB.
        fonts_folder,
        picture_of,
    )

    return Response(picture_of(card, fonts_folder()), mimetype="image/png")


def _site_url() -> str:
    site_url: str = current_app.config["SETTINGS"].site_url
    return site_url
