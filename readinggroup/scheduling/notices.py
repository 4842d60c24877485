"""Who is told when the programme changes.  Messages are owed here and worded by the outbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from readinggroup.models import Group, Meeting, Talk
from readinggroup.outbox.queue import owe_all
from readinggroup.scheduling.queries import co_leads_of, standing_talks, users_of_talk
from readinggroup.web.when import of_meeting


def tell_of_talk(kind: str, group: Group, talk: Talk, meeting: Meeting, *, now: datetime) -> None:
    """Owe the people behind ``talk`` the message ``kind``, such as "talk.scheduled".

    Said anew with every change of the programme.
    """
    about = f"talk:{talk.id}:{group.public_version}"
    words = _words_of(group, meeting) | {"talk": talk.title}
    owe_all(kind, users_of_talk(talk), about=about, group_id=group.id, now=now, words=words)


def tell_of_meeting(kind: str, group: Group, meeting: Meeting, *, now: datetime) -> None:
    """Owe the co-leads and everybody who speaks at ``meeting`` the message ``kind``, such as "meeting.moved"."""
    people = {user.id: user for user in co_leads_of(group)}
    for talk in standing_talks(meeting):
        people |= {user.id: user for user in users_of_talk(talk)}
    about = f"meeting:{meeting.id}:{meeting.sequence}"
    owe_all(kind, people.values(), about=about, group_id=group.id, now=now, words=_words_of(group, meeting))


def tell_co_leads(kind: str, group: Group, talks: Iterable[tuple[Talk, Meeting]], *, now: datetime) -> None:
    """Owe the co-leads the message ``kind`` about the programme, with the talks that were changed."""
    lines = [f"{talk.title}: session {meeting.number}, {_when(meeting)}" for talk, meeting in talks]
    words = {"group": group.name, "path": f"/{group.slug}/schedule", "lines": lines}
    about = f"programme:{group.id}:{group.public_version}"
    owe_all(kind, co_leads_of(group), about=about, group_id=group.id, now=now, words=words)


def _words_of(group: Group, meeting: Meeting) -> dict[str, Any]:
    return {
        "group": group.name,
        "path": f"/{group.slug}/sessions/{meeting.number}",
        "session": meeting.number,
        "when": _when(meeting),
        "because": meeting.cancelled_because,
    }


def _when(meeting: Meeting) -> str:
    told = of_meeting(meeting)
    return f"{told.date_words}, {told.time_words} {told.place}, {told.offset}" if told else "date not set"
