"""Names that give talks: found again when they are typed once more, made when they are new."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Group, Speaker, TalkSpeaker, User
from readinggroup.text.slugs import FALLBACK, slugify, unique_slug

LONGEST_NAME = 120


class NoName(ValueError):
    """What was given as a speaker's name has no letter in it."""


def speaker_named(group: Group, name: str, user: User | None = None) -> Speaker:
    """The group's speaker called ``name``; a new one, which has its id after the next flush, where nobody is.

    Upper and lower case, accents and spaces make no other person.  ``user``: the account whose own name this is;
    the speaker belongs to it from then on, unless talks stand under that name already: then it takes more than a
    name to tell that they are the same person.  A namesake with another account is somebody else.  Raises NoName.
    """
    name = " ".join(name.split())[:LONGEST_NAME].rstrip()
    if not any(letter.isalpha() for letter in name):
        raise NoName(name)
    found = find_speaker(group, name, user)
    if found is None:
        # Two requests that name somebody new at once wait for each other here, and the second finds the first's.
        db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
        found = find_speaker(group, name, user) or _new_speaker(group, name)
    if user is not None and found.user_id is None and not _has_talks(found):
        found.user_id = user.id
    return found


def find_speaker(group: Group, name: str, user: User | None = None) -> Speaker | None:
    """The group's speaker called ``name``, of several namesakes the first; with ``user`` that account's own."""
    if user is not None:
        own = db.session.scalar(
            select(Speaker).where(Speaker.group_id == group.id, Speaker.user_id == user.id)
        )
        if own is not None:
            return own
    # A namesake's slug has a number behind it, for which a long one is cut.
    alike = Speaker.slug.startswith(slugify(name)[:30])
    candidates = db.session.scalars(
        select(Speaker).where(Speaker.group_id == group.id, alike).order_by(Speaker.id)
    )
    return next(_called(name, candidates, free=user is not None), None)


def fold_name(name: str) -> str:
    """``name`` as it is compared: names that fold to the same text are one speaker's."""
    slug = slugify(name, longest=2 * LONGEST_NAME)
    # A name in another script has no slug of its own: it is compared as it is written.
    return " ".join(name.casefold().split()) if slug == FALLBACK else slug


def _has_talks(speaker: Speaker) -> bool:
    given = select(TalkSpeaker.talk_id).where(TalkSpeaker.speaker_id == speaker.id).limit(1)
    return speaker.id is not None and db.session.scalar(given) is not None


def _called(name: str, candidates: Iterable[Speaker], *, free: bool) -> Iterator[Speaker]:
    wanted = fold_name(name)
    for speaker in candidates:
        if fold_name(speaker.name) == wanted and not (free and speaker.user_id is not None):
            yield speaker


def _new_speaker(group: Group, name: str) -> Speaker:
    taken = set(db.session.scalars(select(Speaker.slug).where(Speaker.group_id == group.id)))
    speaker = Speaker(group_id=group.id, slug=unique_slug(name, taken), name=name)
    db.session.add(speaker)
    return speaker
