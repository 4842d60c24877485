"""The messages that a change of the programme would send, drafted before it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import literal, select, union

from readinggroup.db import db
from readinggroup.models import Pitch, PitchSpeaker, Speaker, Talk, TalkSpeaker, User
from readinggroup.scheduling.change_actions import Changes
from readinggroup.scheduling.notices import TO_CO_LEADS
from readinggroup.scheduling.places import Thing
from readinggroup.scheduling.queries import co_leads_of
from readinggroup.scheduling.situation import Situation
from readinggroup.scheduling.wording import co_leads_text, line_of, longer_text, moment_words, talk_text

HEADINGS = {
    "talk.scheduled": "gets its place",
    "talk.moved": "gets another place",
    "talk.withdrawn": "comes off",
    "talk.replaced": "makes way for another talk",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A message about one thing.  ``to`` are names; whoever has neither account nor address is written to by nobody."""

    key: str
    about: str
    to: tuple[str, ...]
    text: str


def messages_for(now: Situation, changes: Changes) -> list[Message]:
    """What would be written to whom, in the order of ``changes``, the co-leads last."""
    people = _people_behind(changes)
    found, lines = [], []
    for thing, to in changes.items():
        where = to or now.base.seats.get(thing)
        if where is None:
            continue
        meeting, title = now.meeting(where.number), now.known[thing].plain_title
        kind, when = _kind(now, changes, thing), moment_words(meeting.when)
        text = talk_text(kind, talk=title, group=now.group.name, session=meeting.number, when=when)
        found.append(Message(str(thing), f"{title} {HEADINGS[kind]}", tuple(people.get(thing, ())), text))
        lines.append(line_of(title, meeting.number, when, is_off=to is None))
    to_leads = tuple(user.name for user in co_leads_of(now.group))
    return [*found, Message(TO_CO_LEADS, "To the co-leads", to_leads, co_leads_text(lines))]


def lengthening_message(now: Situation, thing: Thing, minutes: int, questions: int) -> Message:
    """What the speaker of a talk is told that gets another one's time as well."""
    meeting, title = now.meeting(now.base.seats[thing].number), now.known[thing].plain_title
    text = longer_text(
        talk=title,
        session=meeting.number,
        when=moment_words(meeting.when),
        minutes=minutes,
        questions=questions,
    )
    return Message(str(thing), f"{title} gets more time", tuple(_people_behind([thing]).get(thing, ())), text)


def _kind(now: Situation, changes: Changes, thing: Thing) -> str:
    if changes[thing] is not None:
        return "talk.moved" if thing.is_talk else "talk.scheduled"
    own = now.base.seats[thing]
    comes_in = any(where and where.number == own.number for where in changes.values())
    return "talk.replaced" if comes_in else "talk.withdrawn"


def _people_behind(things: Iterable[Thing]) -> Mapping[Thing, list[str]]:
    """Who is behind talks and pitches and can be written to: who speaks, also guests by mail, and who pitched."""
    talks = [thing.id for thing in things if thing.is_talk]
    pitches = [thing.id for thing in things if not thing.is_talk]
    talk, pitch = literal(Thing.TALK).label("kind"), literal(Thing.PITCH).label("kind")
    speaks = select(talk, TalkSpeaker.talk_id.label("id"), User.id.label("user_id"), User.name)
    would = select(pitch, PitchSpeaker.pitch_id, User.id, User.name)
    guest = (Speaker.user_id.is_(None), Speaker.email.is_not(None))
    rows = db.session.execute(
        union(
            speaks.join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
            .join(User, User.id == Speaker.user_id)
            .where(TalkSpeaker.talk_id.in_(talks), User.active),
            select(talk, TalkSpeaker.talk_id, -Speaker.id, Speaker.name)
            .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
            .where(TalkSpeaker.talk_id.in_(talks), *guest),
            select(pitch, PitchSpeaker.pitch_id, -Speaker.id, Speaker.name)
            .join(Speaker, Speaker.id == PitchSpeaker.speaker_id)
            .where(PitchSpeaker.pitch_id.in_(pitches), *guest),
            select(talk, Talk.id, User.id, User.name)
            .join(Pitch, Pitch.id == Talk.pitch_id)
            .join(User, User.id == Pitch.author_id)
            .where(Talk.id.in_(talks), User.active),
            would.join(Speaker, Speaker.id == PitchSpeaker.speaker_id)
            .join(User, User.id == Speaker.user_id)
            .where(PitchSpeaker.pitch_id.in_(pitches), User.active),
            select(pitch, Pitch.id, User.id, User.name)
            .join(User, User.id == Pitch.author_id)
            .where(Pitch.id.in_(pitches), User.active),
        )
    )
    found: dict[Thing, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.user_id):
        found.setdefault(Thing(row.kind, row.id), []).append(row.name)
    return found
