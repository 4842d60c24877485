"""Intakes: a history is taken in row by row, looked at, corrected, and only then written into the group's archive."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.exchange.foreign.columns import Field
from readinggroup.exchange.foreign.formats import Foreign
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row
from readinggroup.exchange.foreign.sessions import joined, session_of
from readinggroup.exchange.foreign.survey import Manner, survey
from readinggroup.exchange.loading import Report, load_sessions
from readinggroup.exchange.recognised import RecognisedArchive, RecognisedSession
from readinggroup.exchange.undoing import undo_import
from readinggroup.models import Group, Import, Intake, IntakeRow, IntakeState

AT_ONCE = 500
MOST_ROWS = 20_000
SHOWN = 25
TYPED = "="
"""Before the name of a field: the column of what a co-lead typed."""


class TooManyRows(Exception):
    """The file has more rows than a page can be asked to take in."""


class NothingFound(Exception):
    """The file has no row at all."""


class NotOpen(Exception):
    """It is being written, or was."""


@dataclass(frozen=True)
class Typed:
    """What was typed for a row: ``fixed`` has the texts of each field that was changed."""

    fixed: Mapping[str, Any]
    accepted: bool
    left_out: bool


@dataclass(frozen=True)
class ShownRow:
    """A row as it is read now: what it says, and ``doubts`` that nobody has answered yet."""

    row: IntakeRow
    session: RecognisedSession | None
    doubts: tuple[str, ...]


# --- Taking in -----------------------------------------------------------------------------------------


def take_in(group: Group, foreign: Foreign, *, base: str = "", now: datetime) -> Intake:
    """Keep the rows of a foreign file, to be looked at.  Raises NotUnderstood, TooManyRows and NothingFound."""
    seen = survey(foreign.entries())
    manner = seen.manner(people=foreign.people)
    intake = _begin(group, foreign.name, foreign.format.value, now)
    intake.columns = [[column, samples[:3]] for column, samples in seen.columns.items()]
    intake.fields = {column: field.value for column, field in manner.fields.items()}
    intake.people, intake.warnings = dict(foreign.people), [*foreign.warnings, *seen.warnings()]
    intake.day_first, intake.base = manner.day_first, base
    return _with_rows(intake, foreign.entries(), seen.rows)


def take_in_archive(group: Group, source: str, archive: RecognisedArchive, *, now: datetime) -> Intake:
    """Keep what a page of numbered sessions tells, to be looked at."""
    fields = (Field.NUMBER, Field.DATE, Field.TITLE, Field.SPEAKER, Field.LINK, Field.TEXT)
    intake = _begin(group, source, "page", now)
    intake.columns, intake.fields = [], {field.value: field.value for field in fields}
    intake.people, intake.warnings = {}, list(archive.warnings)
    intake.introduction, intake.all_held = archive.text, True
    return _with_rows(intake, map(_row_of_session, archive.sessions), len(archive.sessions))


def _row_of_session(session: RecognisedSession) -> Row:
    cells = [("number", str(session.number)), ("date", session.on.isoformat() if session.on else "")]
    for talk in session.talks:
        cells += [("title", talk.title), ("speaker", "\n".join(talk.speakers))]
    links = "\n".join(f"[{each.title}]({each.url})" for each in session.all_materials())
    cells += [("link", links), ("text", session.text)]
    noted = tuple(
        words for words in (*session.doubts, *session.missing) if not words.startswith("Date not recorded")
    )
    return Row(session.line, tuple(cells), "", noted)


def _begin(group: Group, source: str, form: str, now: datetime) -> Intake:
    return Intake(group_id=group.id, state=IntakeState.OPEN, source=source[:255], form=form, made_at=now)


def _with_rows(intake: Intake, entries: Iterator[Entry], count: int) -> Intake:
    if count > MOST_ROWS:
        raise TooManyRows(count)
    if not count:
        raise NothingFound
    db.session.add(intake)
    db.session.flush()
    numbered = enumerate(entries)
    while some := list(islice(numbered, AT_ONCE)):
        db.session.execute(insert(IntakeRow), [_kept(intake, at, entry) for at, entry in some])
    read_anew(intake)
    return intake


def _kept(intake: Intake, position: int, entry: Entry) -> dict[str, object]:
    if isinstance(entry, Leftover):
        kept = {"cells": [["", entry.text]], "heading": "", "noted": [], "why": entry.why}
    else:
        kept = {"cells": [list(cell) for cell in entry.cells], "heading": entry.heading, "noted": list(entry.doubts),
                "why": ""}  # fmt: skip
    return {"intake_id": intake.id, "position": position, "line": entry.line, "fixed": {}, "accepted": False,
            "found_on": None, "doubts": 0, **kept}  # fmt: skip


# --- Reading -------------------------------------------------------------------------------------------


def manner_of(intake: Intake) -> Manner:
    """How its rows are read."""
    fields = {column: Field(field) for column, field in intake.fields.items()}
    typed = {f"{TYPED}{field.value}": field for field in Field}
    return Manner(fields | typed, intake.day_first, intake.base, intake.people)


def read_row(kept: IntakeRow, manner: Manner, before: date | None) -> RecognisedSession | Leftover | None:
    """What a row says with what was typed; None where it is left out."""
    if kept.fixed.get("left_out"):
        return None
    if kept.why:
        return Leftover(kept.line, kept.cells[0][1], kept.why)
    typed = [
        (f"{TYPED}{name}", text)
        for name in ("date", "time", "title", "speaker", "link")
        for text in kept.fixed.get(name, ())
    ]
    replaced = {Field(name) for name in ("date", "time", "title", "speaker") if name in kept.fixed}
    cells = [(column, text) for column, text in kept.cells if manner.fields.get(column) not in replaced]
    if "date" in kept.fixed:
        before = None  # A date that was taken out on purpose isn't filled from above again.
    row = Row(kept.line, (*cells, *typed), kept.heading, tuple(kept.noted))
    found = session_of(row, manner, before=before)
    if isinstance(found, RecognisedSession) and kept.fixed.get("cancelled") is not None:
        found = replace(found, cancelled=bool(kept.fixed["cancelled"]), talks=found.talks)
    return found


def doubts_of(kept: IntakeRow, found: RecognisedSession | Leftover | None) -> tuple[str, ...]:
    """What is doubtful about it and wasn't answered."""
    if not isinstance(found, RecognisedSession) or kept.accepted:
        return ()
    return (*found.doubts, *found.missing)


