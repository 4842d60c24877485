"""Talks, their speakers, their files, and chapters that somebody presents."""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.access.rules.sight import may_see_session
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import (
    Chapter,
    Group,
    Meeting,
    Speaker,
    SpeakerClaim,
    SpeakingLink,
    Swap,
    Talk,
    Upload,
)


def may_tend_talk(actor: Actor, talk: Talk) -> bool:
    """Who adds reading and slides to a talk: the co-leads, and its speakers who have an account here."""
    return actor.is_co_lead or speaks_at(actor, talk)


def speaks_at(actor: Actor, talk: Talk) -> bool:
    """The talk's speakers who have an account here."""
    ids = {speaker.user_id for speaker in talk.speakers} - {None}
    return actor.is_member and actor.user_id in ids


def may_give_feedback(actor: Actor, talk: Talk) -> bool:
    """Members, on the talks of others; only the talk's speakers read it."""
    return actor.is_member and not speaks_at(actor, talk)


def may_see_swap(actor: Actor, swap: Swap) -> bool:
    """Who would change places, and the co-leads."""
    return may_tend_talk(actor, swap.talk) or speaks_at(actor, swap.other)


def may_answer_swap(actor: Actor, swap: Swap) -> bool:
    """Who is asked to change places."""
    return speaks_at(actor, swap.other)


def may_withdraw_swap(actor: Actor, swap: Swap) -> bool:
    """Who asked, or speaks beside whoever did."""
    return speaks_at(actor, swap.talk)


class Filed(Protocol):
    """A file, and what it belongs to."""

    @property
    def upload(self) -> Upload:
        """The file."""

    @property
    def meeting(self) -> Meeting:
        """The session that it is about."""

    @property
    def talk(self) -> Talk | None:
        """The talk in it, where it belongs to one."""

    @property
    def is_shown(self) -> bool:
        """Whether a page about the session shows it."""


def may_see_file(actor: Actor, filed: Filed, group: Group) -> bool:
    """Who sees the session that it is about, once its programme is published and while a page of it shows the file;
    at any time the co-leads, the talk's speakers, and the member who put it there."""
    if actor.is_co_lead or (actor.is_member and filed.upload.by_id == actor.user_id):
        return True
    if filed.talk is not None and speaks_at(actor, filed.talk):
        return True
    is_out = filed.is_shown and filed.meeting.state is not MeetingState.PLANNED
    return is_out and may_see_session(actor, filed, group)


def holds_link(actor: Actor, link: SpeakingLink) -> bool:
    """Whoever has the secret address of a speaker's page, for as long as it runs, which the page itself says."""
    return actor is not None and link is not None


def may_hide_speaker(actor: Actor, speaker: Speaker) -> bool:
    """Who hides and shows a speaker's page: the speaker, and the co-leads."""
    return actor.is_co_lead or (speaker.user_id is not None and speaker.user_id == actor.user_id)


def may_answer_claim(actor: Actor, claim: SpeakerClaim) -> bool:
    """Whoever says to be a speaker may take that back; the co-leads may too."""
    return actor.is_co_lead or claim.user_id == actor.user_id


def may_give_chapter_back(actor: Actor, chapter: Chapter) -> bool:
    """Who said that they present it, and the co-leads."""
    presenter = chapter.speaker.user_id if chapter.speaker is not None else None
    return actor.is_co_lead or (actor.is_member and presenter is not None and presenter == actor.user_id)
