"""Search over held sessions: one function for SQLite's FTS5 and PostgreSQL's tsvector, kept right with every commit.

Triggers note which sessions a change concerns (``triggers.py``); before the commit their documents and the index are
written anew, in the same transaction.  Only what the public may see of held sessions is in there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Subquery, delete, event, insert, select, text
from sqlalchemy.orm import Session

from readinggroup.archive.words import Term, tokens_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState
from readinggroup.models import Meeting, SearchDocument, SearchDue
from readinggroup.scheduling.view_rows import MEETINGS
from readinggroup.scheduling.views import MeetingView, views_of_meetings
from readinggroup.text.markdown import LONGEST, plain

PARTS = ("titles", "names", "papers", "texts")
"""The parts of a document, those first in which a word weighs most."""
AT_ONCE = 500
DUE = text(f"SELECT DISTINCT meeting_id FROM search_due ORDER BY meeting_id LIMIT {AT_ONCE}")  # noqa: S608
MATCHES = {
    "sqlite": """SELECT document.meeting_id, bm25(search_index, 10, 6, 4, 1) AS rank
        FROM search_index JOIN search_document document ON document.meeting_id = search_index.rowid
        WHERE search_index MATCH :words AND document.group_id = :group""",
    "postgresql": """SELECT document.meeting_id, -ts_rank(words, to_tsquery('simple', :words)) AS rank
        FROM search_index JOIN search_document document ON document.meeting_id = search_index.meeting_id
        WHERE words @@ to_tsquery('simple', :words) AND document.group_id = :group""",
}
"""Whose session it is comes from its document, which an index tells of all matches without a look at any of them."""
FORGET = {
    "sqlite": "DELETE FROM search_index WHERE rowid = :meeting_id",
    "postgresql": "DELETE FROM search_index WHERE meeting_id = :meeting_id",
}
KEEP = {
    "sqlite": "INSERT INTO search_index (rowid, titles, names, papers, texts) "
    "VALUES (:meeting_id, :titles, :names, :papers, :texts)",
    "postgresql": """INSERT INTO search_index (meeting_id, words) VALUES (:meeting_id,
        setweight(to_tsvector('simple', :titles), 'A') || setweight(to_tsvector('simple', :names), 'B') ||
        setweight(to_tsvector('simple', :papers), 'C') || setweight(to_tsvector('simple', :texts), 'D'))""",
}


def matches(**known: object) -> Subquery:
    """The held sessions of a group in which words stand: ``meeting_id``, and ``rank``, the best lowest.

    The statement takes ``group``, its id, and ``words``, as they are ``written``; unless they are ``known`` already.
    """
    found = text(MATCHES[db.engine.dialect.name]).bindparams(**known)
    return found.columns(meeting_id=Integer, rank=db.Float).subquery("matches")


def written(terms: Sequence[Term]) -> str:
    """All of ``terms``, as ``matches`` takes them for its ``words``."""
    on = db.engine.dialect.name
    return (" AND " if on == "sqlite" else " & ").join(_WRITTEN[on](term) for term in terms)


def rebuild() -> int:
    """Write every document anew; says how many sessions can be found."""
    db.session.execute(text("DELETE FROM search_index"))
    db.session.execute(delete(SearchDocument))
    ids = db.session.scalars(select(Meeting.id).order_by(Meeting.id)).all()
    _write(ids)
    db.session.execute(delete(SearchDue))
    return db.session.scalar(select(db.func.count()).select_from(SearchDocument)) or 0


def findable() -> tuple[int, int]:
    """How many sessions can be found, and how many should be: all that were held."""
    documents = select(db.func.count()).select_from(SearchDocument).scalar_subquery()
    held = select(db.func.count()).where(Meeting.state == MeetingState.HELD).scalar_subquery()
    found, wanted = db.session.execute(select(documents, held)).one()
    return found, wanted


def store(documents: Sequence[Mapping[str, Any]]) -> None:
    """Put documents, which aren't there yet, with the columns of SearchDocument, in and make them findable."""
    if documents:
        db.session.execute(insert(SearchDocument), documents)
        folded = [
            {"meeting_id": each["meeting_id"]} | {part: " ".join(tokens_of(each[part])) for part in PARTS}
            for each in documents
        ]
        db.session.execute(text(KEEP[db.engine.dialect.name]), folded)


@event.listens_for(db.session, "before_commit")
def settle(session: Session) -> None:
    """Write what was noted anew, before it is committed together with what was changed."""
    session.flush()
    while due := session.execute(DUE).scalars().all():
        session.execute(text(FORGET[db.engine.dialect.name]), [{"meeting_id": each} for each in due])
        session.execute(delete(SearchDocument).where(SearchDocument.meeting_id.in_(due)))
        _write(due)
        session.execute(delete(SearchDue).where(SearchDue.meeting_id.in_(due)))


def _write(meeting_ids: Sequence[int]) -> None:
    for start in range(0, len(meeting_ids), AT_ONCE):
        ids = meeting_ids[start : start + AT_ONCE]
        # Whoever changes the same session at the same time waits here, and the later one sees both changes.
        lock = select(Meeting.id, Meeting.group_id).where(Meeting.id.in_(ids)).order_by(Meeting.id)
        groups = dict(db.session.execute(lock.with_for_update(key_share=True)).all())
        held = MEETINGS.where(Meeting.id.in_(ids), Meeting.state == MeetingState.HELD)
        views = views_of_meetings(db.session.execute(held).all())
        store([_document(view) | {"group_id": groups[view.id]} for view in views])


def _document(meeting: MeetingView) -> dict[str, Any]:
    talks = meeting.talks
    papers = [reading.title for talk in talks for reading in talk.readings]
    kept = [*meeting.materials, *(material for talk in talks for material in talk.materials)]
    papers += [material.title for material in kept if material.kind is MaterialKind.PAPER]
    names = [speaker.name for talk in talks for speaker in talk.speakers]
    topics = [topic.name for talk in talks for topic in talk.topics]
    return {
        "meeting_id": meeting.id,
        "titles": " · ".join(filter(None, (meeting.title, *(plain(talk.title) for talk in talks)))),
        "names": " · ".join(dict.fromkeys(names + topics)),
        "papers": " · ".join(dict.fromkeys(papers)),
        "texts": " · ".join(
            plain(each, LONGEST) for each in (*(t.abstract for t in talks), meeting.recap) if each
        ),
    }


def _for_fts5(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + ("*" if term.begins else "")


def _for_tsquery(term: Term) -> str:
    return f"({' <-> '.join(term.tokens)}{':*' if term.begins else ''})"


_WRITTEN = {"sqlite": _for_fts5, "postgresql": _for_tsquery}
