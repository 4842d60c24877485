"""Who is told when the programme changes.  Messages are owed here and worded by the outbox."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from readinggroup.models import Group, Meeting, Talk
from readinggroup.outbox.queue import owe_all
from readinggroup.scheduling.queries import co_leads_of, standing_talks, users_of_talk, version_of
from readinggroup.scheduling.views import STANDING
from readinggroup.scheduling.wording import co_leads_text, line_of, talk_text
from readinggroup.web.when import of_meeting

Said: TypeAlias = Mapping[str, str]
"""Texts that a co-lead has looked over, by what they are about: "pitch-5", "talk-12" or ``TO_CO_LEADS``."""
TO_CO_LEADS = "co-leads"


def tell_of_talk(
    kind: str, group: Group, talk: Talk, meeting: Meeting, *, text: str = "", now: datetime
) -> None:
    """Owe the people behind ``talk`` the message ``kind``, such as "talk.scheduled", in the usual words or in ``text``.

    Said anew with every change of the programme.
    """
    about = f"talk:{talk.id}:{version_of(group)}"
    words = _words_of(group, meeting) | {"talk": talk.title}
    usual = talk_text(
        kind, talk=talk.title, group=group.name, session=meeting.number, when=when_words(meeting)
    )
    words["text"] = text or usual
    owe_all(kind, users_of_talk(talk), about=about, group_id=group.id, now=now, words=words)


def tell_of_meeting(kind: str, group: Group, meeting: Meeting, *, now: datetime) -> None:
    """Owe the co-leads and everybody who speaks at ``meeting`` the message ``kind``, such as "meeting.moved"."""
    people = {user.id: user for user in co_leads_of(group)}
    for talk in standing_talks(meeting):
        people |= {user.id: user for user in users_of_talk(talk)}
    about = f"meeting:{meeting.id}:{meeting.sequence}"
    owe_all(kind, people.values(), about=about, group_id=group.id, now=now, words=_words_of(group, meeting))


def tell_co_leads(
    kind: str,
    group: Group,
    talks: Iterable[tuple[Talk, Meeting]],
    *,
    text: str = "",
    note: str = "",
    now: datetime,
) -> None:
    """Owe the co-leads the message ``kind`` about the programme, with the talks that were changed."""
    lines = [
        line_of(talk.title, meeting.number, when_words(meeting), is_off=talk.state not in STANDING)
        for talk, meeting in talks
    ]
    words = {
        "group": group.name,
        "path": f"/{group.slug}/schedule",
        "text": text or co_leads_text(lines, note=note),
    }
    about = f"programme:{group.id}:{version_of(group)}"
    owe_all(kind, co_leads_of(group), about=about, group_id=group.id, now=now, words=words)


def _words_of(group: Group, meeting: Meeting) -> dict[str, Any]:
    return {
        "group": group.name,
        "path": f"/{group.slug}/s/{meeting.id}",
        "session": meeting.number,
        "when": when_words(meeting),
        "because": meeting.cancelled_because,
    }


def when_words(meeting: Meeting) -> str:
    """A meeting's moment in a message."""
    told = of_meeting(meeting)
    return f"{told.date_words}, {told.time_words} {told.place}, {told.offset}" if told else "date not set"
