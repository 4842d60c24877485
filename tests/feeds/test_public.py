"""What other programs read of public pages, read back by parsers that we didn't write."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element

import extruct
import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from PIL import Image

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, MaterialKind, MeetingState, TalkState
from readinggroup.feeds import public_routes
from tests import build
from tests.archive import build as archive
from tests.build import NOW

Browser = Callable[[str | None], FlaskClient]
SITE = "http://127.0.0.1:5000"
TRICKY, PLAIN = "Bregman & <b>Legendre</b>: $x^2$ 中文", "Bregman & <b>Legendre</b>: x^2 中文"
FEEDS = (
    "/ml-theory/feed.atom",
    "/ml-theory/embed",
    "/ml-theory/picture.png",
    "/ml-theory/sessions/3/picture.png",
    "/ml-theory/sessions/4/picture.png",
)


@pytest.fixture
def held(app: Flask, cast: dict[str, int], set_clock: Callable[[datetime], None]) -> None:
    """Sessions 1 (undated), 2 (held), 3 (to come), 4 (cancelled) and 5 (not announced)."""
    set_clock(NOW)
    with app.app_context():
        group = archive.group_of()
        archive.talk(archive.session(group, 1), "Long ago", "Żółć Ångström")
        second = archive.session(group, 2, date(2022, 10, 8))
        talk = archive.talk(second, TRICKY, "Mo", "Nia", topics=["Optimisation"], abstract="About *duality*.")
        archive.material(talk, MaterialKind.SLIDES, "Slides", "https://example.org/slides?a=1&b=2")
        third = archive.session(group, 3, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        first = archive.talk(third, "Meta Learning", "Mo")
        archive.talk(third, "Quantum Probability", "Nia", position=2)
        archive.talk(third, "Withdrawn", "Sam", state=TalkState.WITHDRAWN)
        archive.reading(first, "MAML", "https://arxiv.org/abs/1703.03400")
        fourth = archive.session(group, 4, date(2022, 12, 3), state=MeetingState.CANCELLED)
        fourth.cancelled_because = "Snow"
        archive.session(group, 5, date(2022, 12, 17), state=MeetingState.PLANNED)
        build.saved()


def seen_by(app: Flask, **audiences: Audience) -> None:
    with app.app_context():
        for name, audience in audiences.items():
            setattr(archive.group_of(), f"{name}_seen_by", audience)
        build.saved()


def test_atom_is_read_by_feedparser(app: Flask, held: None) -> None:
    answer = app.test_client().get("/ml-theory/feed.atom")
    feed = feedparser.parse(answer.get_data())

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert (feed.bozo, feed.version, feed.feed.title) == (False, "atom10", "Machine Learning Theory")
    assert {entry.link: entry.title for entry in feed.entries} == {
        f"{SITE}/ml-theory/sessions/1": "Long ago",
        f"{SITE}/ml-theory/sessions/2": PLAIN,
        f"{SITE}/ml-theory/sessions/3": "Meta Learning · Quantum Probability",
        f"{SITE}/ml-theory/sessions/4": "Cancelled: Session 4",
    }
    by_link = {entry.link: entry for entry in feed.entries}
    second = by_link[f"{SITE}/ml-theory/sessions/2"]
    assert [author.name for author in second.authors] == ["Mo", "Nia"]
    assert [tag.term for tag in second.tags] == ["optimisation"]
    assert "<em>duality</em>" in second.summary
    assert "https://example.org/slides?a=1&amp;b=2" in second.summary
    assert "Withdrawn" not in by_link[f"{SITE}/ml-theory/sessions/3"].summary
    assert len({entry.id for entry in feed.entries}) == 4


def test_atom_names_stay_when_a_session_gets_another_number(app: Flask, held: None) -> None:
    def ids() -> dict[str, str]:
        return {
            entry.title: entry.id for entry in feedparser.parse(app.test_client().get(FEEDS[0]).data).entries
        }

    before = ids()
    with app.app_context():
        session = db.session.query(archive.Meeting).filter_by(number=3).one()
        session.number = 33
        build.saved()

    assert ids() == before


def test_atom_asks_the_same_number_of_queries_for_one_session_and_for_three(
    app: Flask, cast: dict[str, int]
) -> None:
    counts = []
    for number in (1, 2, 3):
        with app.app_context():
            archive.talk(
                archive.session(archive.group_of(), number, date(2022, 1, number)), f"T{number}", "Mo"
            )
            build.saved()
        with archive.queries_of(app) as statements:
            app.test_client().get("/ml-theory/feed.atom")
        counts.append(len(statements))

    assert counts[0] == counts[2]


def marks_of(client: FlaskClient, path: str) -> dict[str, Any]:
    page = client.get(path).get_data(as_text=True)
    found: dict[str, Any] = extruct.extract(
        page, base_url=SITE + path, syntaxes=["json-ld", "opengraph"], uniform=True
    )
    return found


def test_a_session_is_an_event_of_schema_org(app: Flask, held: None) -> None:
    (event,) = marks_of(app.test_client(), "/ml-theory/sessions/3")["json-ld"]

    assert event["@type"] == "Event"
    assert event["name"] == "Meta Learning · Quantum Probability"
    assert (event["startDate"], event["endDate"]) == (
        "2022-11-19T14:00:00-07:00",
        "2022-11-19T15:00:00-07:00",
    )
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["organizer"] == {
        "@type": "Organization",
        "name": "Machine Learning Theory",
        "url": f"{SITE}/ml-theory/",
    }
    first, second = event["subEvent"]
    assert (first["name"], first["startDate"], first["endDate"]) == (
        "Meta Learning",
        "2022-11-19T14:00:00-07:00",
        "2022-11-19T14:30:00-07:00",
    )
    assert first["performer"] == [{"@type": "Person", "name": "Mo", "url": f"{SITE}/ml-theory/speakers/mo"}]
    assert first["workFeatured"][0]["url"] == "https://arxiv.org/abs/1703.03400"
    assert second["startDate"] == "2022-11-19T14:30:00-07:00"


@pytest.mark.parametrize(("number", "found"), [(1, []), (4, ["https://schema.org/EventCancelled"])])
def test_an_event_has_a_date_and_says_when_it_was_cancelled(
    app: Flask, held: None, number: int, found: list[str]
) -> None:
    events = marks_of(app.test_client(), f"/ml-theory/sessions/{number}")["json-ld"]

    assert [event["eventStatus"] for event in events] == found


def test_json_ld_can_hold_any_title(app: Flask, held: None) -> None:
    with app.app_context():
        db.session.query(archive.Talk).filter_by(
            title="Meta Learning"
        ).one().title = "</script><script>alert(1)"
        build.saved()
    (event,) = marks_of(app.test_client(), "/ml-theory/sessions/3")["json-ld"]

    assert event["subEvent"][0]["name"] == "</script><script>alert(1)"


def test_a_link_to_a_session_shows_a_picture(app: Flask, held: None) -> None:
    visitor = app.test_client()
    (graph,) = marks_of(visitor, "/ml-theory/sessions/3")["opengraph"]

    assert graph["og:title"] == "Meta Learning · Quantum Probability"
    assert graph["og:url"] == f"{SITE}/ml-theory/sessions/3"
    assert graph["og:description"] == "Mo, Nia · Saturday 19 November 2022, 14:00 Edmonton"
    picture = visitor.get(graph["og:image"].removeprefix(SITE))
    assert picture.content_type == "image/png"
    assert Image.open(io.BytesIO(picture.data)).size == (1200, 630)
    (front,) = marks_of(visitor, "/ml-theory/")["opengraph"]
    assert Image.open(io.BytesIO(visitor.get(front["og:image"].removeprefix(SITE)).data)).format == "PNG"


def test_a_picture_gets_another_address_with_other_words(app: Flask, held: None) -> None:
    visitor = app.test_client()
    before = marks_of(visitor, "/ml-theory/sessions/3")["opengraph"][0]["og:image"]
    drawn = visitor.get(before.removeprefix(SITE)).data
    with app.app_context():
        db.session.query(archive.Talk).filter_by(title="Meta Learning").one().title = "Something else"
        build.saved()
    after = marks_of(visitor, "/ml-theory/sessions/3")["opengraph"][0]["og:image"]

    assert before != after
    assert visitor.get(after.removeprefix(SITE)).data != drawn


def addresses_in(client: FlaskClient, path: str, tag: str = "url") -> list[str]:
    answer = client.get(path)
    tree: Element = etree.fromstring(answer.get_data())
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert all(child.tag == name + tag for child in tree)
    return [child.findtext(f"{name}loc") or "" for child in tree]


def test_the_sitemap_has_every_public_page_and_each_is_there(app: Flask, held: None) -> None:
    visitor = app.test_client()
    found = addresses_in(visitor, "/sitemap.xml")

    assert len(set(found)) == len(found)
    assert {f"{SITE}/ml-theory/sessions/{n}" for n in (1, 2, 3, 4)} < set(found)
    assert f"{SITE}/ml-theory/sessions/5" not in found
    assert f"{SITE}/ml-theory/speakers/zolc-angstrom" in found
    assert {visitor.get(url.removeprefix(SITE)).status_code for url in found} == {200}
    robots = visitor.get("/robots.txt").get_data(as_text=True)
    assert f"Sitemap: {SITE}/sitemap.xml" in robots


def test_a_large_site_has_an_index_of_maps(app: Flask, held: None, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = app.test_client()
    whole = addresses_in(visitor, "/sitemap.xml")
    app.extensions["pagecache"].clear()
    monkeypatch.setattr(public_routes, "ON_A_MAP", 5)

    maps = addresses_in(visitor, "/sitemap.xml", "sitemap")
    found = [url for each in maps for url in addresses_in(visitor, each.removeprefix(SITE))]

    assert len(maps) > 2
    assert sorted(found) == sorted(set(whole) - {f"{SITE}/"})
    assert {visitor.get(f"/ml-theory/sitemap.xml?page={n}").status_code for n in ("0", "x", "999", "²")} == {
        404
    }


def test_the_framed_list_may_be_framed_and_runs_nothing(app: Flask, held: None) -> None:
    answer = app.test_client().get("/ml-theory/embed")
    policy = answer.headers["Content-Security-Policy"]

    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    page = answer.get_data(as_text=True)
    assert f'href="{SITE}/ml-theory/sessions/3" target="_blank" rel="noopener"' in page
    assert "frame-ancestors 'none'" in app.test_client().get("/ml-theory/").headers["Content-Security-Policy"]


def test_private_groups_appear_in_no_feed(app: Flask, held: None, as_: Browser) -> None:
    seen_by(app, schedule=Audience.MEMBERS, archive=Audience.MEMBERS)
    visitor = app.test_client()

    assert {path: visitor.get(path).status_code for path in FEEDS} == dict.fromkeys(FEEDS, 302)
    assert [url for url in addresses_in(visitor, "/sitemap.xml") if "ml-theory" in url] == []
    assert "og:" not in visitor.get("/ml-theory/").get_data(as_text=True)
    assert as_("Mo").get("/ml-theory/embed").status_code == 404
    assert "Nothing of this group is public" in as_("Ada").get("/ml-theory/elsewhere").get_data(as_text=True)


def test_a_feed_tells_no_more_than_the_pages(app: Flask, held: None) -> None:
    seen_by(app, schedule=Audience.MEMBERS)
    visitor = app.test_client()

    titles = {entry.title for entry in feedparser.parse(visitor.get("/ml-theory/feed.atom").data).entries}
    assert titles == {"Long ago", PLAIN}
    urls = addresses_in(visitor, "/sitemap.xml")
    assert not {f"{SITE}/ml-theory/sessions/3", f"{SITE}/ml-theory/schedule"} & set(urls)
    assert visitor.get("/ml-theory/sessions/3/picture.png").status_code == 302


def test_co_leads_find_the_snippet(held: None, as_: Browser) -> None:
    page = as_("Ada").get("/ml-theory/elsewhere").get_data(as_text=True)

    assert (
        f"&lt;iframe src=&#34;{SITE}/ml-theory/embed" in page
        or f'&lt;iframe src="{SITE}/ml-theory/embed"' in page
    )
    assert f"{SITE}/ml-theory/feed.atom" in page
    assert "iframe" not in as_("Mo").get("/ml-theory/elsewhere").get_data(as_text=True)
