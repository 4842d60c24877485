"""Comments: edited with a history, reported, hidden with a reason, and shown again."""

import pytest

from readinggroup.db import db
from readinggroup.models import Comment, CommentReport, Notice, Record
from tests.conftest import post
from tests.discussion.test_threads import words_of


@pytest.fixture
def comment(app, as_, on_pitch):
    """The address of a comment of Nia's on a pitch of Mo's."""
    post(as_("Nia"), on_pitch, {"words": "A **first** thought."})
    with app.app_context():
        return f"/ml-theory/comments/{db.session.scalars(db.select(Comment.id)).one()}"


def test_edit_keeps_what_it_said_before(app, as_, comment, on_pitch):
    nia = as_("Nia")

    post(nia, f"{comment}/edit", {"words": "A **second** thought."})
    post(nia, f"{comment}/edit", {"words": "A **second** thought."})
    post(nia, f"{comment}/edit", {"words": "unsaved", "show_first": "Preview"})

    history = words_of(as_("Mo").get(f"{comment}/versions"))
    assert "Now A second thought. Until Saturday 5 November 2022" in history
    assert history.count("Until") == 1
    assert "A first thought." in history
    assert "edited" in words_of(as_("Mo").get(on_pitch))
    assert post(nia, f"{comment}/edit", {"words": ""}).status_code == 422


def test_hide_takes_the_words_out_of_sight_with_a_reason_and_can_be_undone(app, as_, comment, on_pitch):
    ada, mo, nia = as_("Ada"), as_("Mo"), as_("Nia")
    assert post(ada, f"{comment}/hide", {"because": ""}).status_code == 422

    post(ada, f"{comment}/hide", {"because": "It names a person."})

    seen = {who: words_of(as_(who).get(on_pitch)) for who in ("Ada", "Mo", "Nia")}
    assert all("Hidden by a co-lead: It names a person." in page for page in seen.values())
    assert {who: "thought" in page for who, page in seen.items()} == {"Ada": True, "Mo": False, "Nia": True}
    assert [mo.get(f"{comment}/{verb}").status_code for verb in ("versions", "report")] == [403, 403]
    assert "thought" not in words_of(mo.get(f"{on_pitch}?quote={comment.rpartition('/')[2]}"))
    assert post(nia, f"{comment}/edit", {"words": "Other words."}).status_code == 422

    assert post(mo, f"{comment}/unhide", {}, at=on_pitch).status_code == 403
    post(ada, f"{comment}/unhide", {}, at=on_pitch)

    assert "A first thought." in words_of(mo.get(on_pitch))
    with app.app_context():
        lines = db.session.execute(
            db.select(Record.what, Record.after).where(Record.thing == "comment")
        ).all()
        assert [tuple(line) for line in lines] == [
            ("comment.hidden", {"because": "It names a person."}),
            ("comment.shown", {}),
        ]


def test_report_reaches_the_co_leads_once_and_is_settled_either_way(app, as_, comment):
    ada, mo = as_("Ada"), as_("Mo")

    post(mo, f"{comment}/report", {"because": "It is rude."})
    post(mo, f"{comment}/report", {"because": "It is very rude."})

    waiting = words_of(ada.get("/ml-theory/discussion"))
    assert "Reported to the co-leads" in waiting
    assert "It is very rude." in waiting
    assert "rude" not in words_of(as_("Nia").get("/ml-theory/discussion"))
    with app.app_context():
        owed = db.session.scalars(db.select(Notice).where(Notice.kind == "comment.reported")).all()
        assert [(notice.recipient, notice.words["title"]) for notice in owed] == [
            ("ada@example.org", "Quantum Probability")
        ]

    assert post(mo, f"{comment}/settle", {}, at="/ml-theory/").status_code == 403
    post(ada, f"{comment}/settle", {}, at="/ml-theory/discussion")
    assert "Reported to" not in words_of(ada.get("/ml-theory/discussion"))
    post(mo, f"{comment}/report", {"because": "Again."})
    post(ada, f"{comment}/hide", {"because": "Rude."})
    assert "Reported to" not in words_of(ada.get("/ml-theory/discussion"))
    with app.app_context():
        assert db.session.scalars(db.select(CommentReport.settled_at)).one() is not None
