"""What is there already that is like a pitch: sessions in which its papers were discussed, and pitches on offer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, union

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.domain.likeness import ALIKE, likeness
from readinggroup.domain.papers import needle, paper_key
from readinggroup.models import Group, Material, Meeting, Pitch, PitchLink, Reading, Talk
from readinggroup.pitches.queries import PAST_OFFER

MOST = 5
LOOKED_AT = 500
"""How many pitches are compared, the newest; a group never has so many on offer."""


@dataclass(frozen=True, slots=True)
class Discussed:
    """A talk that was given about a paper of the pitch; ``on`` is None where the date wasn't recorded."""

    title: str
    number: int
    on: date | None


@dataclass(frozen=True, slots=True)
class Alike:
    """A pitch that is like this one, by its title or by a paper."""

    id: int
    title: str


def discussed_before(group: Group, addresses: Iterable[str]) -> Sequence[Discussed]:
    """The talks of the archive that had one of the papers at ``addresses``, latest first."""
    keys = {paper_key(address): needle(address) for address in addresses if address}
    if not keys:
        return ()
    columns = Talk.title, Meeting.number, Meeting.on
    held = Talk.group_id == group.id, Talk.state == TalkState.GIVEN, Meeting.state == MeetingState.HELD
    readings = (
        select(*columns, Reading.url)
        .join(Talk, Talk.id == Reading.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(*held, _holds(Reading.url, keys.values()))
    )
    papers = (
        select(*columns, Material.url)
        .join(Talk, Talk.id == Material.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(*held, Material.kind == MaterialKind.PAPER, _holds(Material.url, keys.values()))
    )
    rows = db.session.execute(union(readings, papers)).all()
    found = {Discussed(title, number, on) for title, number, on, url in rows if paper_key(url) in keys}
    return sorted(found, key=lambda talk: (-talk.number, talk.title))[:MOST]


def alike(
    group: Group, title: str, addresses: Iterable[str], *, besides: int | None = None
) -> Sequence[Alike]:
    """Pitches on offer, in a round or waiting for their session that are like one with this title and these papers,
    the most alike first; without the pitch with the id ``besides``."""
    keys = {paper_key(address): needle(address) for address in addresses if address}
    there = select(Pitch.id, Pitch.title).where(
        Pitch.group_id == group.id, Pitch.state.in_(PAST_OFFER), Pitch.id != (besides or 0)
    )
    rows = db.session.execute(there.order_by(Pitch.id.desc()).limit(LOOKED_AT)).all()
    same_paper = _with_paper([row.id for row in rows], keys) if keys and rows else set()
    scored = [(1.0 if row.id in same_paper else likeness(title, row.title), row) for row in rows]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], -pair[1].id))
    return [Alike(row.id, row.title) for _, row in best[:MOST]]


def _with_paper(pitch_ids: Sequence[int], keys: dict[str, str]) -> set[int]:
    links = select(PitchLink.pitch_id, PitchLink.url).where(
        PitchLink.pitch_id.in_(pitch_ids), _holds(PitchLink.url, keys.values())
    )
    return {pitch_id for pitch_id, url in db.session.execute(links) if paper_key(url) in keys}


def _holds(url: Any, needles: Iterable[str]) -> ColumnElement[bool]:
    """That ``url`` may be an address of the same paper; ``paper_key`` decides."""
    return or_(*(func.lower(url).contains(part, autoescape=True) for part in needles if part))
