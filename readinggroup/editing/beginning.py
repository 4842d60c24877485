"""What a recap is begun with, while nobody has written any: talks, what they replaced, reading, answered questions."""

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.recap import RecapTalk
from readinggroup.domain.recap import begun_recap as in_sentences
from readinggroup.models import Question
from readinggroup.scheduling.views import MeetingView


def begun_recap(meeting: MeetingView) -> str:
    """The beginning of the session's recap, in Markdown; questions stand there without the names of who asked."""
    instead_of = {talk.replaced_by_id: talk.title for talk in meeting.earlier_talks}
    answered = _answered(meeting)
    return in_sentences(
        RecapTalk(
            title=talk.title,
            speakers=[speaker.name for speaker in talk.speakers],
            instead_of=instead_of.get(talk.id, ""),
            readings=[(reading.title, reading.url) for reading in talk.readings],
            answered=answered.get(talk.id, ()),
        )
        for talk in meeting.talks
    )


def _answered(meeting: MeetingView) -> dict[int, list[str]]:
    """What was asked and answered, by talk, in the order in which it was asked."""
    rows = db.session.execute(
        select(Question.talk_id, Question.words)
        .where(
            Question.talk_id.in_([talk.id for talk in meeting.talks]),
            Question.answered_at.is_not(None),
            Question.hidden_at.is_(None),
            Question.withdrawn_at.is_(None),
        )
        .order_by(Question.id)
    )
    found: dict[int, list[str]] = {}
    for talk_id, words in rows:
        found.setdefault(talk_id, []).append(words)
    return found
