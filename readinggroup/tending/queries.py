"""Looking up the co-leads' chores: how sessions and rounds stand, what co-leads said, and who is away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select

from readinggroup.db import db
from readinggroup.domain.chores import (
    GIVEN_UP_AFTER,
    Chore,
    Due,
    SessionFacts,
    Stage,
    TalkFacts,
    chores_of,
    owner_of,
    results_due,
)
from readinggroup.domain.lifecycle import (
    MaterialKind,
    MeetingState,
    MembershipState,
    Role,
    RoundState,
    TalkState,
)
from readinggroup.domain.reading import due_on
from readinggroup.domain.rhythm import zone_at
from readinggroup.groups.queries import members_of
from readinggroup.models import Absence, ChoreWord, Group, Meeting, Membership, Round, User
from readinggroup.scheduling.missing import keeps_recordings
from readinggroup.scheduling.queries import OPEN_STATES
from readinggroup.scheduling.telling import asked_on
from readinggroup.scheduling.views import MeetingView, TalkView, meeting_views

AHEAD = timedelta(days=30)
"""How long before its reading is due a session can have chores at the earliest."""


@dataclass(frozen=True, slots=True)
class OpenChore:
    """A chore that is to be done: of a session, or else of a round.

    ``owner``     who has it; None where nobody is there who could.
    ``is_taken``  whether they took it, or were handed it, and it isn't just their turn.
    """

    due: Due
    days_late: int
    owner: User | None
    is_taken: bool
    meeting: MeetingView | None = None
    round: Round | None = None

    @property
    def chore(self) -> Chore:
        """What is to be done."""
        return self.due.chore

    @property
    def key(self) -> str:
        """What forms carry: "session-12-recap"."""
        kind, thing = ("session", self.meeting) if self.meeting else ("round", self.round)
        return f"{kind}-{thing.id if thing else 0}-{self.chore.value}"

    @property
    def talks(self) -> tuple[TalkView, ...]:
        """The talks that it is about, where it is about some and not the whole session."""
        found = self.meeting.talks if self.meeting else ()
        return tuple(talk for talk in found if talk.id in self.due.talks)


@dataclass(frozen=True, slots=True)
class Team:
    """Who leads a group, in the order in which they take turns, what they said of chores, and when they are away."""

    people: tuple[User, ...]
    words: Mapping[str, Sequence[ChoreWord]]
    absences: Sequence[Absence] = field(default=())

    def away_on(self, on: date) -> frozenset[int]:
        """The ids of those who are away on that day."""
        return frozenset(a.user_id for a in self.absences if a.from_on <= on <= a.until_on)

    def named(self, user_id: int | None) -> User | None:
        """Whoever of them has that id."""
        return next((user for user in self.people if user.id == user_id), None)


def chores_in(group: Group, now: datetime) -> list[OpenChore]:
    """All that co-leads should do by now in the group, the most pressing first."""
    today = today_in(group, now)
    found: list[tuple[Due, MeetingView | Round]] = [*_of_rounds(group), *_of_sessions(group, now, today)]
    team = team_of(group, from_on=today)
    return sorted(
        (_owned(team, due, thing, today=today) for due, thing in found),
        key=lambda chore: (chore.due, chore.key),
    )


def chore_with(chores: Iterable[OpenChore], key: str) -> OpenChore | None:
    """That one of ``chores`` which a form names; None once it is done."""
    return next((chore for chore in chores if chore.key == key), None)


def team_of(group: Group, *, from_on: date) -> Team:
    """The group's co-leads, with absences that aren't over by ``from_on``."""
    places = [place for place in members_of(group) if place.role is Role.CO_LEAD]
    words: dict[str, list[ChoreWord]] = {}
    for word in db.session.scalars(select(ChoreWord).where(ChoreWord.group_id == group.id)):
        kind, thing = ("session", word.meeting_id) if word.meeting_id else ("round", word.round_id)
        words.setdefault(f"{kind}-{thing}-{word.chore.value}", []).append(word)
    absences = db.session.scalars(
        select(Absence)
        .where(Absence.group_id == group.id, Absence.until_on >= from_on)
        .order_by(Absence.from_on, Absence.id)
    ).all()
    return Team(tuple(place.user for place in sorted(places, key=_since)), words, absences)


def absence_in(group: Group, absence_id: int) -> Absence | None:
    """The group's absence with that id."""
    return db.session.scalar(select(Absence).where(Absence.group_id == group.id, Absence.id == absence_id))


def today_in(group: Group, now: datetime) -> date:
    """The date that calendars in the group's place show."""
    return now.astimezone(zone_at(group.zone)).date()


def groups_led_by(user: User) -> Sequence[Group]:
    """The groups that somebody leads, by name."""
    return db.session.scalars(
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(
            Membership.user_id == user.id,
            Membership.role == Role.CO_LEAD,
            Membership.state == MembershipState.ACTIVE,
        )
        .order_by(Group.name, Group.id)
    ).all()


