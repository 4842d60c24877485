"""Writing a recognised archive into a group: adds what is missing, keeps what is there, and can be undone.

Sessions come one by one and are written some hundred at a time, so that memory doesn't grow with the file; all of it is
one transaction, so that nothing or all of it is there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.rhythm import instant, zone_at
from readinggroup.exchange.filing import Filing
from readinggroup.exchange.loading_numbers import UNNUMBERED, give_numbers, step_aside
from readinggroup.exchange.recognised import (
    RecognisedArchive,
    RecognisedMaterial,
    RecognisedSession,
    RecognisedTalk,
)
from readinggroup.models import Group, Import, Material, Meeting, Place, Reading, Talk
from readinggroup.text.slugs import slugify

ONLY_A_NUMBER = re.compile(r"\W*(the )?\w+ (session|meeting)\W*|(session|meeting) \w+\W*", re.IGNORECASE)
"""Titles such as "Third Session", which say no more than the number does."""
STANDING = {TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN}
AT_ONCE = 200
"""Sessions that are written at once."""


@dataclass
class Report:
    """What an import did: the run (None when nothing was new), and how many sessions it added, completed and kept."""

    run: Import | None = None
    added: int = 0
    filled: int = 0
    kept: int = 0


def load_archive(
    group: Group, archive: RecognisedArchive, *, source: str, now: datetime, by: Actor
) -> Report:
    """Add the archive's sessions to the group as held ones, whatever their dates; see ``load_sessions``."""
    return load_sessions(
        group, archive.sessions, introduction=archive.text, source=source, all_held=True, now=now, by=by
    )


def load_sessions(
    group: Group,
    sessions: Iterable[RecognisedSession],
    *,
    source: str,
    introduction: str = "",
    all_held: bool = False,
    now: datetime,
    by: Actor,
    tell: Callable[[int], object] = lambda _: None,
) -> Report:
    """Add sessions to the group: past ones as held, coming ones as planned, cancelled ones as cancelled.

    A session that the group has already, by its number or else by its date, is kept: what it lacks of links and talks
    is added, a text that isn't in its recap is put below it.  Loading the same twice adds nothing the second time.
    Those without a number get one in the order of dates.  ``introduction`` becomes the mission of a group that has
    none; ``tell`` hears how many sessions were written so far.
    """
    # Everybody else who changes the programme waits here.
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    run = Import(group_id=group.id, source=source[:255], digest="", made_count=0, made_at=now)
    db.session.add(run)
    db.session.flush()
    loader = _Loader(group, Filing(group, run), now, all_held=all_held)
    if introduction:
        loader.introduce(introduction)
    step_aside(group)
    report, written = Report(), 0
    for some in _batches(sessions):
        loader.write(some, report)
        written += len(some)
        tell(written)
    give_numbers(group)
    _conclude(run, loader.filing, report, now=now, by=by)
    return report


def _batches(sessions: Iterable[RecognisedSession]) -> Iterator[list[RecognisedSession]]:
    source = iter(sessions)
    while some := list(islice(source, AT_ONCE)):
        yield some


def _conclude(run: Import, filing: Filing, report: Report, *, now: datetime, by: Actor) -> None:
    if filing.count:
        run.digest, run.made_count = filing.digest(), filing.count
        report.run = run
        record(by, "import.made", run, at=now, after={"source": run.source, "made": filing.count})
    else:
        db.session.delete(run)
    db.session.flush()


class _Known:
    """A session that the group has: its row, its talks by the slug of their titles, and the addresses in it."""

    def __init__(self, meeting: Meeting, *, own: bool) -> None:
        self.meeting, self.own = meeting, own
        self._gains = own
        self.talks: dict[str, Talk] = {}
        self.addresses: set[str] = set()
        self.positions: set[int] = {place.position for place in meeting.places}

    def may_gain(self, key: str) -> bool:
        """Whether a talk with this title may be added: to those of this import, and where there is none yet."""
        return key not in self.talks and (not self.talks or self._gains)

    def gain(self, key: str, talk: Talk) -> None:
        """Take a new talk in."""
        self._gains = self._gains or not self.talks
        self.talks[key] = talk


