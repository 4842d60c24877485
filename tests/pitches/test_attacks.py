"""The pitch form under attack: it answers with a page, whatever it is sent."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readinggroup.db import db
from readinggroup.models import Pitch
from tests.conftest import post
from tests.pitches import build

NEW = "/ml-theory/pitches/new"
SANE = {"title": "Meta Learning", "speakers": "Mo"}
NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "\x00",
            "\x01\x1f\x7f",
            "http://[::1",
            "https://a.org:99999/",
            "https://a.org:٣/",
            "²",
            "$" * 50,
            "$\\frac{1}{$",
            "<script>alert(1)</script>",
            "{{ 7 * 7 }}",
            "\u202eevil\ufffe\uffff",
            "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            "9999-99-99",
            "0000-00-00",
            "'; DROP TABLE pitch; --",
            "=1+1",
            "[x](javascript:alert(1))",
        ]
    ),
)
FIELDS = st.dictionaries(
    st.one_of(
        st.sampled_from(
            [
                *("title", "kind", "speakers", "abstract", "away", "sessions_away", "note"),
                *("keep", "offer_it", "show_first", "links", "links-", "links-²-url", "links-٣-url"),
                *(
                    f"links-{n}-{part}"
                    for n in (0, 1, 7, 999, "9" * 5000)
                    for part in ("url", "title", "kind")
                ),
            ]
        ),
        st.text(max_size=12),
    ),
    NASTY,
    max_size=12,
)


def the_titles():
    """The titles of every pitch."""
    return db.session.scalars(db.select(Pitch.title)).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS)
def test_new_answers_anything_with_a_page(as_, cast, app, members, fields):
    token = members["token"]

    answer = members["client"].post(NEW, data={**SANE, **fields, "csrf_token": token})

    assert answer.status_code in {200, 303, 422}
    if answer.status_code == 303:
        shown = members["client"].get(answer.location)
        assert shown.status_code == 200
        assert members["client"].get(f"{answer.location.removesuffix('/edit')}/edit").status_code == 200


@pytest.fixture
def members(as_):
    """Mo's browser, and the token of a form in it."""
    from tests.conftest import token_in

    client = as_("Mo")
    return {"client": client, "token": token_in(client.get(NEW).get_data(as_text=True))}


def test_new_takes_nul_bytes_out(app, cast, as_):
    answer = post(
        as_("Mo"),
        NEW,
        {
            "title": "Meta\x00 Learning",
            "speakers": "M\x00o",
            "abstract": "a\x00b",
            "note": "\x00",
            "away": "\x00",
        },
    )

    assert answer.status_code == 303
    with app.app_context():
        assert the_titles() == ["Meta Learning"]


@pytest.mark.parametrize("field", ["title", "speakers", "abstract", "note", "away", "links-0-title"])
def test_new_shows_pages_for_control_characters(app, cast, as_, field):
    mo = as_("Mo")

    answer = post(mo, NEW, {**SANE, "links-0-url": "https://a.org", field: "Mo \x01\x0b\x1f\x7f\ufffe"})

    if answer.status_code == 303:
        assert mo.get(answer.location).status_code == 200
        assert mo.get(f"{answer.location}/edit").status_code == 200
        assert mo.get("/ml-theory/pitches/").status_code == 200
    assert answer.status_code == (422 if field == "away" else 303)


@pytest.mark.parametrize("many", [999, 3000])
def test_new_answers_thousands_of_fields_with_a_page(app, cast, as_, many):
    answer = post(as_("Mo"), NEW, {**SANE, **{f"links-{n}-url": "https://a.org" for n in range(many)}})

    assert answer.status_code in {413, 422}
    with app.app_context():
        assert the_titles() == []


def test_new_answers_a_body_that_is_no_form_with_a_page(cast, as_):
    answer = as_("Mo").post(NEW, data=b"\xff\xfe{", content_type="application/json")

    assert answer.status_code == 400


def test_new_answers_broken_utf_8_with_a_page(app, cast, members):
    body = b"csrf_token=" + members["token"].encode() + b"&title=caf%E9%FF&speakers=Mo"

    answer = members["client"].post(NEW, data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 303
    with app.app_context():
        assert len(the_titles()) == 1


def test_markup_in_every_field_stays_text(app, cast, as_):
    mark = "<img src=x onerror=alert(1)>"
    mo = as_("Mo")

    answer = post(
        mo,
        NEW,
        {
            "title": f"T {mark}",
            "speakers": f"Mo {mark}",
            "abstract": mark,
            "note": mark,
            "links-0-url": "https://a.org/?<b>\"'",
            "links-0-title": mark,
        },
    )

    for page in (
        answer.location,
        f"{answer.location}/edit",
        f"{answer.location}/withdraw",
        "/ml-theory/pitches/",
    ):
        assert "<img" not in mo.get(page).get_data(as_text=True)


@pytest.mark.parametrize("verb", ["edit", "withdraw", "reopen"])
@pytest.mark.parametrize("number", ["9" * 20, "9" * 200, "²", "1.5", "0x1", "-1", "%00"])
def test_verbs_on_impossible_numbers_are_not_found(cast, as_, verb, number):
    answer = post(as_("Mo"), f"/ml-theory/pitches/{number}/{verb}", {}, at=NEW)

    assert answer.status_code == 404


def test_a_pitch_cannot_be_moved_by_fields_that_the_form_lacks(app, cast, as_):
    post(
        as_("Mo"),
        NEW,
        {**SANE, "state": "won", "author_id": "1", "group_id": "2", "public_id": "x", "rounds_waited": "9"},
    )

    with app.app_context():
        pitch = db.session.scalars(db.select(Pitch)).one()
        assert (pitch.state.value, pitch.author_id, pitch.rounds_waited) == ("open", cast["Mo"], 0)
        assert pitch.group_id == build.the_group().id
