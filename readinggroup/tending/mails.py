"""Mails about chores and after sessions: owed ahead, looked at again before they go, dropped where they are idle.

Co-leads get their chores as one digest a week; two days after a session its speakers are thanked and asked for their
slides and the co-leads for the recording; a week after it speakers hear that somebody left a word for them.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.discussion.actions import open_thread
from readinggroup.discussion.queries import matter_of_talk
from readinggroup.domain.after import ASKED_AFTER, asked_at, feedback_until
from readinggroup.domain.chores import Chore
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.measure import MORNING
from readinggroup.domain.rhythm import instant
from readinggroup.models import Group, Meeting, Notice, NoticeState, Speaker, Talk, User
from readinggroup.outbox.looks import Outdated
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.scheduling.asking import make_link
from readinggroup.scheduling.queries import co_leads_of, talk_in
from readinggroup.scheduling.views import MeetingView, TalkView, meeting_views, talk_views
from readinggroup.tending.feedback_queries import count_for
from readinggroup.tending.queries import chores_in, team_of, today_in
from readinggroup.tending.telling import of_owner, told_chore

CHORES, SPEAKER, RECORDING, FEEDBACK = "chores.due", "after.speaker", "after.recording", "after.feedback"
A_WEEK = timedelta(days=7)
ASKED_FOR = timedelta(days=14)
"""What isn't asked for that long after a session isn't asked for by mail any more."""


def owe_chores(group: Group, now: datetime) -> None:
    """Owe the co-leads this week's digest of chores, two days after the weekday on which the group meets."""
    today = today_in(group, now)
    first = group.anchor_on + ASKED_AFTER
    on = today + timedelta(days=(first - today).days % 7)
    due_at = instant(on, MORNING, group.zone)
    about = f"chores:{group.id}:{on}"
    owe_all(
        CHORES, co_leads_of(group), about=about, group_id=group.id, now=now, due_at=due_at, until=due_at + A_WEEK,
        words={"group": group.name, "path": f"/{group.slug}/chores", "mine": [], "nobodys": []},
    )  # fmt: skip


def owe_after_mails(group: Group, now: datetime) -> None:
    """Owe what comes after the sessions that were held lately, each once."""
    lately = (Meeting.state == MeetingState.HELD, Meeting.on >= today_in(group, now) - ASKED_FOR)
    for meeting in meeting_views(group, *lately):
        if meeting.on is not None:
            _owe_co_leads(group, meeting, meeting.on, now=now)
            for talk in meeting.talks:
                _owe_speakers(group, meeting, talk, meeting.on, now=now)


def thanks_go_at(group: Group, meeting: MeetingView, now: datetime) -> datetime | None:
    """When the session's speakers are going to be thanked; None where that was done, or nobody is."""
    at = asked_at(meeting.on, group.zone) if meeting.on else now
    return at if at > now and meeting.talks else None


def thank_speakers(group: Group, meeting: Meeting, thanks: str, *, now: datetime) -> None:
    """Let the session's speakers read these words, too, where the mail that thanks them hasn't gone yet."""
    for view in meeting_views(group, Meeting.id == meeting.id):
        if view.on is None or not thanks:
            return
        for talk in view.talks:
            _owe_speakers(group, view, talk, view.on, now=now)
            queued = (
                Notice.kind == SPEAKER,
                Notice.subject == f"talk:{talk.id}",
                Notice.state == NoticeState.QUEUED,
            )
            for notice in db.session.scalars(select(Notice).where(*queued)):
                notice.words = notice.words | {"thanks": thanks}
    db.session.flush()


def open_discussions(group: Group, now: datetime) -> None:
    """Open a discussion of each talk that was given lately: its speakers hear from then on what is said there."""
    today = today_in(group, now)
    lately = Meeting.on.between(today - ASKED_FOR, today - ASKED_AFTER)
    given = talk_views(group, Talk.state == TalkState.GIVEN, Meeting.state == MeetingState.HELD, lately)
    for talk in given:
        matter = matter_of_talk(group, talk.id)
        if matter is not None and matter.thread is None:
            open_thread(group, matter, now=now)


def look_at_chores(notice: Notice, now: datetime) -> None:
    """Before a co-lead gets the digest: raises Outdated where nothing waits for them, or they are away."""
    group = db.session.get_one(Group, notice.group_id)
    today = today_in(group, now)
    team = team_of(group, from_on=today)
    user = next((user for user in team.people if user.email == notice.recipient), None)
    if user is None:
        raise Outdated("its receiver doesn't lead the group any more")
    found = chores_in(group, now)
    mine, nobodys = of_owner(found, user.id), of_owner(found, None)
    if not nobodys and (not mine or user.id in team.away_on(today)):
        raise Outdated("no chore waits for them")
    lines = {"mine": mine, "nobodys": nobodys}
    notice.words = notice.words | {
        name: [f"{told.words} ({told.about}), by {told.by}" for told in map(told_chore, chores)]
        for name, chores in lines.items()
    }