def read_anew(intake: Intake) -> None:
    """Read every row once more, after what columns are was changed."""
    manner, before, doubtful = manner_of(intake), None, 0
    for rows in _in_pieces(intake):
        changes = []
        for kept in rows:
            found = read_row(kept, manner, before)
            on = found.on if isinstance(found, RecognisedSession) else None
            before, doubts = on or before, len(doubts_of(kept, found))
            doubtful += doubts > 0
            changes.append({"id": kept.id, "found_on": on, "doubts": doubts})
        db.session.flush()
        db.session.execute(update(IntakeRow), changes)
        for kept in rows:
            db.session.expunge(kept)
    intake.row_count = db.session.scalar(_count(intake)) or 0
    intake.doubtful = doubtful
    db.session.flush()


def _in_pieces(intake: Intake) -> Iterator[Sequence[IntakeRow]]:
    last = -1
    query = (
        select(IntakeRow).where(IntakeRow.intake_id == intake.id).order_by(IntakeRow.position).limit(AT_ONCE)
    )
    while rows := db.session.scalars(query.where(IntakeRow.position > last)).all():
        last = rows[-1].position
        yield rows


def _count(intake: Intake, *, doubtful: bool = False) -> Select[int]:
    query = select(func.count(IntakeRow.id)).where(IntakeRow.intake_id == intake.id)
    return query.where(IntakeRow.doubts > 0) if doubtful else query


def shown_rows(
    intake: Intake, *, after: int = -1, before: int | None = None, doubtful: bool
) -> list[ShownRow]:
    """The next rows behind position ``after``, or the last ones before ``before``; or of those that are doubtful.

    There is one more than SHOWN of them where others follow on that side.
    """
    query = select(IntakeRow).where(IntakeRow.intake_id == intake.id)
    if doubtful:
        query = query.where(IntakeRow.doubts > 0)
    if before is not None:
        query = query.where(IntakeRow.position < before).order_by(IntakeRow.position.desc())
    else:
        query = query.where(IntakeRow.position > after).order_by(IntakeRow.position)
    rows = list(db.session.scalars(query.limit(SHOWN + 1)).all())
    return [_shown(kept, manner_of(intake)) for kept in (reversed(rows) if before is not None else rows)]


def rows_with(intake: Intake, ids: Sequence[int]) -> list[ShownRow]:
    """Those of its rows that have one of these ids, in their order."""
    query = select(IntakeRow).where(IntakeRow.intake_id == intake.id, IntakeRow.id.in_(ids))
    return [
        _shown(kept, manner_of(intake)) for kept in db.session.scalars(query.order_by(IntakeRow.position))
    ]


def _shown(kept: IntakeRow, manner: Manner) -> ShownRow:
    found = read_row(kept, manner, _date_before(kept))
    session = found if isinstance(found, RecognisedSession) else None
    return ShownRow(kept, session, doubts_of(kept, found))


def _date_before(kept: IntakeRow) -> date | None:
    query = select(IntakeRow.found_on).where(
        IntakeRow.intake_id == kept.intake_id,
        IntakeRow.position < kept.position,
        IntakeRow.found_on.is_not(None),
    )
    return db.session.scalar(query.order_by(IntakeRow.position.desc()).limit(1))


def intake_in(group: Group, intake_id: int) -> Intake | None:
    """An intake of the group."""
    return db.session.scalar(select(Intake).where(Intake.group_id == group.id, Intake.id == intake_id))


