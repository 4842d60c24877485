"""The mails of the reading clock: speakers are reminded, co-leads hear what is missing, members get what to read.

They are owed ahead, so that people see what is planned for them; before one is sent its words are made anew, and it is
dropped where it is no longer true.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.measure import MORNING
from readinggroup.domain.reading import CO_LEAD_REMINDERS, due_on, reminder_days
from readinggroup.domain.rhythm import instant, zone_at
from readinggroup.groups.queries import members_of
from readinggroup.models import Group, Meeting, Notice, User
from readinggroup.outbox.looks import NotYet, Outdated
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.scheduling.queries import co_leads_of, talk_in, users_of_talk
from readinggroup.scheduling.telling import asked_on, clock_of, counted, reading_words
from readinggroup.scheduling.views import MeetingView, TalkView, meeting_views
from readinggroup.web.when import date_words

DUE, MISSING, COMING = "reading.due", "reading.missing", "reading.coming"
EVENING = time(18)
"""The hour at which members get what to read, on the day on which it is due."""
AHEAD = timedelta(days=16)
"""How long before the reading is due its mails are planned."""
AGAIN_AFTER = timedelta(hours=3)
"""While nothing is there to read, the members' mail waits and is looked at again."""


def owe_reading_mails(group: Group, now: datetime) -> None:
    """Owe the mails of the reading clock for the group's coming sessions, each once."""
    last = now.astimezone(zone_at(group.zone)).date() + timedelta(days=group.lead_days) + AHEAD
    for meeting in _announced(group, Meeting.starts_at_utc > now, Meeting.on <= last):
        for talk in meeting.talks:
            if not talk.readings:
                _owe_speakers(group, meeting, talk, now=now)
        if meeting.talks:
            _owe_co_leads(group, meeting, now=now)
            _owe_members(group, meeting, now=now)


def look_at_due(notice: Notice, now: datetime) -> None:
    """Before a speaker is reminded: raises Outdated once the reading is there, or the talk isn't on that day."""
    talk_id, on, _ = notice.subject.split(":")[1:]
    group, meeting = _session(notice, on, now, with_talk=int(talk_id))
    talk = next(talk for talk in meeting.talks if talk.id == int(talk_id))
    if talk.readings:
        raise Outdated("the reading is there")
    speakers = {user.email for user in _speakers(group, talk)} | {email for _, email in _guests(group, talk)}
    if notice.recipient not in speakers:
        raise Outdated("somebody else speaks")
    notice.words = notice.words | _speakers_words(group, meeting, talk, now=now)


def look_at_missing(notice: Notice, now: datetime) -> None:
    """Before co-leads hear what is missing: raises Outdated once nothing is, or the session isn't on that day."""
    _, on = notice.subject.split(":")[1:]
    group, meeting = _session(notice, on, now)
    missing = [talk for talk in meeting.talks if not talk.readings]
    if not missing:
        raise Outdated("the reading is there")
    lines = [
        f"{talk.title} ({_who(talk)}): {reading_words(group, meeting.on, talk, now=now)[1]}"
        for talk in missing
    ]
    notice.words = notice.words | _words(group, meeting) | {"lines": lines}


def look_at_coming(notice: Notice, now: datetime) -> None:
    """Before members get what to read: raises NotYet until its hour and while nothing is there, and Outdated where the
    session isn't on that day."""
    _, on = notice.subject.split(":")[1:]
    group, meeting = _session(notice, on, now)
    evening = _evening(group, meeting)
    if now < evening:  # Other mails of that day would take it along before the last reading is there.
        raise NotYet(evening)
    if not any(talk.readings for talk in meeting.talks):
        raise NotYet(now + AGAIN_AFTER)
    talks = [
        {
            "title": talk.title,
            "who": _who(talk),
            "readings": [{"title": reading.title, "url": reading.url} for reading in talk.readings],
            "missing": "" if talk.readings else reading_words(group, meeting.on, talk, now=now)[1],
        }
        for talk in meeting.talks
    ]
    notice.words = notice.words | _words(group, meeting) | {"talks": talks}


def _owe_speakers(group: Group, meeting: MeetingView, talk: TalkView, *, now: datetime) -> None:
    """Each reminder is worth sending until the next one; of those missed while the site was down only the last."""
    on, start = _dated(meeting)
    days = reminder_days(on, group.lead_days, asked_on=asked_on(group, talk))
    users, guests = _speakers(group, talk), _guests(group, talk)
    words = _speakers_words(group, meeting, talk, now=now)
    moments = [instant(day, MORNING, group.zone) for day in days]
    for day, (due_at, until) in zip(days, pairwise([*moments, start]), strict=True):
        if until <= now:
            continue
        terms: dict[str, Any] = {"group_id": group.id, "now": now, "due_at": due_at, "until": until}
        about = f"talk:{talk.id}:{on}:{day}"
        owe_all(DUE, users, about=about, words=words | {"is_guest": False}, **terms)
        for name, email in guests:
            owe(DUE, email, about=about, words=words | {"is_guest": True, "name": name}, **terms)


