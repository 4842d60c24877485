"""Who is told when the programme changes.  Messages are owed here and worded by the outbox."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.reasons import listed
from readinggroup.models import Group, Meeting, Notice, Swap, Talk
from readinggroup.outbox.looks import Outdated
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.scheduling.asking import answer_words, outsiders_of, send_link
from readinggroup.scheduling.joint_queries import guests_at
from readinggroup.scheduling.queries import co_leads_of, standing_talks, users_of_talk, version_of
from readinggroup.scheduling.views import STANDING
from readinggroup.scheduling.wording import co_leads_text, line_of, moment_words, talk_text
from readinggroup.web.when import of_meeting

Said: TypeAlias = Mapping[str, str]
"""Texts that a co-lead has looked over, by what they are about: "pitch-5", "talk-12" or ``TO_CO_LEADS``."""
TO_CO_LEADS = "co-leads"
ASKING = frozenset({"talk.scheduled", "talk.moved"})
"""Kinds of message that ask whether the speaker comes."""
STALE_AFTER = timedelta(days=7)
"""What changed on the programme that long ago, co-leads have seen."""


def tell_of_talk(
    kind: str, group: Group, talk: Talk, meeting: Meeting, *, text: str = "", now: datetime
) -> None:
    """Owe the people behind ``talk`` the message ``kind``, such as "talk.scheduled", in the usual words or in ``text``.

    Said anew with every change of the programme.
    """
    about = f"talk:{talk.id}:{version_of(group)}"
    words = _words_of(group, meeting) | {"talk": talk.title}
    words["text"] = text or talk_text(
        kind,
        talk=talk.title,
        group=group.name,
        session=meeting.number,
        when=moment_words(of_meeting(meeting)),
    )
    words |= {"answer_by": answer_words(talk), "answer_path": f"/{group.slug}/talks/{talk.id}/edit"}
    terms: dict[str, Any] = {"about": about, "group_id": group.id, "now": now, "until": meeting.starts_at_utc}
    owe_all(kind, users_of_talk(talk), **terms, words=words)
    for speaker in outsiders_of(talk):
        if kind in ASKING:
            send_link(
                group, talk, speaker, kind="talk.asked", about=about, text=words["text"], now=now, by=THE_SITE
            )
        elif speaker.email:
            owe(kind, speaker.email, **terms, words=words | {"name": speaker.name})


def tell_of_meeting(kind: str, group: Group, meeting: Meeting, *, now: datetime) -> None:
    """Owe the co-leads and everybody who speaks at ``meeting`` the message ``kind``, such as "meeting.moved"; and the
    co-leads of groups that take part in it."""
    people = {user.id: user for user in co_leads_of(group)}
    talks = standing_talks(meeting)
    for talk in talks:
        people |= {user.id: user for user in users_of_talk(talk)}
    about = f"meeting:{meeting.id}:{meeting.sequence}"
    words = _words_of(group, meeting)
    terms: dict[str, Any] = {"about": about, "now": now, "until": meeting.starts_at_utc}
    owe_all(kind, people.values(), **terms, group_id=group.id, words=words)
    for joint_id, guest in guests_at(meeting):
        told = words | {"path": f"/{guest.slug}/joint/{joint_id}"}
        owe_all(kind, co_leads_of(guest), **terms, group_id=guest.id, words=told)
    for talk in talks:
        for speaker in outsiders_of(talk):
            if kind == "meeting.moved":
                text = f"Session {meeting.number} of {group.name} was moved. It is now on {words['when']}."
                asked = {"kind": "talk.asked", "about": f"talk:{talk.id}:{about}", "text": text}
                send_link(group, talk, speaker, **asked, now=now, by=THE_SITE)
            elif speaker.email:
                owe(kind, speaker.email, **terms, group_id=group.id, words=words | {"name": speaker.name})


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
        line_of(
            talk.title, meeting.number, moment_words(of_meeting(meeting)), is_off=talk.state not in STANDING
        )
        for talk, meeting in talks
    ]
    words = {
        "group": group.name,
        "path": f"/{group.slug}/schedule",
        "text": "\n\n".join(filter(None, [note, text or co_leads_text(lines)])),
    }
    about = f"programme:{group.id}:{version_of(group)}"
    until = now + STALE_AFTER
    owe_all(kind, co_leads_of(group), about=about, group_id=group.id, now=now, until=until, words=words)


def look_at_talk(notice: Notice, now: datetime) -> None:
    """Before the people behind a talk are told: raises Outdated once the talk or its session is another or over."""
    talk = db.session.get(Talk, int(notice.subject.split(":")[1]))
    gone = notice.kind in {"talk.replaced", "talk.withdrawn"}
    if talk is None or (talk.state not in STANDING and not gone):
        raise Outdated("the talk is off the programme")
    meeting = db.session.get_one(Meeting, talk.meeting_id)
    if meeting.state is MeetingState.CANCELLED:
        raise Outdated("the session is cancelled")
    _check_ahead(meeting, now)


def look_at_declined(notice: Notice, now: datetime) -> None:
    """Before co-leads are told that a speaker can't come: raises Outdated once they went on, or the speaker can."""
    talk = db.session.get(Talk, int(notice.subject.split(":")[1]))
    if talk is None or talk.state not in STANDING or talk.declined_at is None:
        raise Outdated("the speaker can come, or somebody stepped in")
    _check_ahead(db.session.get_one(Meeting, talk.meeting_id), now)


