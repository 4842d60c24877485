"""Threads: who reads and who speaks, what is quoted, followed, closed, and found again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from readinggroup import clock
from readinggroup.db import db
from readinggroup.discussion import queries
from readinggroup.domain.lifecycle import Audience, MeetingState, PitchState
from readinggroup.models import Comment, Meeting, Pitch, Record, Thread, ThreadFollower
from tests.build import NOW, saved
from tests.conftest import post, token_in
from tests.pitches.build import the_group

SAID = {"words": "Is $x^2$ *enough*? <script>alert(1)</script>"}


def said(app):
    """The words of every comment, oldest first."""
    with app.app_context():
        return db.session.scalars(db.select(Comment.words).order_by(Comment.id)).all()


def words_of(answer):
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.mark.parametrize("where", ["on_pitch", "on_talk"])
def test_members_talk_in_markdown_and_math(app, as_, request, where):
    address = request.getfixturevalue(where)
    nia = as_("Nia")

    answer = post(nia, address, SAID)

    page = nia.get(answer.location).get_data(as_text=True)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{address}#comment-")
    assert "<em>enough</em>" in page
    assert "<math" in page
    assert "<script>alert" not in page
    assert len(said(app)) == 1


def test_nobody_talks_about_what_is_not_published(app, as_, on_pitch, on_talk):
    with app.app_context():
        db.session.scalars(db.select(Pitch)).one().state = PitchState.DRAFT
        db.session.scalars(db.select(Meeting)).one().state = MeetingState.PLANNED
        saved()

    assert [as_(who).get(on_pitch).status_code for who in ("Mo", "Ada")] == [403, 403]
    assert [as_(who).get(on_talk).status_code for who in ("Nia", "Ada")] == [403, 403]


def test_the_public_reads_where_the_group_wants_it(app, as_, on_pitch):
    post(as_("Nia"), on_pitch, {"words": "First."})
    with app.app_context():
        group = the_group()
        group.discussion_seen_by = group.pitches_seen_by = Audience.PUBLIC
        saved()
    visitor = as_(None)

    pages = [
        words_of(visitor.get(page))
        for page in (on_pitch, on_pitch.removesuffix("/discussion"), "/ml-theory/discussion")
    ]

    assert ["First." in page for page in pages] == [True, True, False]
    assert "Quantum Probability" in pages[2]
    assert not any("Say it" in page or "Quote" in page or "Report" in page for page in pages)
    assert post(visitor, on_pitch, SAID, at="/login").location == "/login"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [("  ", "Write something first."), ("x" * 5_001, "A comment takes up to 5,000 characters")],
)
def test_a_refused_comment_keeps_what_was_typed(app, as_, on_pitch, words, complaint):
    answer = post(as_("Nia"), on_pitch, {"words": words})

    assert answer.status_code == 422
    assert complaint in words_of(answer)
    assert words.strip() in answer.get_data(as_text=True)
    assert said(app) == []


def test_a_preview_saves_nothing(app, as_, on_pitch):
    answer = post(as_("Nia"), on_pitch, {**SAID, "show_first": "Preview"})

    assert "<em>enough</em>" in answer.get_data(as_text=True).partition('id="preview"')[2]
    assert said(app) == []


def test_two_who_say_the_first_word_at_once_share_a_thread_and_a_double_click_says_it_once(
    app, as_, on_pitch
):
    browsers = [as_("Mo"), as_("Nia"), as_("Nia")]
    tokens = [token_in(browser.get(on_pitch).get_data(as_text=True)) for browser in browsers]
    start = Barrier(3)

    def send(number):
        start.wait()
        return browsers[number].post(on_pitch, data={"csrf_token": tokens[number], "words": "First!"})

    with ThreadPoolExecutor(3) as pool:
        statuses = [answer.status_code for answer in pool.map(send, range(3))]

    with app.app_context():
        assert statuses == [303] * 3
        assert len(db.session.scalars(db.select(Thread)).all()) == 1
        assert said(app) == ["First!", "First!"]


def test_an_answer_quotes_what_its_author_sees(app, as_, on_pitch, on_talk):
    post(as_("Nia"), on_pitch, {"words": "One.\n\nTwo."})
    with app.app_context():
        comment_id = db.session.scalars(db.select(Comment.id)).one()
    mo = as_("Mo")

    quoted = mo.get(f"{on_pitch}?quote={comment_id}").get_data(as_text=True)
    elsewhere = mo.get(f"{on_talk}?quote={comment_id}").get_data(as_text=True)

    assert "Nia wrote:\n\n&gt; One.\n&gt;\n&gt; Two." in quoted
    assert "Nia wrote" not in elsewhere
    assert mo.get(f"{on_pitch}?quote={'9' * 30}&since=x").status_code == 200


def test_a_thread_goes_on_page_by_page_with_as_many_questions_to_the_database(
    app, as_, on_pitch, statements, monkeypatch
):
    monkeypatch.setattr(queries, "ON_A_PAGE", 3)
    nia, counts = as_("Nia"), []
    for n in range(7):
        answer = post(nia, on_pitch, {"words": f"Word {n}."})
        if n in {0, 2}:
            with statements() as seen:
                nia.get(on_pitch)
            counts.append(len(seen))

    pages, url = [], on_pitch
    while url:
        page = nia.get(url).get_data(as_text=True)
        pages.append(re.findall(r"Word (\d)", page))
        later = re.search(r'href="([^"]+)" rel="next"', page)
        url = later and later[1]

    assert counts[0] == counts[1]
    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"]]
    assert "Word 6" in nia.get(answer.location).get_data(as_text=True)


def test_a_thread_is_closed_by_co_leads_or_by_age_and_opened_again(app, as_, on_pitch, monkeypatch):
    ada, nia = as_("Ada"), as_("Nia")
    post(nia, on_pitch, {"words": "First."})
    with app.app_context():
        close = f"/ml-theory/threads/{db.session.scalars(db.select(Thread.id)).one()}/close"
    post(ada, close, {}, at=on_pitch)
    refused = post(nia, on_pitch, {"words": "Too late."}, at="/ml-theory/pitches/new")
    assert refused.status_code == 422
    assert "Too late." in refused.get_data(as_text=True)
    assert "This discussion is closed" in words_of(refused)

    post(ada, close.replace("close", "reopen"), {}, at=on_pitch)
    post(nia, on_pitch, {"words": "In time."})
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=181))
    assert "Nobody said anything here for half a year" in words_of(nia.get(on_pitch))
    post(ada, close.replace("close", "reopen"), {}, at=on_pitch)
    assert "Say it" in words_of(nia.get(on_pitch))
    assert said(app) == ["First.", "In time."]
    with app.app_context():
        told = db.session.scalars(
            db.select(Record.what).where(Record.thing == "thread").order_by(Record.id)
        ).all()
        assert told == ["thread.closed", "thread.reopened", "thread.reopened"]


def test_authors_and_speakers_follow_and_whoever_stops_is_not_made_to_follow_again(app, cast, as_, on_pitch):
    mo, nia = as_("Mo"), as_("Nia")
    post(nia, on_pitch, {"words": "First."})

    def followers():
        with app.app_context():
            rows = db.session.execute(db.select(ThreadFollower.user_id, ThreadFollower.follows))
            return dict(rows.all())

    assert followers() == {cast["Mo"]: True, cast["Nia"]: True}
    post(mo, f"{on_pitch}/follow", {"wants": "no"}, at=on_pitch)
    post(mo, on_pitch, {"words": "An answer."})
    assert followers() == {cast["Mo"]: False, cast["Nia"]: True}
    post(mo, f"{on_pitch}/follow", {"wants": "yes"}, at=on_pitch)
    assert followers() == {cast["Mo"]: True, cast["Nia"]: True}


def test_recent_discussions_are_found_and_what_may_not_be_seen_is_not_among_them(app, as_, on_pitch, on_talk):
    nia = as_("Nia")
    assert "Discussions stand here" in words_of(nia.get("/ml-theory/discussion"))
    post(nia, on_pitch, {"words": "First."})
    post(nia, on_talk, {"words": "Second."})

    both = words_of(nia.get("/ml-theory/discussion"))
    for page, address in (
        ("/ml-theory/sessions/1", on_talk),
        ("/ml-theory/pitches/", "/ml-theory/discussion"),
    ):
        assert f'href="{address}"' in nia.get(page).get_data(as_text=True)
    on_its_page = words_of(nia.get(on_pitch.removesuffix("/discussion")))
    assert ("First." in on_its_page, "Say something" in on_its_page) == (True, True)
    with app.app_context():
        db.session.scalars(db.select(Meeting)).one().state = MeetingState.PLANNED
        saved()
    one = words_of(nia.get("/ml-theory/discussion?before=999999"))

    assert both.index("Noisy gradients") < both.index("Quantum Probability")
    assert ("Noisy gradients" in one, "Quantum Probability" in one) == (False, True)
    for nonsense in ("x", "²", "-1", "9" * 40):
        assert nia.get(f"/ml-theory/discussion?before={nonsense}").status_code == 200