class _Loader:
    """Writes sessions into one group, a batch at a time."""

    def __init__(self, group: Group, filing: Filing, now: datetime, *, all_held: bool) -> None:
        self.group, self.filing, self.all_held = group, filing, all_held
        self.now, self.today = now, now.astimezone(zone_at(group.zone)).date()
        self.first_id = 1 + (db.session.scalar(select(db.func.max(Meeting.id))) or 0)
        self.next_number = UNNUMBERED

    def introduce(self, text: str) -> None:
        """What the file says of the group itself becomes its mission, where it has none yet."""
        if not self.group.mission:
            self.filing.change(self.group, mission="")
            self.group.mission = text

    def write(self, sessions: Sequence[RecognisedSession], report: Report) -> None:
        """Write a batch, and let go of its rows."""
        with db.session.no_autoflush:
            known = self._known(sessions)
            found = [self._found(session, known) for session in sessions]
            new = {id(meeting) for meeting in self.filing.new_meetings}
            self.filing.file_meetings()
            before = self.filing.count
            for session, place in zip(sessions, found, strict=True):
                added = id(place.meeting) in new
                new.discard(id(place.meeting))
                self._fill(place, session, added=added)
                if added:
                    report.added += 1
                elif not place.own:
                    report.filled += self.filing.count > before
                    report.kept += self.filing.count == before
                before = self.filing.count
            self.filing.file_all()

    # --- Which session it is ------------------------------------------------------------------------

    def _known(self, sessions: Sequence[RecognisedSession]) -> "_Index":
        """The group's sessions that have a number or a date of ``sessions``, or no date and a talk of theirs."""
        numbers = {session.number for session in sessions if session.number}
        days = {session.on for session in sessions if session.on}
        titles = {talk.title for session in sessions if not session.on for talk in session.talks}
        undated = select(Talk.meeting_id).where(Talk.group_id == self.group.id, Talk.title.in_(titles))
        rows = db.session.scalars(
            select(Meeting)
            .options(selectinload(Meeting.places))
            .where(
                Meeting.group_id == self.group.id,
                Meeting.number.in_(numbers)
                | Meeting.on.in_(days)
                | (Meeting.on.is_(None) & Meeting.id.in_(undated)),
            )
        ).all()
        index = _Index()
        for row in rows:
            index.put(_Known(row, own=row.id >= self.first_id))
        index.take_contents()
        return index

    def _found(self, session: RecognisedSession, index: "_Index") -> _Known:
        """The session that the group has, or a new one."""
        found = index.find(session)
        if found is None:
            taken = session.number in index.by_number
            found = _Known(self._meeting(session, numbered=bool(session.number) and not taken), own=True)
            self.filing.new_meetings.append(found.meeting)
            index.put(found)
        return found

    def _meeting(self, session: RecognisedSession, *, numbered: bool) -> Meeting:
        group = self.group
        starts_at = (session.starts_at or group.starts_at) if session.on else None
        if not numbered:
            self.next_number += 1
        return Meeting(
            group_id=group.id,
            number=session.number if numbered else self.next_number,
            title="" if ONLY_A_NUMBER.fullmatch(session.title) else session.title[:200],
            on=session.on,
            starts_at=starts_at,
            starts_at_utc=instant(session.on, starts_at, group.zone) if session.on and starts_at else None,
            minutes=session.minutes or group.minutes,
            zone=group.zone,
            state=self._state(session),
            recap=session.text,
            cancelled_because=session.because if self._state(session) is MeetingState.CANCELLED else "",
            closed_at=self.now if self._state(session) is MeetingState.HELD else None,
            places=[],
        )

    def _state(self, session: RecognisedSession) -> MeetingState:
        if session.cancelled and session.on:
            return MeetingState.CANCELLED
        return MeetingState.PLANNED if self._is_coming(session.on) else MeetingState.HELD

    def _is_coming(self, on: date | None) -> bool:
        return not self.all_held and on is not None and on >= self.today

    # --- What is in it ------------------------------------------------------------------------------

    def _fill(self, known: _Known, session: RecognisedSession, *, added: bool) -> None:
        meeting = known.meeting
        if not added and session.text not in meeting.recap:
            self.filing.change(meeting, recap=meeting.recap)
            meeting.recap = f"{meeting.recap}\n\n{session.text}".strip()
        loaded: dict[str, Talk] = {}
        for position, recognised in placed(
            session.talks, behind=max(known.positions, default=0) if known.talks else 0
        ):
            key = slugify(recognised.title)
            talk = known.talks.get(key)
            if talk is None and known.may_gain(key):
                talk = self._talk(known, recognised, position)
            if talk is not None:
                loaded[recognised.title] = talk
            self._links(known, talk, recognised)
        for recognised in session.talks:
            if recognised.replaced_by in loaded and recognised.title in loaded:
                self.filing.replaced.append((loaded[recognised.title], loaded[recognised.replaced_by]))
        self._materials(known, meeting, session.materials)

    def _talk(self, known: _Known, recognised: RecognisedTalk, position: int) -> Talk:
        meeting, group = known.meeting, self.group
        if position not in known.positions:
            known.positions.add(position)
            self.filing.places.append(
                Place(
                    meeting_id=meeting.id,
                    position=position,
                    talk_minutes=group.talk_minutes,
                    question_minutes=group.question_minutes,
                )
            )
        state = TalkState(recognised.state)
        if state is TalkState.GIVEN and meeting.state is not MeetingState.HELD:
            state = TalkState.PLANNED
        talk = Talk(
            group_id=group.id, meeting_id=meeting.id, position=position, title=recognised.title[:200],
            abstract=recognised.abstract, kind=recognised.kind, state=state, note=recognised.note,
        )  # fmt: skip
        known.gain(slugify(recognised.title), talk)
        self.filing.put_talk(talk, recognised.speakers, recognised.topics)
        return talk

    def _links(self, known: _Known, talk: Talk | None, recognised: RecognisedTalk) -> None:
        if talk is None:
            self._materials(known, known.meeting, (*recognised.readings, *recognised.materials))
            return
        for reading in recognised.readings:
            if reading.url not in known.addresses:
                known.addresses.add(reading.url)
                self.filing.put_part(
                    talk, Reading(title=(reading.title or reading.url)[:300], url=reading.url)
                )
        self._materials(known, talk, recognised.materials)

    def _materials(self, known: _Known, of: Talk | Meeting, materials: Iterable[RecognisedMaterial]) -> None:
        for position, material in enumerate(materials, start=1):
            if material.url not in known.addresses:
                known.addresses.add(material.url)
                row = Material(
                    position=position, kind=material.kind, title=(material.title or material.url)[:300],
                    url=material.url, added_at=self.now,
                )  # fmt: skip
                self.filing.put_part(of, row)


