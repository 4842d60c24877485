"""What pitches owe people: questions to their authors, proposals to the co-leads, and what became of those."""

from datetime import datetime
from typing import Any

from readinggroup.access.actor import Actor
from readinggroup.domain.lifecycle import ChangeState
from readinggroup.groups.queries import co_leads_of
from readinggroup.models import Group, Pitch, PitchChange
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.pitches.queries import author_of, pitches_to_ask_about


def owe_questions(now: datetime) -> None:
    """Ask the authors of pitches that have waited for three rounds whether they still want to give them, once."""
    for pitch, group, user in pitches_to_ask_about():
        about = f"pitch:{pitch.id}:after:{pitch.wanted_after}"
        words = _words(group, pitch) | {"name": user.name, "rounds": pitch.rounds_waited}
        owe("pitch.still_wanted", user.email, about=about, group_id=group.id, now=now, words=words)


def tell_of_proposal(group: Group, pitch: Pitch, change: PitchChange, *, now: datetime, by: Actor) -> None:
    """Owe the co-leads that a change waits for one of them."""
    people = [place.user for place in co_leads_of(group) if place.user_id != by.user_id]
    words = _words(group, pitch) | {"by": by.name}
    owe_all(
        "pitch.change_proposed", people, about=f"change:{change.id}", group_id=group.id, now=now, words=words
    )


def tell_of_decision(group: Group, pitch: Pitch, change: PitchChange, *, now: datetime) -> None:
    """Owe the author what a co-lead decided, unless they decided it themselves."""
    author = author_of(pitch)
    if author is None or author.id == change.decided_by_id:
        return
    words = _words(group, pitch) | {
        "name": author.name,
        "accepted": change.state is ChangeState.ACCEPTED,
        "because": change.because,
    }
    about = f"change:{change.id}:decided"
    owe("pitch.change_decided", author.email, about=about, group_id=group.id, now=now, words=words)


def _words(group: Group, pitch: Pitch) -> dict[str, Any]:
    return {"group": group.name, "title": pitch.title, "path": f"/{group.slug}/pitches/{pitch.id}"}
