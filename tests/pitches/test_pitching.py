"""The form of a new pitch."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState
from readinggroup.models import Pitch, Record, Series, Speaker
from readinggroup.pitches.offers import Chapter, Link, Offer, Window, offer_of
from readinggroup.scheduling.actions import make_meetings
from tests.build import NOW, saved
from tests.conftest import post, token_in
from tests.pitches import build

NEW = "/ml-theory/pitches/new"
WHOLE = {
    "title": "Meta Learning",
    "kind": "paper",
    "speakers": "Sree Harsha Nelaturu, Mo",
    "abstract": "Learning *to learn*, with $\\theta^*$.",
    "topics": "optimisation, Few and far, Optimisation",
    "links-0-url": "https://arxiv.org/abs/1703.03400",
    "links-0-title": "MAML",
    "links-1-url": "https://example.org/maml",
    "links-1-kind": "code",
    "away": "2022-12-31, 2022-12-24",
    "not_before": "2022-11-20",
    "not_after": "2023-02-28",
    "note": "After the break, please.",
}


def the_pitches():
    """Every pitch there is, oldest first."""
    return db.session.scalars(db.select(Pitch).order_by(Pitch.id)).all()


def errors_of(page):
    """(the id a link leads to, words) of the summary's lines."""
    summary = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    return re.findall(r'<a href="#([^"]+)">(.*?)</a>', summary)


@pytest.mark.parametrize(
    ("who", "status"), [("Ada", 200), ("Mo", 200), ("Nia", 200), ("Sam", 403), ("Rex", 403), (None, 302)]
)
def test_new_opens_for_members(cast, as_, who, status):
    answer = as_(who).get(NEW)

    assert answer.status_code == status
    assert ("<h1>Pitch a talk</h1>" in answer.get_data(as_text=True)) == (status == 200)


def test_new_refuses_a_strangers_pitch(app, cast, as_):
    answer = post(as_("Sam"), NEW, WHOLE, at="/ml-theory/")

    assert answer.status_code == 403
    with app.app_context():
        assert the_pitches() == []


def test_new_begins_with_the_members_own_name(cast, as_):
    page = as_("Mo").get(NEW).get_data(as_text=True)

    assert re.findall(r'<input[^>]* id="speakers"[^>]* value="([^"]*)"', page) == ["Mo"]


def test_new_puts_a_whole_pitch_on_the_board(app, cast, as_):
    mo = as_("Mo")

    answer = post(mo, NEW, {**WHOLE, "offer_it": "Pitch it"})

    with app.app_context():
        (pitch,) = the_pitches()
        assert (answer.status_code, answer.location) == (303, f"/ml-theory/pitches/{pitch.id}")
        assert offer_of(pitch) == Offer(
            title="Meta Learning",
            kind=PitchKind.PAPER,
            speakers=("Sree Harsha Nelaturu", "Mo"),
            abstract="Learning *to learn*, with $\\theta^*$.",
            topics=("Few and far", "Optimisation"),
            links=(
                Link("https://arxiv.org/abs/1703.03400", MaterialKind.PAPER, "MAML"),
                Link("https://example.org/maml", MaterialKind.CODE, ""),
            ),
            days_away=(date(2022, 12, 24), date(2022, 12, 31)),
            window=Window(date(2022, 11, 20), date(2023, 2, 28)),
            note="After the break, please.",
        )
        assert (pitch.state, pitch.author_id, pitch.created_at) == (PitchState.OPEN, cast["Mo"], NOW)
        assert re.fullmatch(r"[0-9a-f]{10}", pitch.public_id)
    assert "Your pitch is on the board." in mo.get(answer.location).get_data(as_text=True)


def test_new_writes_down_who_pitched(app, cast, as_):
    post(as_("Mo"), NEW, WHOLE)

    with app.app_context():
        line = db.session.scalars(db.select(Record).where(Record.what == "pitch.made")).one()
        assert (line.by_id, line.after) == (cast["Mo"], {"title": "Meta Learning", "state": "open"})


def test_new_links_the_members_own_name_to_the_account_and_no_other(app, cast, as_):
    post(as_("Mo"), NEW, WHOLE)

    with app.app_context():
        linked = db.session.execute(db.select(Speaker.name, Speaker.user_id).order_by(Speaker.name)).all()
        assert [tuple(row) for row in linked] == [("Mo", cast["Mo"]), ("Sree Harsha Nelaturu", None)]


def test_new_knows_a_speaker_again(app, cast, as_):
    mo = as_("Mo")

    post(mo, NEW, {"title": "One", "speakers": "Max Marion"})
    post(mo, NEW, {"title": "Two", "speakers": "max marion and Max  Marion"})

    with app.app_context():
        one, two = the_pitches()
        assert [speaker.id for speaker in one.speakers] == [speaker.id for speaker in two.speakers]


