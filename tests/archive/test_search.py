"""Search: what is found, in which order, shown how, and kept right by every commit on both databases."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, text, update

from readinggroup.archive.search import findable, rebuild
from readinggroup.archive.words import alike, snippet, terms_of
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Meeting, Reading, SearchDocument, SearchDue, Speaker, Talk
from tests.archive import build
from tests.archive.pages import links_in, text_of, titles_in


def found(app: Flask, q: str, group: str = "ml-theory") -> list[str]:
    page = app.test_client().get(f"/{group}/sessions/", query_string={"q": q}).get_data(as_text=True)
    return titles_in(page, "h3")


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Erdős", [(("erdos",), True)]),
        ('"neural tangent', [(("neural", "tangent"), False)]),
        ("“neural  tangent” SGD", [(("neural", "tangent"), False), (("sgd",), True)]),
        ("x_i of", [(("x", "i"), False), (("of",), False)]),
        ("100% ' \" * ( ) : ^ - NEAR AND", [(("100",), True), (("near", "and"), False)]),
        ("% _ \0", []),
        ("a b c d e f g h i j", [((letter,), False) for letter in "abcdefgh"]),
    ],
)
def test_what_is_typed_becomes_words_and_phrases(
    typed: str, terms: list[tuple[tuple[str, ...], bool]]
) -> None:
    assert [(term.tokens, term.begins) for term in terms_of(typed)] == terms


def test_snippet_marks_what_was_found_and_escapes_the_rest() -> None:
    long = "word " * 60 + "<script>alert(1)</script> about Erdős & Rényi, " + "more " * 60

    shown = snippet(["nothing here", long], terms_of("erdos"))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; about <mark>Erdős</mark> &amp; Rényi" in shown
    assert (shown[:6], shown[-6:]) == ("… word", "more …")
    assert snippet([long], terms_of("absent")) == ""
    assert snippet(["The neural tangent kernels"], terms_of('"tangent kernels"')) == (
        "The neural <mark>tangent kernels</mark>"
    )


def test_words_spelled_nearly_so_are_suggested() -> None:
    assert alike("gradeint", ["Gradient descent", "Privacy"]) == ["gradient"]
    assert alike("noisy gradeint", ["Gradient"]) == ["noisy gradient"]
    assert alike("zzzz", ["Gradient"]) == []


def test_titles_weigh_more_than_names_papers_and_texts(app: Flask, cast: dict[str, int]) -> None:
    with app.app_context():
        group = build.group_of()
        for number, where in enumerate(("abstract", "title", "paper", "recap", "name"), start=1):
            meeting = build.session(
                group, number, date(2022, 1, number), recap="About kernels." if where == "recap" else ""
            )
            given = build.talk(
                meeting,
                "Kernels" if where == "title" else f"Talk {number}",
                "Kim Kernels" if where == "name" else "Mo",
                abstract="*Kernels* of $x$" if where == "abstract" else "",
            )
            build.reading(given, "Kernels" if where == "paper" else "Else", f"https://a.example/{number}")
        db.session.commit()

    titles = found(app, "kernel")

    assert titles[:2] == ["Kernels", "Talk 5"]
    assert sorted(titles[2:]) == ["Talk 1", "Talk 3", "Talk 4"]


def rename_talk(meeting: Meeting) -> None:
    db.session.execute(update(Talk).where(Talk.meeting_id == meeting.id).values(title="Zebra"))


def rename_speaker(_meeting: Meeting) -> None:
    db.session.execute(update(Speaker).values(name="Zoë Zebra"))


def write_recap(meeting: Meeting) -> None:
    meeting.recap = "A **zebra** came."


def rename_paper(_meeting: Meeting) -> None:
    db.session.execute(update(Reading).values(title="On zebras"))


@pytest.mark.parametrize("change", [rename_talk, rename_speaker, write_recap, rename_paper])
def test_a_change_is_found_with_its_commit_and_not_before(
    app: Flask, cast: dict[str, int], change: Callable[[Meeting], None]
) -> None:
    with app.app_context(), writing():
        meeting = build.session(build.group_of(), 1, date(2022, 11, 5))
        build.reading(build.talk(meeting, "Meta", "Mo"), "CLIP", "https://a.example/1")
        commit()
    for really in (False, True):
        assert found(app, "zebra") == []
        with app.app_context(), writing():
            change(db.session.scalars(db.select(Meeting)).one())
            db.session.flush()
            (commit if really else db.session.rollback)()

    assert len(found(app, "zebra")) == 1
    assert found(app, "zebra", "biology") == []


def test_what_is_taken_away_or_not_held_is_not_found(app: Flask, cast: dict[str, int]) -> None:
    with app.app_context(), writing():
        group = build.group_of()
        coming = build.session(group, 1, date(2022, 11, 5), state=MeetingState.ANNOUNCED)
        build.talk(coming, "Zebra to come", "Mo")
        gone = build.session(group, 2, date(2022, 11, 19))
        build.talk(gone, "Zebra held", "Mo")
        commit()
    before = found(app, "zebra")
    with app.app_context(), writing():
        db.session.execute(update(Meeting).values(state=MeetingState.HELD))
        db.session.execute(delete(Meeting).where(Meeting.number == 2))
        commit()

    assert (before, found(app, "zebra")) == (["Zebra held"], ["Zebra to come"])


def test_what_was_written_past_the_site_is_found_after_the_next_commit_or_a_rebuild(
    app: Flask, cast: dict[str, int]
) -> None:
    with app.app_context(), writing():
        build.talk(build.session(build.group_of(), 1, date(2022, 11, 5)), "Meta", "Mo")
        commit()
        with db.engine.connect() as raw:
            raw.execute(text("UPDATE talk SET title = 'By hand'"))
            raw.commit()
        db.session.rollback()
        assert findable() == (1, 1)
        assert rebuild() == 1
        commit()
        assert db.session.scalar(db.select(db.func.count()).select_from(SearchDue)) == 0
        assert db.session.scalars(db.select(SearchDocument.titles)).all() == ["By hand"]

    assert found(app, "hand") == ["By hand"]


def test_nothing_found_suggests_what_is_there(archive: Flask) -> None:
    visitor = archive.test_client()

    near = visitor.get("/ml-theory/sessions/?q=retreival").get_data(as_text=True)
    fewer = visitor.get("/ml-theory/sessions/?q=meta+nowhere").get_data(as_text=True)
    narrowed = visitor.get("/ml-theory/sessions/?q=meta&year=1999").get_data(as_text=True)

    assert "/ml-theory/sessions/?q=retrieval" in links_in(near)
    assert "retrieval: 2 sessions" in text_of(near)
    assert "/ml-theory/sessions/?q=meta" in links_in(fewer)
    assert "meta: 1 session, without the filters" in text_of(narrowed)


def test_a_found_session_shows_where_the_words_stand(archive: Flask) -> None:
    page = archive.test_client().get("/ml-theory/sessions/?q=hopes").get_data(as_text=True)

    assert "what everybody <mark>hopes</mark> for." in page
