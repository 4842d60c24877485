"""Writing a recap: its draft, publishing it, and bringing earlier wordings back."""

from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.access.versions import Thing, rewrite, versions_of
from readinggroup.db import db
from readinggroup.editing.queries import draft_of
from readinggroup.models import Meeting, RecapDraft, TextVersion
from readinggroup.scheduling.actions import tell_what_happened


class WrittenMeanwhile(Exception):
    """Somebody else wrote the text while this was being written.

    ``title`` and ``words`` are what they wrote, ``by_id`` is who, ``at`` when.
    """

    def __init__(self, title: str, words: str, by_id: int | None, at: datetime) -> None:
        super().__init__(by_id)
        self.title, self.words, self.by_id, self.at = title, words, by_id, at


def save_recap_draft(
    meeting: Meeting, *, title: str, words: str, opened_at: datetime, now: datetime, by: Actor
) -> RecapDraft:
    """Keep what a co-lead has written so far.  Raises WrittenMeanwhile."""
    _refuse_overwriting(meeting, opened_at=opened_at, by=by)
    draft = draft_of(meeting) or RecapDraft(meeting_id=meeting.id)
    draft.title, draft.words, draft.by_id, draft.changed_at = title, words, by.user_id, now
    db.session.add(draft)
    db.session.flush()
    return draft


def publish_recap(
    meeting: Meeting, *, title: str, words: str, opened_at: datetime, now: datetime, by: Actor
) -> None:
    """Let the archive say so; the draft has served.  Raises WrittenMeanwhile."""
    _refuse_overwriting(meeting, opened_at=opened_at, by=by)
    tell_what_happened(meeting, recap=words, title=title, now=now, by=by)
    drop_recap_draft(meeting)


def drop_recap_draft(meeting: Meeting) -> None:
    """Throw the draft away; what the archive says stays."""
    db.session.execute(delete(RecapDraft).where(RecapDraft.meeting_id == meeting.id))
    db.session.flush()


def bring_back(thing: Thing, version: TextVersion, *, now: datetime, by: Actor) -> bool:
    """Let a talk or a session say again what it said in that version; says whether that changed anything."""
    before = {"title": thing.title}
    if not rewrite(thing, title=version.title, words=version.words, now=now, by=by):
        return False
    what = "meeting.restored" if isinstance(thing, Meeting) else "talk.restored"
    record(by, what, thing, at=now, before=before, after={"title": version.title, "version": version.number})
    return True


def _refuse_overwriting(meeting: Meeting, *, opened_at: datetime, by: Actor) -> None:
    """Two co-leads may write at once: what the other one saved since this page was opened isn't written over unseen."""
    db.session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    draft, last = draft_of(meeting), next(iter(versions_of(meeting, limit=1)), None)
    if draft is not None and draft.by_id != by.user_id and draft.changed_at > opened_at:
        raise WrittenMeanwhile(draft.title, draft.words, draft.by_id, draft.changed_at)
    if last is not None and last.at is not None and last.by_id != by.user_id and last.at > opened_at:
        raise WrittenMeanwhile(last.title, last.words, last.by_id, last.at)
