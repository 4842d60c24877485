"""The audit trail for co-leads: in words, linked, filtered, page by page; drafts stay their authors'."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.access.audit import record
from readinggroup.domain.lifecycle import PitchState
from readinggroup.groups.queries import group_by_slug
from readinggroup.groups.record_queries import ON_A_PAGE
from readinggroup.pitches.queries import pitch_in
from tests.build import NOW, saved
from tests.conftest import post
from tests.pitches.build import pitch
from tests.voting.build import actor_of, place_of

PAGE = "/ml-theory/records"
Browser = Callable[[str | None], FlaskClient]


def text(client: FlaskClient, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_deeds_are_told_in_words_and_linked(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada = as_("Ada")
    with app.app_context():
        shown, draft = pitch(cast["Mo"], "Meta Learning"), pitch(cast["Mo"], "Secret draft", PitchState.DRAFT)
        by, group = actor_of("Ada"), group_by_slug("ml-theory")
        for pitch_id in (shown, draft):
            record(by, "pitch.withdrawn", pitch_in(group, pitch_id), at=NOW)
        mo = place_of("Mo").id
        saved()
    post(ada, f"/ml-theory/members/{mo}/lead", {}, at="/ml-theory/members/")
    post(ada, "/ml-theory/settings/joining", {"join_policy": "open"}, at="/ml-theory/settings")

    page = text(ada)

    assert '<b>Ada</b> withdrew the pitch <a href="/ml-theory/pitches/1">“Meta Learning”</a>' in page
    assert '<b>Ada</b> changed the role of <a href="/ml-theory/members/">Mo</a>' in page
    assert "role: member → co-lead" in page
    assert "join policy: apply → open" in page
    assert "<b>Mo</b> pitched" in page
    assert '<b>The site</b> took <a href="/ml-theory/members/">Nia</a> into the group' in page
    assert "Secret draft" not in page
    assert f"/pitches/{draft}" not in page
    assert "changed the settings" not in text(ada, f"{PAGE}?area=people")
    assert "withdrew the pitch" not in text(ada, f"{PAGE}?by={cast['Mo']}")


def test_pages_go_back_by_key(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    with app.app_context():
        group = group_by_slug("ml-theory")
        for number in range(ON_A_PAGE + 3):
            record(actor_of("Ada"), "group.settings", group, at=NOW, group_id=group.id, after={"n": number})
        saved()
    ada = as_("Ada")

    first = text(ada, f"{PAGE}?area=settings")
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = text(ada, older)

    assert (first.count('<li class="entry">'), second.count('<li class="entry">')) == (ON_A_PAGE, 4)
    assert "n: 2<" in second
    assert "n: 52<" not in second


@pytest.mark.parametrize("query", ["area=x", "by=²", f"before={9**30}", "by=-1", "area=people&by=99999"])
def test_nonsense_in_the_address_is_no_error(as_: Browser, query: str) -> None:
    assert as_("Ada").get(f"{PAGE}?{query}").status_code == 200
