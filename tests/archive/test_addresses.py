"""Topics have pages, and what was renamed is still found at its old address."""

from flask import Flask
from sqlalchemy import update

from readinggroup.db import commit, db, writing
from readinggroup.models import Group, Series, Speaker, Topic
from tests.archive import build
from tests.archive.pages import links_in, text_of, titles_in


def test_a_topic_has_its_sessions_with_the_talks_about_it_alone(archive: Flask) -> None:
    visitor = archive.test_client()

    page = visitor.get("/ml-theory/topics/retrieval").get_data(as_text=True)
    every = visitor.get("/ml-theory/topics/").get_data(as_text=True)

    assert titles_in(page, "h3") == ["Représentations d'Erdős", "Neural Information Retrieval"]
    assert "1 talk Optimisation 2 talks Retrieval" in text_of(every)
    assert "/ml-theory/topics/retrieval" in links_in(every)
    assert visitor.get("/ml-theory/topics/hidden-topic").status_code == 404
    assert visitor.get("/ml-theory/topics/cells").status_code == 404


def test_old_addresses_lead_on_after_a_rename(archive: Flask) -> None:
    with archive.app_context(), writing():
        build.series(build.group_of(), "Spring")
        commit()
        for kind, old in (
            (Speaker, "max-marion"),
            (Topic, "retrieval"),
            (Series, "spring"),
            (Group, "biology"),
        ):
            db.session.execute(update(kind).where(kind.slug == old).values(slug=f"new-{old}"))
        commit()
        db.session.execute(update(Topic).where(Topic.slug == "new-retrieval").values(slug="newest"))
        commit()
    visitor = archive.test_client()

    ways = {
        path: (answer.status_code, answer.headers.get("Location"))
        for path in (
            "/ml-theory/speakers/max-marion", "/ml-theory/topics/retrieval", "/ml-theory/topics/new-retrieval",
            "/ml-theory/series/spring", "/biology/sessions/?q=a%20b&page=1", "/ml-theory/speakers/nobody",
        )
        for answer in [visitor.get(path)]
    }  # fmt: skip

    assert list(ways.values()) == [
        (301, "/ml-theory/speakers/new-max-marion"),
        (301, "/ml-theory/topics/newest"),
        (301, "/ml-theory/topics/newest"),
        (301, "/ml-theory/series/new-spring"),
        (301, "/new-biology/sessions/?q=a%20b&page=1"),
        (404, None),
    ]


def test_a_new_thing_at_an_old_address_is_what_is_found_there(archive: Flask) -> None:
    with archive.app_context(), writing():
        db.session.execute(update(Topic).where(Topic.slug == "retrieval").values(slug="search"))
        db.session.execute(update(Topic).where(Topic.slug == "optimisation").values(slug="retrieval"))
        commit()

    page = archive.test_client().get("/ml-theory/topics/retrieval").get_data(as_text=True)

    assert "Optimisation" in titles_in(page, "h1")