class _Index:
    """Sessions of a group by number, and by date."""

    def __init__(self) -> None:
        self.by_number: dict[int, _Known] = {}
        self.by_date: dict[date | None, list[_Known]] = {}

    def put(self, known: _Known) -> None:
        self.by_number[known.meeting.number] = known
        self.by_date.setdefault(known.meeting.on, []).append(known)

    def take_contents(self) -> None:
        """Look up the talks and addresses of all of them."""
        all_known = {known.meeting.id: known for known in self.by_number.values()}
        talks = db.session.scalars(select(Talk).where(Talk.meeting_id.in_(all_known))).all()
        at = {talk.id: all_known[talk.meeting_id] for talk in talks}
        for talk in talks:
            all_known[talk.meeting_id].talks[slugify(talk.title)] = talk
        for talk_id, url in db.session.execute(
            select(Reading.talk_id, Reading.url).where(Reading.talk_id.in_(at))
        ):
            at[talk_id].addresses.add(url)
        materials = select(Material.meeting_id, Material.talk_id, Material.url).where(
            Material.meeting_id.in_(all_known) | Material.talk_id.in_(at)
        )
        for meeting_id, of_talk, url in db.session.execute(materials):
            known = at[of_talk] if of_talk is not None else all_known[meeting_id or 0]
            known.addresses.add(url)

    def find(self, session: RecognisedSession) -> _Known | None:
        """The one with the same number, unless its date is another one; else the one on the same date."""
        numbered = self.by_number.get(session.number)
        if numbered and (session.on is None or numbered.meeting.on in {None, session.on}):
            return numbered
        if session.on is None:
            titles = {slugify(talk.title) for talk in session.talks}
            undated = self.by_date.get(None, []) if not session.number else []
            return next((known for known in undated if titles & known.talks.keys()), None)
        return next(
            (known for known in self.by_date.get(session.on, []) if _same_time(known.meeting, session)), None
        )


def _same_time(meeting: Meeting, session: RecognisedSession) -> bool:
    if (
        session.number
        and meeting.number < UNNUMBERED
        and session.number != meeting.number
        and meeting.state is MeetingState.HELD
    ):
        return meeting.starts_at is not None and (
            session.starts_at is None or session.starts_at == meeting.starts_at
        )
    if session.starts_at is None or meeting.starts_at is None:
        return True
    apart = (
        60 * (session.starts_at.hour - meeting.starts_at.hour)
        + session.starts_at.minute
        - meeting.starts_at.minute
    )
    return abs(apart) <= 180


def placed(talks: Sequence[RecognisedTalk], *, behind: int = 0) -> list[tuple[int, RecognisedTalk]]:
    """Each talk with its position: those that were given count from 1, what they replaced stands at their place.

    ``behind``: positions that are taken already.
    """
    given = [talk for talk in talks if TalkState(talk.state) in STANDING]
    position = {talk.title: number for number, talk in enumerate(given, start=behind + 1)}
    used: dict[int, int] = {}
    found = [(position[talk.title], talk) for talk in given]
    free = behind + len(given)
    for talk in talks:
        if talk in given:
            continue
        at = position.get(talk.replaced_by, 0)
        if not at or used.get(at):
            free += 1
            at = free
        used[at] = used.get(at, 0) + 1
        found.append((at, talk))
    return found
