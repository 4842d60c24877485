"""Looking files up: what they belong to, whether anything shows them, and which are too old to be left unused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState
from readinggroup.models import Group, Meeting, RecapDraft, Talk, TextVersion, Upload, UploadKind
from readinggroup.text.pictures import is_file_name, names_in

A_DAY = timedelta(days=1)
PLAYED = frozenset({UploadKind.VIDEO, UploadKind.AUDIO})
DRAWN = frozenset(UploadKind) - PLAYED
SHOWN = (TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN)


@dataclass(frozen=True, slots=True)
class Filed:
    """A file with what it belongs to; ``talk`` is None where that is the session as a whole.

    ``is_shown``: whether a page about the session shows it or names it.
    """

    upload: Upload
    meeting: Meeting
    talk: Talk | None
    is_shown: bool


def filed_in(group: Group | None, name: str) -> Filed | None:
    """The group's file of that name."""
    if group is None or not is_file_name(name):
        return None
    row = db.session.execute(
        select(Upload, Meeting, Talk)
        .outerjoin(Talk, Talk.id == Upload.talk_id)
        .join(Meeting, Meeting.id == func.coalesce(Upload.meeting_id, Talk.meeting_id))
        .options(selectinload(Talk.speakers))
        .where(Upload.group_id == group.id, Upload.name == name)
    ).one_or_none()
    if row is None:
        return None
    upload, meeting, talk = row
    return Filed(upload, meeting, talk, is_shown=_is_shown(upload, meeting, talk))


def _is_shown(upload: Upload, meeting: Meeting, talk: Talk | None) -> bool:
    if talk is not None and talk.state not in SHOWN:
        return False
    return upload.material_id is not None or upload.name in names_in(talk.abstract if talk else meeting.recap)


def slug_of_file(name: str) -> str | None:
    """The slug of the group whose file is called so."""
    if not is_file_name(name):
        return None
    return db.session.scalar(
        select(Group.slug).join(Upload, Upload.group_id == Group.id).where(Upload.name == name)
    )


def bytes_of_group(group_id: int, kinds: Collection[UploadKind]) -> int:
    """How much the group keeps in files of these kinds."""
    return _bytes(Upload.group_id == group_id, Upload.kind.in_(kinds))


def bytes_since(upload_by: int | None, of: Talk | Meeting, *, since: datetime) -> int:
    """How much that account has added since then; without one, what came to that talk by speakers' links.  Recordings
    don't count."""
    theirs = Upload.by_id == upload_by if upload_by is not None else Upload.by_id.is_(None) & belongs_to(of)
    return _bytes(theirs, Upload.made_at > since, Upload.kind.in_(DRAWN))


def belongs_to(of: Talk | Meeting) -> ColumnElement[bool]:
    """The files of a talk, or of a session as a whole."""
    return Upload.talk_id == of.id if isinstance(of, Talk) else Upload.meeting_id == of.id


def unused_uploads(made_before: datetime) -> Sequence[Upload]:
    """The files that are no material and that no text of what they belong to names, nor any
    version or draft of that."""
    loose = db.session.scalars(
        select(Upload).where(Upload.material_id.is_(None), Upload.made_at < made_before).order_by(Upload.id)
    ).all()
    return [upload for upload in loose if not _is_named(upload)]


def all_names() -> set[str]:
    """The names of all files that there should be."""
    return set(db.session.scalars(select(Upload.name)))


def _is_named(upload: Upload) -> bool:
    texts = (
        select(Meeting.id).where(Meeting.id == upload.meeting_id, Meeting.recap.contains(upload.name)),
        select(Talk.id).where(Talk.id == upload.talk_id, Talk.abstract.contains(upload.name)),
        select(RecapDraft.meeting_id).where(
            RecapDraft.meeting_id == upload.meeting_id, RecapDraft.words.contains(upload.name)
        ),
        select(TextVersion.id).where(
            or_(TextVersion.meeting_id == upload.meeting_id, TextVersion.talk_id == upload.talk_id),
            TextVersion.words.contains(upload.name),
        ),
    )
    return any(db.session.scalar(text.limit(1)) is not None for text in texts)


def _bytes(*where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.coalesce(func.sum(Upload.bytes), 0)).where(*where)) or 0