def look_at_swap(notice: Notice, _now: datetime) -> None:
    """Before people are asked about a swap: raises Outdated once it was answered, or is over."""
    swap = db.session.get(Swap, int(notice.subject.split(":")[1]))
    if swap is None or notice.kind != f"swap.{swap.state.value}":
        raise Outdated("the swap was answered, or is over")


def look_at_unconfirmed(notice: Notice, now: datetime) -> None:
    """Before a speaker is reminded: raises Outdated once they answered, or the talk or its session is another."""
    look_at_talk(notice, now)
    talk = db.session.get_one(Talk, int(notice.subject.split(":")[1]))
    if talk.state is not TalkState.PLANNED or talk.declined_at is not None:
        raise Outdated("the speaker has answered")


def look_at_meeting(notice: Notice, now: datetime) -> None:
    """Before people are told of a session: raises Outdated once it is over, or isn't any more what the mail says."""
    meeting = db.session.get(Meeting, int(notice.subject.split(":")[1]))
    cancelled = notice.kind == "meeting.cancelled"
    if meeting is None or (meeting.state is MeetingState.CANCELLED) is not cancelled:
        raise Outdated("the session changed again")
    _check_ahead(meeting, now)


def _check_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.starts_at_utc is not None and meeting.starts_at_utc <= now:
        raise Outdated("the session is over")


def tell_who_cannot_come(group: Group, talk: Talk, meeting: Meeting, *, because: str, now: datetime) -> None:
    """Tell the co-leads that the speaker of ``talk`` can't come, and where they go on from there."""
    words = _words_of(group, meeting) | {
        "talk": talk.title,
        "because": because,
        "speakers": listed(speaker.name for speaker in talk.speakers),
        "path": f"/{group.slug}/talks/{talk.id}/drop-out",
    }
    about = f"talk:{talk.id}:{now.isoformat()}"
    owe_all(
        "talk.declined", co_leads_of(group), about=about, group_id=group.id, now=now, words=words,
        until=meeting.starts_at_utc,
    )  # fmt: skip


def _words_of(group: Group, meeting: Meeting) -> dict[str, Any]:
    return {
        "group": group.name,
        "path": f"/{group.slug}/s/{meeting.id}",
        "session": meeting.number,
        "when": moment_words(of_meeting(meeting)),
        "because": meeting.cancelled_because,
    }