def _since(place: Membership) -> tuple[datetime, int]:
    return place.joined_at, place.user_id


def _owned(team: Team, due: Due, thing: MeetingView | Round, *, today: date) -> OpenChore:
    meeting, round_ = (thing, None) if isinstance(thing, MeetingView) else (None, thing)
    bare = OpenChore(due, due.days_late(today), None, False, meeting, round_)
    words = team.words.get(bare.key, ())
    taken_by = next((word.user_id for word in words if word.takes), None)
    owner_id = owner_of(
        thing.number,
        [user.id for user in team.people],
        taken_by=taken_by,
        given_back_by={word.user_id for word in words if not word.takes},
        away=team.away_on(max(due.by, today)),
    )
    is_taken = owner_id is not None and owner_id == taken_by
    return OpenChore(due, bare.days_late, team.named(owner_id), is_taken, meeting, round_)


def _of_rounds(group: Group) -> Iterator[tuple[Due, Round]]:
    rounds = db.session.scalars(
        select(Round).where(Round.group_id == group.id, Round.state == RoundState.CLOSED)
    )
    for round_ in rounds:
        if round_.closed_at is not None:
            yield results_due(today_in(group, round_.closed_at)), round_


def _of_sessions(group: Group, now: datetime, today: date) -> Iterator[tuple[Due, MeetingView]]:
    last = today + timedelta(days=group.lead_days) + AHEAD
    to_come = and_(Meeting.state.in_(OPEN_STATES), Meeting.on <= last)
    held = and_(
        Meeting.state == MeetingState.HELD,
        Meeting.closed_at.is_(None),
        Meeting.on >= today - GIVEN_UP_AFTER,
    )
    meetings = meeting_views(
        group, or_(to_come, held), order_by=(Meeting.starts_at_utc, Meeting.number), with_unpublished=True
    )
    if not meetings:
        return
    recorded, online = keeps_recordings(group), _meets_online(group)
    for meeting in meetings:
        facts = _facts(group, meeting, now=now, recorded=recorded, online=online)
        if facts is not None:
            yield from ((due, meeting) for due in chores_of(facts, today=today))


def _facts(
    group: Group, meeting: MeetingView, *, now: datetime, recorded: bool, online: bool
) -> SessionFacts | None:
    if meeting.on is None:
        return None
    lacking = talks_without_slides(meeting)
    return SessionFacts(
        on=meeting.on,
        stage=_stage(meeting, now),
        lead_days=group.lead_days,
        group_since=group.created_at.astimezone(zone_at(group.zone)).date(),
        talks=tuple(
            _talk_facts(group, meeting.on, talk, has_slides=talk not in lacking) for talk in meeting.talks
        ),
        free_places=meeting.free_places,
        lacks_join_link=online and not (meeting.has_own_room or group.join_url),
        lacks_recording=recorded and lacks_recording(meeting),
        has_recap=bool(meeting.recap),
    )


def _stage(meeting: MeetingView, now: datetime) -> Stage:
    if meeting.state is MeetingState.HELD:
        return Stage.HELD
    starts = meeting.starts_at_utc
    is_over = starts is not None and starts + timedelta(minutes=meeting.minutes) <= now
    return Stage.OVER if is_over else Stage.COMING


def _talk_facts(group: Group, on: date, talk: TalkView, *, has_slides: bool) -> TalkFacts:
    return TalkFacts(
        id=talk.id,
        reading_due_on=due_on(on, group.lead_days, asked_on(group, talk)),
        confirmed=talk.state is not TalkState.PLANNED,
        answer_by=talk.answer_by,
        declined_on=today_in(group, talk.declined_at) if talk.declined_at else None,
        has_reading=bool(talk.readings),
        has_slides=has_slides,
    )


def lacks_recording(meeting: MeetingView) -> bool:
    """Whether there is no recording, of the session as a whole or of each talk, and nobody said that there is none."""
    of_talks = [_has(talk, MaterialKind.RECORDING) for talk in meeting.talks]
    there = _has(meeting, MaterialKind.RECORDING) or (bool(of_talks) and all(of_talks))
    return not (there or meeting.has_no_recording)


def talks_without_slides(meeting: MeetingView) -> list[TalkView]:
    """The session's talks without slides of their own or of the session's, and of which nobody said that there are
    none."""
    if _has(meeting, MaterialKind.SLIDES):
        return []
    return [talk for talk in meeting.talks if not (talk.has_no_slides or _has(talk, MaterialKind.SLIDES))]


def _has(of: MeetingView | TalkView, kind: MaterialKind) -> bool:
    return any(material.kind is kind for material in of.materials)


def _meets_online(group: Group) -> bool:
    """Whether the group ever had a session with a link to join."""
    linked = select(Meeting.id).where(Meeting.group_id == group.id, Meeting.join_url != "")
    return db.session.scalar(linked.limit(1)) is not None
