"""Asking speakers whether they come: by mail and page or by a link of their own; and reminding them, once."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.confirming import REMINDED_BEFORE, answer_by, is_reminded
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Group, Meeting, Notice, Speaker, SpeakingLink, Talk, TalkSpeaker
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.scheduling.queries import users_of_talk
from readinggroup.scheduling.wording import moment_words
from readinggroup.web.when import date_words, of_meeting

LASTS = timedelta(days=60)
"""So long after its session a link still lets slides be posted."""
A_DAY = timedelta(days=1)


def ask_speakers(group: Group, talks: Iterable[tuple[Talk, Meeting]], *, now: datetime) -> None:
    """Note by when the speakers of ``talks``, which got these places, are to say whether they come."""
    today = now.astimezone(zone_at(group.zone)).date()
    for talk, meeting in talks:
        if talk.state is TalkState.PLANNED and talk.declined_at is None and meeting.on is not None:
            talk.answer_by = answer_by(meeting.on, group.lead_days, asked_on=today)
    db.session.flush()


def outsiders_of(talk: Talk) -> Sequence[Speaker]:
    """The talk's speakers who have no account, but an address."""
    return db.session.scalars(
        select(Speaker)
        .join(TalkSpeaker, TalkSpeaker.speaker_id == Speaker.id)
        .where(TalkSpeaker.talk_id == talk.id, Speaker.user_id.is_(None), Speaker.email.is_not(None))
        .order_by(TalkSpeaker.position)
    ).all()


def make_link(group: Group, talk: Talk, speaker: Speaker, *, now: datetime, by: Actor) -> str:
    """A new link for the speaker to look after the talk; gives its path, of which only a digest is kept."""
    token = secrets.token_urlsafe(32)
    meeting = db.session.get_one(Meeting, talk.meeting_id)
    link = SpeakingLink(
        group_id=group.id,
        talk_id=talk.id,
        speaker_id=speaker.id,
        token_digest=digest_of(token),
        made_at=now,
        made_by_id=by.user_id,
        expires_at=max(now, meeting.starts_at_utc or now) + LASTS,
    )
    db.session.add(link)
    db.session.flush()
    record(by, "speaking.link_made", link, at=now, after={"talk": talk.title, "speaker": speaker.name})
    return f"/{group.slug}/speaking/{token}"


def revoke_link(link: SpeakingLink, *, now: datetime, by: Actor) -> None:
    """End a link at once."""
    if link.revoked_at is None:
        link.revoked_at = now
        db.session.flush()
        record(by, "speaking.link_revoked", link, at=now)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def send_link(
    group: Group,
    talk: Talk,
    speaker: Speaker,
    *,
    kind: str,
    about: str,
    text: str = "",
    now: datetime,
    by: Actor,
) -> None:
    """Make a link and owe it to the speaker's address, with the question whether they come."""
    meeting = db.session.get_one(Meeting, talk.meeting_id)
    words = {
        "name": speaker.name,
        "group": group.name,
        "talk": talk.title,
        "session": meeting.number,
        "when": moment_words(of_meeting(meeting)),
        "answer_by": answer_words(talk),
        "text": text,
        "path": make_link(group, talk, speaker, now=now, by=by),
    }
    if speaker.email:
        terms: dict[str, Any] = {"group_id": group.id, "now": now, "until": meeting.starts_at_utc}
        owe(kind, speaker.email, about=about, **terms, words=words)


def answer_words(talk: Talk) -> str:
    """By when an answer is wanted, in words; empty where none is."""
    waits = talk.state is TalkState.PLANNED and talk.declined_at is None
    return date_words(talk.answer_by) if waits and talk.answer_by else ""


def remind_unconfirmed(now: datetime) -> int:
    """Owe a reminder, once, to the speakers who were asked and whose answer is wanted soon; gives how many talks."""
    last = (now + REMINDED_BEFORE + A_DAY).date()
    found = db.session.execute(
        select(Talk, Group, Meeting)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .join(Group, Group.id == Talk.group_id)
        .options(selectinload(Talk.speakers))
        .where(
            Talk.state == TalkState.PLANNED,
            Talk.declined_at.is_(None),
            Talk.answer_by <= last,
            Meeting.state == MeetingState.ANNOUNCED,
            Meeting.starts_at_utc > now,
        )
        .order_by(Talk.id)
    ).all()
    return sum(_remind(talk, group, meeting, now=now) for talk, group, meeting in found)


def _remind(talk: Talk, group: Group, meeting: Meeting, *, now: datetime) -> bool:
    """Remind unless that was done since they were asked, or is too early."""
    today = now.astimezone(zone_at(group.zone)).date()
    if talk.answer_by is None or not is_reminded(talk.answer_by, today=today) or _asked_lately(talk, now):
        return False
    about = f"talk:{talk.id}:{meeting.id}:{talk.answer_by}"
    kinds = ("talk.unconfirmed", "talk.reminded")
    if db.session.scalar(select(Notice.id).where(Notice.kind.in_(kinds), Notice.subject == about).limit(1)):
        return False
    words = {
        "group": group.name,
        "talk": talk.title,
        "session": meeting.number,
        "when": moment_words(of_meeting(meeting)),
        "answer_by": answer_words(talk),
        "path": f"/{group.slug}/talks/{talk.id}/edit",
    }
    owe_all(
        "talk.unconfirmed", users_of_talk(talk), about=about, group_id=group.id, now=now, words=words,
        until=meeting.starts_at_utc,
    )  # fmt: skip
    for speaker in outsiders_of(talk):
        send_link(group, talk, speaker, kind="talk.reminded", about=about, now=now, by=THE_SITE)
    return True


def _asked_lately(talk: Talk, now: datetime) -> bool:
    """Whether the question itself is a day old at most: the same again would be too much."""
    asked = select(Notice.owed_at).where(
        Notice.kind.in_(("talk.scheduled", "talk.moved", "talk.asked")),
        Notice.subject.startswith(f"talk:{talk.id}:", autoescape=True),
    )
    last = db.session.scalar(asked.order_by(Notice.owed_at.desc()).limit(1))
    return last is not None and now - last < A_DAY