def look_at_speaker(notice: Notice, _now: datetime) -> None:
    """Before a speaker is thanked and asked for slides: raises Outdated where the talk wasn't given after all."""
    talk = _given_talk(notice)
    wants = not talk.has_no_slides and not any(material.kind == "slides" for material in talk.materials)
    notice.words = notice.words | {"wants_slides": wants, "talk": talk.title}


def look_at_feedback(notice: Notice, now: datetime) -> None:
    """Before a speaker hears that somebody left a word: raises Outdated where nobody did."""
    talk = _given_talk(notice)
    count = count_for(talk.id, now)
    if not count:
        raise Outdated("nobody left a word")
    notice.words = notice.words | {"count": count, "talk": talk.title}


def look_at_recording(notice: Notice, now: datetime) -> None:
    """Before a co-lead is asked for the recording: raises Outdated where it isn't wanted any more, or they are away."""
    group = db.session.get_one(Group, notice.group_id)
    today = today_in(group, now)
    team = team_of(group, from_on=today)
    if not any(user.email == notice.recipient for user in team.people if user.id not in team.away_on(today)):
        raise Outdated("they are away, or don't lead the group any more")
    meeting_id = int(notice.subject.split(":")[1])
    wanted = (each for each in chores_in(group, now) if each.chore is Chore.RECORDING and each.meeting)
    if all(each.meeting is None or each.meeting.id != meeting_id for each in wanted):
        raise Outdated("the recording is there, or isn't wanted")


def _owe_co_leads(group: Group, meeting: MeetingView, on: date, *, now: datetime) -> None:
    words = {
        "group": group.name,
        "session": meeting.number,
        "path": f"/{group.slug}/sessions/{meeting.number}/recording",
    }
    owe_all(
        RECORDING, co_leads_of(group), about=f"meeting:{meeting.id}", group_id=group.id, now=now,
        due_at=asked_at(on, group.zone), until=_until(on, group), words=words,
    )  # fmt: skip


def _owe_speakers(group: Group, meeting: MeetingView, view: TalkView, on: date, *, now: datetime) -> None:
    about = f"talk:{view.id}"
    if _is_owed(about):
        return
    talk = talk_in(group, view.id)
    if talk is None:
        return
    page = f"/{group.slug}/talks/{talk.id}"
    for name, email, paths in _people(group, talk, page, now=now):
        words = {
            "group": group.name,
            "name": name,
            "talk": talk.title,
            "session": meeting.number,
            "thread_path": "" if "/speaking/" in paths[0] else f"{page}/discussion",
        }
        terms: dict[str, Any] = {"about": about, "group_id": group.id, "now": now}
        owe(
            SPEAKER, email, **terms, due_at=asked_at(on, group.zone), until=_until(on, group),
            words=words | {"path": paths[0], "wants_slides": True, "thanks": ""},
        )  # fmt: skip
        owe(
            FEEDBACK, email, **terms, due_at=feedback_until(on, group.zone), until=_until(on, group) + A_WEEK,
            words=words | {"path": paths[1], "count": 0},
        )  # fmt: skip


def _people(
    group: Group, talk: Talk, page: str, *, now: datetime
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Who speaks: name, address, and the paths of the page that takes slides and of the one that tells feedback."""
    ids = [speaker.user_id for speaker in talk.speakers if speaker.user_id is not None]
    for user in db.session.scalars(select(User).where(User.id.in_(ids), User.active).order_by(User.id)):
        yield user.name, user.email, (f"{page}/slides", f"{page}/feedback/told")
    for speaker in talk.speakers:
        if speaker.user_id is None and speaker.email:
            yield speaker.name, speaker.email, _own_paths(group, talk, speaker, now=now)


def _own_paths(group: Group, talk: Talk, speaker: Speaker, *, now: datetime) -> tuple[str, str]:
    link = make_link(group, talk, speaker, now=now, by=THE_SITE)
    return f"{link}/slides", f"{link}/feedback"


def _is_owed(about: str) -> bool:
    """Whether the talk's speakers are owed their mails already; links aren't made for nothing."""
    owed = select(Notice.id).where(Notice.kind == SPEAKER, Notice.subject == about)
    return db.session.scalar(owed.limit(1)) is not None


def _given_talk(notice: Notice) -> TalkView:
    group = db.session.get_one(Group, notice.group_id)
    talk_id = int(notice.subject.split(":")[1])
    found = talk_views(
        group, Talk.id == talk_id, Talk.state == TalkState.GIVEN, Meeting.state == MeetingState.HELD
    )
    if not found:
        raise Outdated("the talk wasn't given after all")
    return found[0]


def _until(on: date, group: Group) -> datetime:
    return instant(on + ASKED_FOR, MORNING, group.zone)
