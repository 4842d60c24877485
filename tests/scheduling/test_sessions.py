"""Sessions made by the rhythm and beside it, moved, cancelled and taken back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.models import Break, Group, Meeting, Notice, Record
from readinggroup.scheduling import actions, queries
from readinggroup.scheduling.refusals import DateTaken, InThePast, NotBegun, SessionOver
from readinggroup.scheduling.talk_actions import put_talk
from tests.build import NOW
from tests.scheduling.build import group_of, person


@pytest.fixture
def group(app: Flask, cast: dict[str, int]) -> Iterator[Group]:
    with app.app_context():
        yield group_of()


def made(group: Group, **which: object) -> list[Meeting]:
    return actions.make_meetings(group, now=NOW, by=THE_SITE, **which)  # type: ignore[arg-type]


def days(meetings: list[Meeting]) -> list[date | None]:
    return [meeting.on for meeting in meetings]


def test_make_meetings_follows_the_rhythm_with_instants_in_utc(group: Group) -> None:
    meetings = made(group, count=10)

    assert [(m.number, m.on) for m in meetings[:3]] == [
        (1, date(2022, 11, 19)),
        (2, date(2022, 12, 3)),
        (3, date(2022, 12, 17)),
    ]
    assert meetings[0].starts_at_utc == datetime(2022, 11, 19, 21, tzinfo=UTC)
    assert meetings[-1].on == date(2023, 3, 25)
    assert meetings[-1].starts_at_utc == datetime(2023, 3, 25, 20, tzinfo=UTC)
    assert [(p.position, p.talk_minutes, p.question_minutes) for p in meetings[0].places] == [
        (1, 25, 5),
        (2, 25, 5),
    ]


def test_make_meetings_twice_adds_nothing(group: Group) -> None:
    first = made(group, count=3)

    assert made(group, count=3) == []
    assert made(group, upto=date(2022, 12, 17)) == []
    assert days(made(group, count=4)) == [date(2022, 12, 31)]
    assert queries.highest_number(group) == len(first) + 1


def test_make_meetings_leaves_today_out_once_its_start_is_over(group: Group) -> None:
    before = datetime(2022, 11, 5, 19, 59, tzinfo=UTC)

    assert days(actions.make_meetings(group, count=1, now=before, by=THE_SITE)) == [date(2022, 11, 5)]
    assert next(iter(queries.dates_ahead(group, before + timedelta(minutes=1)))) == date(2022, 11, 19)


@pytest.mark.parametrize(
    ("keeps_phase", "after"), [(True, date(2023, 1, 14)), (False, date(2023, 1, 7))], ids=["keeps", "shifts"]
)
def test_make_meetings_skips_a_break(group: Group, keeps_phase: bool, after: date) -> None:
    db.session.add(
        Break(
            group_id=group.id,
            name="Winter",
            starts_on=date(2022, 12, 17),
            ends_on=date(2023, 1, 6),
            keeps_phase=keeps_phase,
        )
    )
    db.session.flush()

    assert days(made(group, count=3)) == [date(2022, 11, 19), date(2022, 12, 3), after]


def test_make_meetings_fills_no_hole_that_a_move_or_a_cancellation_left(group: Group) -> None:
    first, second = made(group, count=2)
    actions.move_meeting(
        group, first, on=date(2022, 11, 20), starts_at=time(14), minutes=60, now=NOW, by=THE_SITE
    )
    actions.cancel_meeting(group, second, because="Nobody can come.", now=NOW, by=THE_SITE)

    assert made(group, count=2) == []
    assert queries.dates_made(group, NOW) == 2


def test_an_extra_session_may_lie_beside_the_rhythm_but_not_in_the_past_or_twice(group: Group) -> None:
    made(group, count=1)

    extra = actions.add_meeting(group, on=date(2022, 11, 9), starts_at=time(18), now=NOW, by=THE_SITE)

    assert (extra.number, extra.made_for, extra.starts_at_utc) == (
        1,
        None,
        datetime(2022, 11, 10, 1, tzinfo=UTC),
    )
    with pytest.raises(InThePast):
        actions.add_meeting(group, on=date(2022, 11, 5), starts_at=time(14), now=NOW, by=THE_SITE)
    with pytest.raises(DateTaken):
        actions.add_meeting(group, on=date(2022, 11, 19), starts_at=time(14), now=NOW, by=THE_SITE)


def test_moving_derives_the_instant_raises_the_sequence_and_tells_those_concerned(group: Group) -> None:
    (meeting,) = made(group, count=1)
    talk = put_talk(group, meeting, 1, title="CLIP", speakers=["Mo"], now=NOW, by=THE_SITE)
    talk.state = TalkState.CONFIRMED
    queries.talk_in(group, talk.id).speakers[0].user_id = person("Mo").id  # type: ignore[union-attr]
    db.session.flush()
    sequence = meeting.sequence

    actions.move_meeting(
        group, meeting, on=date(2023, 3, 18), starts_at=time(15, 30), minutes=90, now=NOW, by=THE_SITE
    )

    assert meeting.starts_at_utc == datetime(2023, 3, 18, 21, 30, tzinfo=UTC)
    assert meeting.sequence == sequence + 1
    assert talk.state is TalkState.PLANNED
    told = db.session.execute(
        select(Notice.recipient, Notice.words).where(Notice.kind == "meeting.moved")
    ).all()
    assert {recipient for recipient, _ in told} == {"ada@example.org", "mo@example.org"}
    assert told[0].words["when"] == "Saturday 18 March 2023, 15:30 Edmonton, UTC-06:00"
    line = db.session.scalars(select(Record).where(Record.what == "meeting.moved")).one()
    assert (line.before["on"], line.after["on"]) == ("2022-11-19", "2023-03-18")


def test_cancelling_keeps_the_talks_and_reinstating_is_the_undo(group: Group) -> None:
    (meeting,) = made(group, count=1)
    talk = put_talk(group, meeting, 1, title="CLIP", speakers=["Mo"], now=NOW, by=THE_SITE)
    sequence = meeting.sequence

    actions.cancel_meeting(group, meeting, because="The room is flooded.", now=NOW, by=THE_SITE)
    assert (meeting.state, meeting.cancelled_because, meeting.sequence) == (
        MeetingState.CANCELLED,
        "The room is flooded.",
        sequence + 1,
    )
    with pytest.raises(SessionOver):
        actions.cancel_meeting(group, meeting, because="Again.", now=NOW, by=THE_SITE)
    actions.reinstate_meeting(group, meeting, now=NOW, by=THE_SITE)

    assert (meeting.state, meeting.cancelled_because, talk.state) == (
        MeetingState.ANNOUNCED,
        "",
        TalkState.PLANNED,
    )
    assert meeting.sequence > sequence + 1
    with pytest.raises(SessionOver):
        actions.reinstate_meeting(group, meeting, now=NOW, by=THE_SITE)


def test_a_session_is_held_only_once_it_has_begun_and_once(group: Group) -> None:
    (meeting,) = made(group, count=1)
    begins = datetime(2022, 11, 19, 21, tzinfo=UTC)

    with pytest.raises(NotBegun):
        actions.hold_meeting(group, meeting, given=(), now=begins - timedelta(seconds=1), by=THE_SITE)
    actions.hold_meeting(group, meeting, given=(), now=begins, by=THE_SITE)

    assert meeting.state is MeetingState.HELD
    with pytest.raises(SessionOver):
        actions.hold_meeting(group, meeting, given=(), now=begins, by=THE_SITE)
    with pytest.raises(SessionOver):
        actions.move_meeting(
            group, meeting, on=date(2023, 1, 1), starts_at=time(14), minutes=60, now=begins, by=THE_SITE
        )


def test_next_meeting_is_the_first_that_takes_place(group: Group) -> None:
    first, second, third = made(group, count=3)
    actions.cancel_meeting(group, first, because="Snow.", now=NOW, by=THE_SITE)

    assert [m.number for m in queries.coming_meetings(group, NOW)] == [1, 2, 3]
    assert [m.number for m in queries.coming_meetings(group, NOW, 2)] == [1, 2]
    found = queries.next_meeting(group, NOW)
    assert found is not None
    assert (found.number, found.free_places, found.headline) == (2, 2, "Session 2")
    begun = second.starts_at_utc + timedelta(minutes=30)  # type: ignore[operator]
    assert queries.next_meeting(group, begun).number == 2  # type: ignore[union-attr]
    assert queries.next_meeting(group, begun + timedelta(days=1)).number == third.number  # type: ignore[union-attr]
    assert queries.next_meeting(group_of("biology"), NOW) is None