def _owe_co_leads(group: Group, meeting: MeetingView, *, now: datetime) -> None:
    on, start = _dated(meeting)
    for day in reminder_days(on, group.lead_days, asked_on=None, before=CO_LEAD_REMINDERS):
        owe_all(
            MISSING, co_leads_of(group), about=f"meeting:{meeting.id}:{on}", group_id=group.id, now=now,
            due_at=instant(day, MORNING, group.zone), until=start, words=_words(group, meeting) | {"lines": []},
        )  # fmt: skip


def _owe_members(group: Group, meeting: MeetingView, *, now: datetime) -> None:
    on, start = _dated(meeting)
    owe_all(
        COMING, [place.user for place in members_of(group)], about=f"meeting:{meeting.id}:{on}", group_id=group.id,
        now=now, due_at=_evening(group, meeting), until=start,
        words=_words(group, meeting) | {"talks": []},
    )  # fmt: skip


def _session(
    notice: Notice, on: str, now: datetime, *, with_talk: int | None = None
) -> tuple[Group, MeetingView]:
    """The group, and the session that the notice is about, if it still takes place on that day with that talk."""
    group = db.session.get_one(Group, notice.group_id)
    thing = int(notice.subject.split(":")[1])
    where = Meeting.id == thing
    if with_talk is not None:
        talk = talk_in(group, with_talk)
        where = Meeting.id == (talk.meeting_id if talk is not None else 0)
    meeting = next(iter(_announced(group, where, Meeting.starts_at_utc > now)), None)
    if meeting is None or str(meeting.on) != on:
        raise Outdated("the session is over, or on another day")
    if with_talk is not None and all(talk.id != with_talk for talk in meeting.talks):
        raise Outdated("the talk is off the programme")
    return group, meeting


def _announced(group: Group, *where: Any) -> list[MeetingView]:
    return meeting_views(group, Meeting.state == MeetingState.ANNOUNCED, *where)


def _dated(meeting: MeetingView) -> tuple[date, datetime]:
    if meeting.on is None or meeting.starts_at_utc is None:
        raise LookupError("A session that is to come has a date.")
    return meeting.on, meeting.starts_at_utc


def _evening(group: Group, meeting: MeetingView) -> datetime:
    on, _ = _dated(meeting)
    return instant(due_on(on, group.lead_days), EVENING, group.zone)


def _speakers(group: Group, view: TalkView) -> list[User]:
    talk = talk_in(group, view.id)
    return list(users_of_talk(talk)) if talk is not None and talk.declined_at is None else []


def _guests(group: Group, view: TalkView) -> list[tuple[str, str]]:
    """Name and address of those who speak without an account."""
    talk = talk_in(group, view.id)
    if talk is None or talk.declined_at is not None:
        return []
    return [(s.name, s.email) for s in talk.speakers if s.user_id is None and s.email is not None]


def _speakers_words(group: Group, meeting: MeetingView, talk: TalkView, *, now: datetime) -> dict[str, Any]:
    on, _ = _dated(meeting)
    clock = clock_of(group, on, talk, now=now)
    left = f"in {counted(clock.days_left, 'day')}" if clock.days_left else "today"
    if clock.is_late:
        left = f"{counted(clock.late_for, 'day')} ago"
    return _words(group, meeting) | {
        "talk": talk.title,
        "due": date_words(clock.due_on),
        "left": left,
        "is_late": clock.is_late,
        "path": f"/{group.slug}/talks/{talk.id}/edit",
    }


def _words(group: Group, meeting: MeetingView) -> dict[str, Any]:
    when = meeting.when
    return {
        "group": group.name,
        "session": meeting.number,
        "when": f"{when.date_words}, {when.time_words} {when.place}, {when.offset}" if when else "",
        "path": f"/{group.slug}/sessions/{meeting.number}",
        "missing_path": f"/{group.slug}/missing",
    }


def _who(talk: TalkView) -> str:
    return ", ".join(_names(talk)) or "no speaker yet"


def _names(talk: TalkView) -> Iterator[str]:
    return (speaker.name for speaker in talk.speakers)