def intakes_of(group: Group) -> Sequence[Intake]:
    """Those that aren't written yet, newest first."""
    mine = select(Intake).where(Intake.group_id == group.id, Intake.state != IntakeState.DONE)
    return db.session.scalars(mine.order_by(Intake.id.desc())).all()


def import_in(group: Group, import_id: int) -> Import | None:
    """An import into the group."""
    return db.session.scalar(select(Import).where(Import.group_id == group.id, Import.id == import_id))


def imports_of(group: Group) -> Sequence[Import]:
    """The group's imports, newest first, the last hundred of them."""
    mine = select(Import).where(Import.group_id == group.id).order_by(Import.id.desc()).limit(100)
    return db.session.scalars(mine).all()


def waiting_intakes() -> Sequence[int]:
    """The ids of those that wait to be written, those first that wait longest."""
    return db.session.scalars(
        select(Intake.id).where(Intake.state == IntakeState.WAITING).order_by(Intake.id)
    ).all()


# --- Changing ------------------------------------------------------------------------------------------


def say_columns(intake: Intake, fields: Mapping[str, str], *, day_first: bool | None, base: str) -> None:
    """Say what each column is, and read everything anew.  Raises NotOpen."""
    _check_open(intake)
    intake.fields = {column: Field(field).value for column, field in fields.items()}
    intake.day_first, intake.base = day_first, base
    read_anew(intake)


def correct(intake: Intake, shown: Sequence[ShownRow], typed: Mapping[int, Typed]) -> None:
    """Keep what was typed for the rows that a page shows, by their ids; read what follows from it.  Raises NotOpen."""
    _check_open(intake)
    for each in shown:
        said = typed.get(each.row.id)
        if said is not None:
            each.row.fixed = {**each.row.fixed, **said.fixed, "left_out": said.left_out}
            each.row.accepted = said.accepted
    db.session.flush()
    manner = manner_of(intake)
    for each in shown:
        found = read_row(each.row, manner, _date_before(each.row))
        each.row.found_on = found.on if isinstance(found, RecognisedSession) else None
        each.row.doubts = len(doubts_of(each.row, found))
        db.session.flush()
    intake.doubtful = db.session.scalar(_count(intake, doubtful=True)) or 0


def drop(intake: Intake) -> None:
    """Throw an intake away; what was imported stays.  Raises NotOpen while it is being written."""
    if intake.state is IntakeState.WAITING:
        raise NotOpen
    db.session.delete(intake)
    db.session.flush()


def let_wait(intake: Intake) -> None:
    """Let the worker write it.  Raises NotOpen."""
    _check_open(intake)
    intake.state, intake.said = IntakeState.WAITING, ""
    db.session.flush()


def stop_waiting(intake: Intake, said: str) -> None:
    """It couldn't be written: it can be looked at again, with the reason."""
    intake.state, intake.said = IntakeState.OPEN, said
    db.session.flush()


def _check_open(intake: Intake) -> None:
    db.session.refresh(intake, with_for_update=True)
    if intake.state is not IntakeState.OPEN:
        raise NotOpen


def write(
    group: Group,
    intake: Intake,
    *,
    now: datetime,
    by: Actor,
    sessions: Iterable[RecognisedSession] | None = None,
    tell: Callable[[int], object] = lambda _: None,
) -> Report:
    """Write its sessions into the group's archive, and note the import.  Raises NotOpen where it was written.

    ``sessions``: those of ``sessions_in``, where they were read before.
    """
    db.session.refresh(intake, with_for_update=True)
    if intake.state is IntakeState.DONE:
        raise NotOpen
    report = load_sessions(
        group,
        sessions_in(intake) if sessions is None else sessions,
        source=intake.source,
        introduction=intake.introduction,
        all_held=intake.all_held,
        now=now,
        by=by,
        tell=tell,
    )
    if report.run is not None:
        intake.state, intake.import_id = IntakeState.DONE, report.run.id
    else:
        intake.state, intake.said = (
            IntakeState.OPEN,
            "Everything in it is there already; nothing was written.",
        )
    db.session.flush()
    return report


def sessions_in(intake: Intake) -> Iterator[RecognisedSession]:
    """Its sessions; rows of one date that follow each other are one."""
    manner, before = manner_of(intake), None
    waiting: RecognisedSession | None = None
    for rows in _in_pieces(intake):
        found = []
        for kept in rows:
            session = read_row(kept, manner, before)
            if isinstance(session, RecognisedSession):
                before = session.on or before
                found.append(session)
            db.session.expunge(kept)
        for session in found:
            both = joined(waiting, session) if waiting else None
            if waiting and both is None:
                yield waiting
            waiting = both or session
    if waiting:
        yield waiting


def take_back(run: Import, *, now: datetime, by: Actor) -> None:
    """Take an import back; the intake that it came from can be looked at again.  Raises AlreadyUndone."""
    undo_import(run.id, now=now, by=by)
    db.session.execute(
        update(Intake).where(Intake.import_id == run.id).values(state=IntakeState.OPEN, import_id=None)
    )
