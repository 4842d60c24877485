"""Everything that a co-lead plans with, looked up once: sessions, what stands where, what waits, what is drafted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.domain import draft as drafting
from readinggroup.domain.fitting import obstacles
from readinggroup.domain.lifecycle import MeetingState, PitchState, RoundState
from readinggroup.domain.programme import Cause, Reason
from readinggroup.domain.reasons import in_words
from readinggroup.models import Group, Meeting, Pitch, Round, Standing, Talk
from readinggroup.scheduling import draft_queries
from readinggroup.scheduling.candidates import Candidate, candidates, for_planner, takes_talks, today_of
from readinggroup.scheduling.chapter_places import MeantChapter, chapters_meant
from readinggroup.scheduling.draft_queries import TO_COME, Draft, Published
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.queries import unfinished_meetings
from readinggroup.scheduling.speaking_queries import days_away
from readinggroup.scheduling.views import MeetingView, TalkView, talk_views
from readinggroup.voting.queries import winners_waiting

STRANDED_FOR = timedelta(days=60)
"""So long after it a cancelled session's talks still wait in sight."""


@dataclass(frozen=True)
class Situation:
    """What there is to plan with, and how it would stand with the draft.

    ``meetings``    unfinished sessions, cancelled ones too, earliest first.
    ``known``       all that has a place or waits for one: talks of those sessions, talks of sessions that were
                    cancelled lately, winners in order of standing, open pitches in order of standing.
    ``seats``       who would stand where.   ``lost``  what of the draft can't be done any more.
    ``meant``       the places that book plans hold for chapters.
    """

    group: Group
    now: datetime
    meetings: Sequence[MeetingView]
    talks: Mapping[int, TalkView]
    known: Mapping[Thing, Candidate]
    base: Published
    draft: Draft
    lost: tuple[Thing, ...]
    seats: Mapping[Thing, Where]
    version: str
    meant: Mapping[Where, MeantChapter]

    @property
    def today(self) -> date:
        """The group's local date."""
        return today_of(self.group, self.now)

    @property
    def open_meetings(self) -> list[MeetingView]:
        """The sessions that take talks."""
        return [meeting for meeting in self.meetings if takes_talks(meeting, self.now)]

    @property
    def waiting(self) -> list[Candidate]:
        """What has no place: talks that lost theirs first, then winners, then open pitches."""
        return [
            found for thing, found in self.known.items() if thing not in self.seats and self._may_stand(thing)
        ]

    @property
    def titles(self) -> dict[int | str, str]:
        """What the planner's words call a talk."""
        titles: dict[int | str, str] = {str(thing): found.plain_title for thing, found in self.known.items()}
        return titles | {chapter.key: chapter.words for chapter in self.meant.values()}

    def meeting(self, number: int) -> MeetingView:
        """The unfinished session of that number."""
        return next(meeting for meeting in self.meetings if meeting.number == number)

    def at(self, where: Where) -> Candidate | None:
        """What would stand there."""
        return next((self.known[thing] for thing, place in self.seats.items() if place == where), None)

    def meant_for(self, where: Where) -> MeantChapter | None:
        """The chapter for which a place is held that nothing else has or is drafted."""
        return self.meant.get(where) if self.at(where) is None else None

    def warnings(self, thing: Thing, where: Where, *, without: Collection[Thing] = ()) -> list[str]:
        """What speaks against that thing at that place; it never stops a co-lead.

        ``without``  things that are about to leave their places.
        """
        own, meeting = self.known[thing], self.meeting(where.number)
        here = [
            self.known[other].plan
            for other, place in self.seats.items()
            if other != thing and place.number == where.number and place != where and other not in without
        ]
        found = list(
            obstacles(
                own.plan,
                for_planner(meeting, locked=False),
                today=self.today,
                lead_days=self.group.lead_days,
                beside=here,
            )
        )
        if self.base.seats.get(thing) == where:  # Its badge says how the reading stands.
            found = [reason for reason in found if reason.cause is not Cause.READING_TOO_SOON]
        found += self._out_of_order(own, meeting)
        words = [in_words(reason, self.titles) for reason in found]
        held = self.meant_for(where)
        return [*words, f"the place is meant for {held.words}"] if held else words

    def _out_of_order(self, own: Candidate, meeting: MeetingView) -> list[Reason]:
        on = {other.number: other.on for other in self.meetings}
        later = tuple(
            str(thing)
            for thing, place in self.seats.items()
            if (plan := self.known[thing].plan).series is not None and plan.series == own.plan.series
            if plan.chapter < own.plan.chapter and (on[place.number] or date.max) > (meeting.on or date.min)
        )
        return [Reason(Cause.CHAPTER_ORDER, talks=later)] if later else []

    def _may_stand(self, thing: Thing) -> bool:
        return thing in self.base.things


