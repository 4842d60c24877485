"""The digest of discussions: one a day, each comment told once, to those who follow and still may read."""

from datetime import timedelta

import pytest

from readinggroup import clock
from readinggroup.db import db
from readinggroup.discussion.notices import owe_digests
from readinggroup.domain.lifecycle import Audience, MeetingState, MembershipState
from readinggroup.models import Meeting, Membership, Notice
from tests.build import NOW, saved
from tests.conftest import post
from tests.pitches.build import the_group

EVENING = NOW.replace(day=6, hour=1, minute=30)
"""18:30 in Edmonton, of the day on which everything was said at 16:30."""


def owed(app, now):
    """The digests that are owed after ``now``: (address, number of the day, threads told)."""
    with app.app_context():
        owe_digests(the_group(), now)
        saved()
        rows = db.session.scalars(
            db.select(Notice).where(Notice.kind == "discussion.digest").order_by(Notice.id)
        )
        return [
            (row.recipient, row.subject[-10:], [t["count"] for t in row.words["threads"]]) for row in rows
        ]


def test_followers_get_one_digest_a_day_and_each_comment_once(app, as_, on_pitch, on_talk, monkeypatch):
    nia = as_("Nia")
    post(nia, on_pitch, {"words": "One."})
    post(nia, on_pitch, {"words": "Two."})
    post(as_("Mo"), on_talk, {"words": "Three."})

    assert owed(app, NOW) == []
    first = [("mo@example.org", "2022-11-05", ["2 new comments"])]
    assert owed(app, EVENING) == first
    assert owed(app, EVENING + timedelta(minutes=5)) == first

    monkeypatch.setattr(clock, "now", lambda: EVENING)
    post(nia, on_pitch, {"words": "Four, after the digest."})
    assert owed(app, EVENING + timedelta(hours=20)) == first
    assert owed(app, EVENING + timedelta(days=1, hours=9)) == [
        *first,
        ("mo@example.org", "2022-11-06", ["1 new comment"]),
    ]


@pytest.mark.parametrize("why", ["stopped", "hidden", "left"])
def test_nobody_is_told_who_stopped_or_left_or_of_what_is_hidden(app, cast, as_, on_pitch, why):
    post(as_("Nia"), on_pitch, {"words": "One."})
    if why == "stopped":
        post(as_("Mo"), f"{on_pitch}/follow", {"wants": "no"}, at=on_pitch)
    elif why == "hidden":
        post(as_("Ada"), "/ml-theory/comments/1/hide", {"because": "Rude."})
    else:
        with app.app_context():
            place = db.select(Membership).where(Membership.user_id == cast["Mo"])
            db.session.scalars(place).one().state = MembershipState.LEFT
            saved()

    assert owed(app, EVENING) == []


@pytest.mark.parametrize("why", ["schedule", "unpublished"])
def test_nobody_is_told_of_a_talk_that_they_may_not_see_until_they_may(app, as_, on_talk, why):
    nia, mo = as_("Nia"), as_("Mo")
    post(mo, f"{on_talk}/follow", {"wants": "yes"}, at=on_talk)
    post(nia, on_talk, {"words": "One."})

    def show(*, shown):
        with app.app_context():
            if why == "schedule":
                the_group().schedule_seen_by = Audience.MEMBERS if shown else Audience.CO_LEADS
            else:
                meeting = db.session.scalars(db.select(Meeting)).one()
                meeting.state = MeetingState.ANNOUNCED if shown else MeetingState.PLANNED
            saved()

    show(shown=False)
    assert (mo.get(on_talk).status_code, owed(app, EVENING)) == (403, [])
    show(shown=True)
    assert owed(app, EVENING) == [("mo@example.org", "2022-11-05", ["1 new comment"])]