def test_new_names_a_book_once_and_outlives_it(app, cast, as_):
    mo = as_("Mo")
    chapter = {"title": "Boosting", "speakers": "Mo", "kind": "chapter", "number": "2"}

    post(mo, NEW, {**chapter, "book": "Learning theory"})
    post(mo, NEW, {**chapter, "book": "learning  THEORY", "number": "3"})

    for page in ("/ml-theory/pitches/1", "/ml-theory/pitches/"):
        assert "Book chapter 2 of <cite>Learning theory</cite>" in as_("Nia").get(page).get_data(as_text=True)
    assert '<option value="Learning theory">' in mo.get(NEW).get_data(as_text=True)
    with app.app_context():
        assert [offer_of(pitch).chapter for pitch in the_pitches()] == [
            Chapter("Learning theory", 2),
            Chapter("Learning theory", 3),
        ]
        db.session.delete(db.session.scalars(db.select(Series)).one())
        saved()
        assert [offer_of(pitch).chapter for pitch in the_pitches()] == [None, None]


@pytest.mark.parametrize(
    "typed",
    ["Zoe Last, Ann First", "Zoe Last\r\nAnn First", "Zoe Last; Ann First;", "Zoe Last and Ann First"],
)
def test_new_keeps_the_order_of_the_speakers_however_they_are_parted(app, cast, as_, typed):
    post(as_("Mo"), NEW, {"title": "One", "speakers": typed})

    with app.app_context():
        assert [speaker.name for speaker in the_pitches()[0].speakers] == ["Zoe Last", "Ann First"]


