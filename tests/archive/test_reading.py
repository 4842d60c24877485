"""Everything that was ever read."""

from datetime import date, timedelta

import pytest
from flask import Flask

from readinggroup.domain.lifecycle import MaterialKind, TalkState
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of, titles_in
from tests.build import saved


def test_reading_is_readings_and_papers_by_session_latest_first(archive: Flask) -> None:
    with archive.app_context():
        group = build.group_of()
        meeting = build.session(group, 8, title="A paper and a talk")
        given = build.talk(meeting, "Grokking", "Mo")
        build.reading(given, "Twice named", "https://arxiv.org/abs/1")
        build.material(given, MaterialKind.PAPER, "Twice named again", "https://arxiv.org/abs/1")
        build.material(meeting, MaterialKind.PAPER, "For all", "https://arxiv.org/abs/2")
        gone = build.talk(meeting, "Withdrawn", "Mo", position=2, state=TalkState.WITHDRAWN)
        build.reading(gone, "Never read", "https://arxiv.org/abs/3")
        saved()

    page = archive.test_client().get("/ml-theory/reading").get_data(as_text=True)

    assert titles_in(page, "h2") == [
        "A paper and a talk",
        "Contrastive learning",
        "Meta Learning · Neural Information Retrieval",
    ]
    assert texts_of(page, "entry-body") == [
        "A paper and a talk Date not recorded For all for Grokking Twice named",
        "Contrastive learning Saturday 4 February 2023 CLIP",
        "Meta Learning · Neural Information Retrieval Saturday 19 November 2022 "
        "for Meta Learning Model-Agnostic Meta-Learning",
    ]
    assert "4 titles for 3 sessions" in text_of(page)
    assert "https://arxiv.org/abs/1703.03400" in links_in(page)
    assert "Never read" not in page


def test_reading_before_there_is_any_says_what_will_be_here(app: Flask, cast: dict[str, int]) -> None:
    page = app.test_client().get("/ml-theory/reading").get_data(as_text=True)

    assert "What you read together stands here" in text_of(page)
    assert "It is posted 7 days ahead." in text_of(page)


@pytest.mark.parametrize("sessions", [1, 3, 300])
def test_reading_comes_in_pages_by_the_same_queries(app: Flask, cast: dict[str, int], sessions: int) -> None:
    with app.app_context():
        group = build.group_of()
        for n in range(1, sessions + 1):
            given = build.talk(
                build.session(group, n, date(2000, 1, 1) + timedelta(weeks=n)), f"Talk {n}", "Mo"
            )
            build.reading(given, f"Paper {n}", f"https://arxiv.org/abs/{n}")
        saved()
    visitor, last = app.test_client(), -(-sessions // 25)

    with build.queries_of(app) as statements:
        pages = [
            visitor.get(f"/ml-theory/reading?page={n}").get_data(as_text=True) for n in range(1, last + 1)
        ]

    read = [title for page in pages for title in texts_of(page, "reads")]
    assert read == [f"Paper {n}" for n in range(sessions, 0, -1)]
    assert len(statements) == 4 * last


@pytest.mark.parametrize("page", ["0", "²", "-1", "2", "1" + "0" * 30, "%00", "", "'"])
def test_page_of_reading_that_is_not_there_leads_back(archive: Flask, page: str) -> None:
    answer = archive.test_client().get(f"/ml-theory/reading?page={page}")

    assert answer.status_code == 404
    assert "There is no such page" in text_of(answer.get_data(as_text=True))
