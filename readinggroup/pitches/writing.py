"""Letting a pitch say what an offer says: its row, its links, its days, its topics and its speakers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, PitchState
from readinggroup.groups.books import book_named
from readinggroup.groups.speakers import fold_name, speaker_named
from readinggroup.groups.topics import topics_named
from readinggroup.models import (
    Group,
    Pitch,
    PitchChapter,
    PitchDayAway,
    PitchLink,
    PitchSpeaker,
    Speaker,
    User,
)
from readinggroup.pitches.looking_up import papers_at, want_papers
from readinggroup.pitches.offers import Offer
from readinggroup.pitches.queries import author_of


class PitchSettled(Exception):
    """The pitch is past the state in which this can be done to it."""

    def __init__(self, state: PitchState) -> None:
        super().__init__(state.value)
        self.state = state


def lock_pitch(pitch: Pitch) -> None:
    """See the pitch as it is now, and let nobody change it until this transaction ends.

    Raises PitchSettled where it is gone, as a draft that was deleted a moment ago.
    """
    found = select(Pitch.id).where(Pitch.id == pitch.id).with_for_update()
    if db.session.scalar(found) is None:
        raise PitchSettled(PitchState.WITHDRAWN)
    db.session.refresh(pitch)
    db.session.refresh(pitch, ["links", "days_away", "speakers", "topics", "chapter"])


def write_offer(group: Group, pitch: Pitch, offer: Offer, *, now: datetime) -> None:
    """Let ``pitch``, new or not, say what ``offer`` says; papers without a title get theirs once it is known."""
    addresses = [link.url for link in offer.links]
    want_papers(addresses, now=now)
    titles = {address: paper.title for address, paper in papers_at(addresses).items()}
    known = pitch.speakers if pitch.id else ()
    author = author_of(pitch)
    pitch.title, pitch.abstract, pitch.kind, pitch.note = offer.title, offer.abstract, offer.kind, offer.note
    pitch.not_before, pitch.not_after = offer.window
    pitch.links, pitch.days_away, pitch.chapter = [], [], None
    db.session.add(pitch)
    db.session.flush()  # What goes has to be gone before the like of it comes.
    pitch.links = [
        PitchLink(position=n, url=link.url, kind=link.kind, title=link.title or titles.get(link.url, ""))
        for n, link in enumerate(offer.links, start=1)
    ]
    pitch.days_away = [PitchDayAway(on=day) for day in offer.days_away]
    if offer.chapter and offer.kind is PitchKind.CHAPTER:
        book = book_named(group, offer.chapter.book)
        pitch.chapter = PitchChapter(series=book, number=offer.chapter.number)
    pitch.topics = topics_named(group, offer.topics)
    _seat(pitch, _speakers(group, offer.speakers, author, known=known))


def _speakers(
    group: Group, names: Sequence[str], author: User | None, *, known: Sequence[Speaker]
) -> list[Speaker]:
    """The speakers called ``names``, each once.  ``known``: those of the pitch so far, who stay the same people."""
    by_name = {fold_name(speaker.name): speaker for speaker in known}
    own = fold_name(author.name) if author else None
    for name in names:
        folded = fold_name(name)
        if folded not in by_name:
            by_name[folded] = speaker_named(group, name, author if folded == own else None)
    db.session.flush()
    return list(dict.fromkeys(by_name[fold_name(name)] for name in names))


def _seat(pitch: Pitch, speakers: Sequence[Speaker]) -> None:
    """Write who speaks, with their order, which the relationship by itself doesn't keep."""
    db.session.execute(delete(PitchSpeaker).where(PitchSpeaker.pitch_id == pitch.id))
    db.session.add_all(
        PitchSpeaker(pitch_id=pitch.id, speaker_id=speaker.id, position=n)
        for n, speaker in enumerate(speakers, start=1)
    )
    db.session.flush()
    db.session.refresh(pitch, ["speakers"])