def test_new_previews_without_saving(app, cast, as_):
    mo = as_("Mo")

    answer = post(mo, NEW, {**WHOLE, "show_first": "Preview"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<em>to learn</em>" in page.partition('id="preview"')[2]
    assert "<math" in page.partition('id="preview"')[2]
    assert 'value="https://arxiv.org/abs/1703.03400"' in page
    assert 'name="links-2-url"' in page
    with app.app_context():
        assert the_pitches() == []


def test_new_lets_others_write_while_it_renders_a_preview(app, cast, as_, monkeypatch):
    from readinggroup import db as house
    from readinggroup.pitches import writing_routes

    mo, writing = as_("Mo"), []
    render = writing_routes.render_template
    monkeypatch.setattr(
        writing_routes,
        "render_template",
        lambda *a, **k: (writing.append(house._writing.get()), render(*a, **k))[1],
    )

    post(mo, NEW, {**WHOLE, "show_first": "Preview"})

    assert writing == [False, False]


def test_new_offers_the_next_sessions_to_tick_as_days_away(app, cast, as_):
    with app.app_context():
        make_meetings(build.the_group(), count=2, now=NOW, by=build.actor_of(cast["Ada"]))
        saved()
    mo = as_("Mo")

    page = mo.get(NEW).get_data(as_text=True)
    post(mo, NEW, {"title": "One", "speakers": "Mo", "sessions_away": ["2022-12-03"], "away": "2022-12-24"})

    assert re.findall(r"(\w+ \d+ \w+ 2022)</span>", page) == [
        "Saturday 19 November 2022",
        "Saturday 3 December 2022",
    ]
    with app.app_context():
        assert offer_of(the_pitches()[0]).days_away == (date(2022, 12, 3), date(2022, 12, 24))


@pytest.mark.parametrize(
    ("fields", "at", "words"),
    [
        ({"title": ""}, "title", "Give your talk a title."),
        ({"title": "  "}, "title", "Give your talk a title."),
        ({"title": "x" * 201}, "title", "A title takes up to 200 characters; this is 1 too many."),
        ({"abstract": "x" * 20_001}, "abstract", "An abstract takes up to 20,000 characters"),
        ({"note": "x" * 4_001}, "note", "A note takes up to 4,000 characters"),
        ({"speakers": ""}, "speakers", "Name who speaks"),
        ({"speakers": "Mo, 42"}, "speakers", "“42” doesn&#39;t look like a name."),
        ({"speakers": "x" * 121}, "speakers", "doesn&#39;t look like a name."),
        (
            {"speakers": ", ".join(f"Name {chr(65 + n)}" for n in range(9))},
            "speakers",
            "Name up to 8 people.",
        ),
        ({"kind": "nonsense"}, "kind", "Not a valid choice."),
        ({"away": "2022-02-30"}, "away", "2022-02-30: there is no such date."),
        ({"away": "soon"}, "away", "soon: there is no such date."),
        ({"away": "²⁰²²-01-01"}, "away", "there is no such date."),
        ({"away": "2022-11-04"}, "away", "2022-11-04: already past."),
        ({"away": "2222-11-19"}, "away", "2222-11-19: years away."),
        ({"away": " ".join(f"{n}" for n in range(61))}, "away", "Give up to 60 dates."),
        ({"kind": "chapter", "book": "Learning theory"}, "number", "Give the number of the chapter too"),
        ({"kind": "chapter", "book": "Learning theory", "number": "0"}, "number", "from 1 to 999"),
        ({"kind": "chapter", "book": "Learning theory", "number": "²"}, "number", "Give a whole number."),
        ({"kind": "chapter", "number": "2"}, "book", "Name the book too"),
        ({"kind": "chapter", "book": "?!", "number": "2"}, "book", "look like the name of a book"),
        ({"kind": "talk", "book": "Learning theory", "number": "2"}, "book", "Choose “Book chapter”"),
        ({"not_before": "2022-02-30"}, "not_before", "There is no such date."),
        ({"not_before": "2222-11-19"}, "not_before", "years away"),
        ({"not_after": "2022-11-04"}, "not_after", "already past"),
        ({"not_before": "2022-12-03", "not_after": "2022-12-02"}, "not_after", "before the first date"),
        ({"sessions_away": "2022-12-03"}, "sessions_away", "is not a valid choice"),
        ({"links-0-url": "arxiv"}, "links-0-url", "Give a whole web address"),
        ({"links-1-url": "javascript:alert(1)"}, "links-1-url", "Give a whole web address"),
        ({"links-0-url": "http://[::1"}, "links-0-url", "Give a whole web address"),
        ({"links-0-title": "MAML"}, "links-0-url", "Give the address too"),
        (
            {"links-0-url": "https://a.org", "links-0-title": "x" * 301},
            "links-0-title",
            "A title takes up to 300",
        ),
        (
            {"links-0-url": "https://a.org", "links-1-url": "https://a.org"},
            "links",
            "https://a.org stands in two rows.",
        ),
    ],
)
def test_new_refuses_with_words_at_the_field_and_keeps_what_was_typed(app, cast, as_, fields, at, words):
    whole = {"title": "Meta Learning", "speakers": "Mo", "note": "Kept as typed."}

    answer = post(as_("Mo"), NEW, {**whole, **fields})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    ((field, said),) = errors_of(page)
    assert field == at
    assert words in said
    assert f'id="{at}"' in page
    assert "note" in fields or "Kept as typed." in page
    for text in fields.values():
        assert not text.strip() or at in {"kind", "sessions_away"} or text[:40] in page
    with app.app_context():
        assert the_pitches() == []


def test_new_accepts_today_as_a_day_away_in_the_groups_zone(app, cast, as_, monkeypatch):
    """At 2 in the morning UTC it is still the evening before in Edmonton."""
    from readinggroup import clock

    monkeypatch.setattr(clock, "now", lambda: NOW.replace(day=6, hour=2))

    answer = post(as_("Mo"), NEW, {"title": "One", "speakers": "Mo", "away": "2022-11-05"})

    assert answer.status_code == 303


@pytest.mark.parametrize(("sent", "in_sight"), [(0, 1), (1, 2), (2, 3), (7, 8), (8, 8), (12, 8)])
def test_new_has_eight_rows_of_links_of_which_the_filled_and_one_more_are_in_sight(cast, as_, sent, in_sight):
    rows = {f"links-{n}-url": f"https://example.org/{n}" for n in range(sent)}

    page = post(as_("Mo"), NEW, {"title": "One", **rows, "show_first": "Preview"}).get_data(as_text=True)

    assert len(re.findall(r'name="links-\d+-url"', page)) == 8
    assert len(re.findall(r'name="links-\d+-url"', page.partition("<details>\n")[0])) == in_sight


def test_new_takes_a_link_from_any_row(app, cast, as_):
    post(as_("Mo"), NEW, {"title": "One", "speakers": "Mo", "links-5-url": "https://arxiv.org/abs/1"})

    with app.app_context():
        assert offer_of(the_pitches()[0]).links == (Link("https://arxiv.org/abs/1", MaterialKind.PAPER),)


def test_new_sent_twice_at_once_makes_one_pitch(app, cast, as_):
    browsers = [as_("Mo"), as_("Mo")]
    tokens = [token_in(browser.get(NEW).get_data(as_text=True)) for browser in browsers]
    start = Barrier(2)

    def send(number):
        start.wait()
        return browsers[number].post(
            NEW, data={"csrf_token": tokens[number], "title": "One", "speakers": "Mo"}
        )

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    with app.app_context():
        (only,) = the_pitches()
    assert [(answer.status_code, answer.location) for answer in answers] == [
        (303, f"/ml-theory/pitches/{only.id}")
    ] * 2


def test_new_makes_another_pitch_of_another_text(app, cast, as_):
    mo = as_("Mo")
    for abstract in ("First.", "Second."):
        post(mo, NEW, {"title": "One", "speakers": "Mo", "abstract": abstract})

    with app.app_context():
        assert len(the_pitches()) == 2
