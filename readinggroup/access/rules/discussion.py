"""What is said about pitches and talks."""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.access.rules.pitches import may_see_pitch
from readinggroup.access.rules.sight import may_see_archive, may_see_discussion, may_see_schedule
from readinggroup.domain.lifecycle import MeetingState, PitchState
from readinggroup.models import Comment, Group, Meeting, Pitch


class Matter(Protocol):
    """What a thread is about: a pitch, or a talk with its session."""

    @property
    def pitch(self) -> Pitch | None:
        """The pitch, where it is one."""

    @property
    def meeting(self) -> Meeting | None:
        """The session, where it is a talk."""


class Said(Protocol):
    """A comment, and what it is about."""

    @property
    def comment(self) -> Comment:
        """The comment."""

    @property
    def matter(self) -> Matter:
        """What it is about."""


def may_see_matter(actor: Actor, matter: Matter, group: Group) -> bool:
    """Who sees the group's discussion, and the pitch or the talk that it is about; nobody talks about what isn't
    published yet."""
    if not may_see_discussion(actor, group):
        return False
    if matter.pitch is not None:
        return matter.pitch.state is not PitchState.DRAFT and may_see_pitch(actor, matter.pitch, group)
    if matter.meeting is None or matter.meeting.state is MeetingState.PLANNED:
        return False
    is_held = matter.meeting.state is MeetingState.HELD
    return may_see_archive(actor, group) if is_held else may_see_schedule(actor, group)


def may_comment(actor: Actor, matter: Matter, group: Group) -> bool:
    """Members, on what they see."""
    return actor.is_member and may_see_matter(actor, matter, group)


def may_see_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Who sees what it is about; a hidden one only its author and the co-leads."""
    if not may_see_matter(actor, said.matter, group):
        return False
    return said.comment.hidden_at is None or actor.is_co_lead or is_sayer(actor, said)


def may_answer_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Members report, and read the earlier versions of, what they see."""
    return actor.is_member and may_see_comment(actor, said, group)


def may_edit_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Whoever said it, while they are a member."""
    return is_sayer(actor, said) and may_answer_comment(actor, said, group)


def may_hide_comment(actor: Actor, said: Said) -> bool:
    """The co-leads."""
    return actor.is_co_lead and said is not None


def is_sayer(actor: Actor, said: Said) -> bool:
    """The account that said it."""
    return actor.user_id is not None and said.comment.author_id == actor.user_id
