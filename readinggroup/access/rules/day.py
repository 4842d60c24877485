"""The day of a session: its room on the web, its chair, and the questions to its speakers."""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.access.rules.sight import AboutSession, may_see_discussion, may_see_session
from readinggroup.models import ChairLink, Group, Question


class AboutQuestion(AboutSession, Protocol):
    """What tells of one session, and of a question to a talk of it."""

    @property
    def question(self) -> Question | None:
        """The question."""


def may_join(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Members, to sessions that they see; its hour is another question."""
    return actor.is_member and may_see_session(actor, day, group)


class ByLink(Protocol):
    """What a link of a chair opens."""

    @property
    def link(self) -> ChairLink:
        """The link."""


def holds_chair_link(actor: Actor, chairing: ByLink) -> bool:
    """Whoever has the secret address of a session's chair, for as long as it runs, which the page itself says."""
    return actor is not None and chairing is not None


def may_see_questions(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Who sees the group's discussion, and the session."""
    return may_see_discussion(actor, group) and may_see_session(actor, day, group)


def may_ask(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Members, where they see the questions; only the hour may refuse it."""
    return actor.is_member and may_see_questions(actor, day, group)


def may_support_question(actor: Actor, day: AboutQuestion, group: Group) -> bool:
    """Members, where it is in their sight and not their own."""
    question = day.question
    in_sight = question is not None and question.hidden_at is None and question.withdrawn_at is None
    return in_sight and may_ask(actor, day, group) and not _asked(actor, question)


def may_withdraw_question(actor: Actor, day: AboutQuestion) -> bool:
    """Whoever asked it, while they are a member."""
    return actor.is_member and _asked(actor, day.question)


def _asked(actor: Actor, question: Question | None) -> bool:
    return question is not None and question.asked_by_id == actor.user_id