def situation_of(group: Group, now: datetime, *, with_draft: bool = True) -> Situation:
    """How things stand for the group's co-leads; the same few queries for one session or for a hundred.

    Without the draft everything stands where it is published.
    """
    meetings = unfinished_meetings(group, now)
    since = now - STRANDED_FOR
    stranded = talk_views(
        group,
        Meeting.state == MeetingState.CANCELLED,
        Talk.state.in_(TO_COME),
        Meeting.starts_at_utc >= since,
    )
    standing = [talk for meeting in meetings for talk in meeting.talks]
    talks = {talk.id: talk for talk in (*standing, *stranded)}
    behind = _pitches_of(talks.values())
    waiting = [*winners_waiting(group), *runners_up(group)]
    known = candidates(talks.values(), waiting, behind, days_away([*talks.values(), *waiting]))
    base = draft_queries.published(group, now)
    raw = draft_queries.drafted(group) if with_draft else {}
    draft = {thing: to for thing, to in draft_queries.possible(base, raw).items() if thing in known}
    begun = {
        Thing.talk(place.talk.id): Where(meeting.number, place.position)
        for meeting in meetings
        if meeting.state is not MeetingState.CANCELLED
        for place in meeting.places
        if place.talk
    }
    return Situation(
        group, now, meetings, talks, known, base, draft, tuple(thing for thing in raw if thing not in draft),
        _seats(begun, base, draft),
        draft_queries.board_version(group),
        chapters_meant(meetings),
    )  # fmt: skip


def runners_up(group: Group) -> Sequence[Pitch]:
    """Open pitches: first those of the latest released rounds in order of standing, then those never voted on."""
    latest = (
        select(Standing.pitch_id, func.max(Round.number).label("number"))
        .join(Round, Round.id == Standing.round_id)
        .where(Round.group_id == group.id, Round.state == RoundState.RELEASED)
        .group_by(Standing.pitch_id)
        .subquery()
    )
    in_round = (Round.group_id == group.id, Round.number == latest.c.number)
    return db.session.scalars(
        select(Pitch)
        .outerjoin(latest, latest.c.pitch_id == Pitch.id)
        .outerjoin(Round, in_round[0] & in_round[1])
        .outerjoin(Standing, (Standing.round_id == Round.id) & (Standing.pitch_id == Pitch.id))
        .where(Pitch.group_id == group.id, Pitch.state == PitchState.OPEN)
        .order_by(func.coalesce(latest.c.number, 0).desc(), Standing.place, Pitch.id)
    ).all()


def _seats(begun: Mapping[Thing, Where], base: Published, draft: Draft) -> dict[Thing, Where]:
    """Talks of sessions that have begun stay where they are; the others stand as drafted."""
    over = {thing: where for thing, where in begun.items() if thing not in base.seats}
    return over | drafting.overlaid(base.seats, draft)


def _pitches_of(talks: Iterable[TalkView]) -> dict[int, Pitch]:
    ids = {talk.pitch_id for talk in talks if talk.pitch_id is not None}
    return {pitch.id: pitch for pitch in db.session.scalars(select(Pitch).where(Pitch.id.in_(ids)))}
