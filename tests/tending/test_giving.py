"""Giving slides and recordings by one link, or saying that there are none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import Material, Meeting, SpeakingLink, Talk
from readinggroup.scheduling.asking import digest_of
from tests import build
from tests.archive import build as archive
from tests.conftest import post
from tests.tending.test_chores import told
from tests.uploads import build as files

Browser = Callable[[str | None], FlaskClient]
OnDay = Callable[[int], None]
RECORDING = "/ml-theory/sessions/4/recording"
LINK = "/ml-theory/speaking/the-one/slides"


@pytest.fixture
def slides(app: Flask, held: int) -> str:
    """The address of the page that takes the slides of Mo's talk; Demo Guest has a link for theirs."""
    with app.app_context():
        ours = archive.group_of()
        lasts = {"made_at": build.NOW, "expires_at": build.NOW + timedelta(days=60)}
        talks = {talk.title: talk.id for talk in db.session.query(Talk)}
        whose = {"talk_id": talks["Called in"], "speaker_id": archive.speaker(ours, "Demo Guest").id}
        db.session.add(SpeakingLink(group_id=ours.id, token_digest=digest_of("the-one"), **whose, **lasts))
        build.saved()
        return f"/ml-theory/talks/{talks['Noisy gradients']}/slides"


def materials(app: Flask) -> list[tuple[str, str, bool]]:
    """(kind, address, whether a talk's) of all that there is."""
    with app.app_context():
        return [
            (row.kind.value, row.url, row.talk_id is not None)
            for row in db.session.query(Material).order_by(Material.id)
        ]


def test_speaker_guest_and_co_lead_give_by_one_link_each(
    app: Flask, slides: str, as_: Browser, on_day: OnDay
) -> None:
    on_day(2)

    for who, page, url in (
        ("Mo", slides, "https://s.example/mo"),
        (None, LINK, "https://s.example/guest"),
        ("Ada", RECORDING, "https://v.example/4"),
    ):
        for _ in range(2):  # Sent twice, it is there once.
            answer = post(as_(who), page, {"url": url})
            assert (answer.status_code, answer.location) == (303, page)
        assert "Thank you." in as_(who).get(page).get_data(as_text=True)

    assert materials(app) == [
        ("slides", "https://s.example/mo", True),
        ("slides", "https://s.example/guest", True),
        ("recording", "https://v.example/4", False),
    ]


def test_that_there_are_none_ends_the_asking_and_can_be_taken_back(
    app: Flask, slides: str, as_: Browser, on_day: OnDay
) -> None:
    on_day(3)
    with app.app_context():
        earlier = archive.session(archive.group_of(), 3, build.NOW.date())
        archive.material(earlier, "recording", "Recording", "https://v.example/3")
        build.saved()
    ada = as_("Ada")

    def waits() -> list[str]:
        return [row for rows in told(ada).values() for row in rows if "Session 4" in row]

    before = waits()
    for page in (slides, LINK, RECORDING):
        post(ada, page, {"none": "yes"})
        assert "nobody asks" in ada.get(page).get_data(as_text=True)

    gone = [row.partition(" ·")[0] for row in before if row not in waits()]
    assert gone == ["Add the recording", "Ask Mo and Demo Guest for the slides"]
    words = (
        ada.get("/ml-theory/missing")
        .get_data(as_text=True)
        .partition("Session 4")[2]
        .partition("Session 3")[0]
    )
    assert ("no slides" in words, "no recording" in words) == (False, False)
    post(ada, RECORDING, {"none": "no"})
    with app.app_context():
        assert [talk.has_no_slides for talk in db.session.query(Talk)] == [True, True]
        assert db.session.query(Meeting).filter_by(number=4).one().has_no_recording is False


def test_what_comes_after_all_is_kept(app: Flask, slides: str, as_: Browser, on_day: OnDay) -> None:
    on_day(3)
    mo = as_("Mo")
    post(mo, slides, {"none": "yes"})

    post(mo, slides, {"url": "https://s.example/late"})

    assert materials(app) == [("slides", "https://s.example/late", True)]
    with app.app_context():
        assert db.session.query(Talk).filter_by(title="Noisy gradients").one().has_no_slides is False


@pytest.mark.parametrize(
    ("url", "complaint"), [("", "ive its address."), ("slides.pdf", "Give a whole web address")]
)
def test_what_is_no_address_is_refused(
    slides: str, as_: Browser, on_day: OnDay, url: str, complaint: str
) -> None:
    on_day(2)

    for who, page in (("Mo", slides), (None, LINK), ("Ada", RECORDING)):
        answer = post(as_(who), page, {"url": url})
        text = answer.get_data(as_text=True)
        assert (answer.status_code, complaint in text, f'value="{url}"' in text) == (422, True, True)


def test_slides_are_kept_as_a_file_with_and_without_an_account(
    app: Flask, slides: str, as_: Browser, on_day: OnDay
) -> None:
    on_day(2)

    for who, page in (("Mo", slides), (None, LINK)):
        assert post(as_(who), page, {"file": files.sent(files.pdf())}).status_code == 303

    kept = materials(app)
    assert [(kind, is_talks) for kind, _, is_talks in kept] == [("slides", True)] * 2
    for _, url, _ in kept:
        with as_("Nia").get(url) as answer:
            assert (answer.status_code, answer.data) == (200, files.pdf())


def test_what_are_no_slides_is_refused(app: Flask, slides: str, as_: Browser, on_day: OnDay) -> None:
    on_day(2)

    for content, fields, complaint in (
        (files.picture(), {}, "Give the slides as one PDF."),
        (files.pdf(), {"url": "https://s.example/1"}, "Give a file or an address, not both."),
        (files.HTML, {}, 'class="field-error"'),
    ):
        for who, page in (("Mo", slides), (None, LINK)):
            answer = post(as_(who), page, {"file": files.sent(content), **fields})
            assert (answer.status_code, complaint in answer.get_data(as_text=True)) == (422, True)
    assert materials(app) == []


def test_others_give_nothing(slides: str, as_: Browser, on_day: OnDay) -> None:
    on_day(2)

    assert [as_(who).get(slides).status_code for who in ("Nia", "Sam", None)] == [403, 403, 302]
    assert [as_(who).get(RECORDING).status_code for who in ("Mo", "Sam", None)] == [403, 403, 302]
    assert as_(None).get("/ml-theory/speaking/forged/slides").status_code == 404


def test_an_ended_link_gives_nothing(app: Flask, slides: str, as_: Browser, on_day: OnDay) -> None:
    on_day(2)
    with app.app_context():
        db.session.query(SpeakingLink).one().revoked_at = clock.now()
        build.saved()

    answer = as_(None).get(LINK)

    assert (answer.status_code, "This link has ended" in answer.get_data(as_text=True)) == (410, True)
