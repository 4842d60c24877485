"""Names that give talks: found again when they are typed once more, made when they are new."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.models import ClaimState, Group, Speaker, SpeakerClaim, SpeakerMerge, TalkSpeaker, User
from readinggroup.text.names import LONGEST_NAME
from readinggroup.text.slugs import FALLBACK, slugify, unique_slug


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
    found = next(_called(name, candidates, free=user is not None), None)
    return kept_of(found) if found is not None and found.id is not None else found


def kept_of(speaker: Speaker) -> Speaker:
    """The speaker that this one is, where it is another spelling of somebody's name; else itself."""
    kept = db.session.scalar(
        select(Speaker)
        .join(SpeakerMerge, SpeakerMerge.kept_id == Speaker.id)
        .where(SpeakerMerge.gone_id == speaker.id, SpeakerMerge.undone_at.is_(None))
    )
    return kept_of(kept) if kept is not None else speaker


def speaker_by_slug(group: Group, speaker_slug: str) -> Speaker | None:
    """The group's speaker at ``/speakers/<slug>``, also one without talks; another spelling leads to the kept one."""
    if not speaker_slug.isprintable():  # PostgreSQL refuses NUL.
        return None
    found = db.session.scalar(
        select(Speaker).where(Speaker.group_id == group.id, Speaker.slug == speaker_slug)
    )
    return kept_of(found) if found is not None else None


def other_speakers(group: Group, speaker: Speaker) -> Sequence[Speaker]:
    """All other names of the group that aren't merged away, by name."""
    gone = select(SpeakerMerge.gone_id).where(SpeakerMerge.undone_at.is_(None))
    mine = select(Speaker).where(
        Speaker.group_id == group.id, Speaker.id != speaker.id, Speaker.id.not_in(gone)
    )
    return db.session.scalars(mine.order_by(Speaker.name, Speaker.id)).all()


def claim_in(group: Group, claim_id: int) -> SpeakerClaim | None:
    """A claim of the group, with its speaker."""
    return db.session.scalar(
        select(SpeakerClaim)
        .options(selectinload(SpeakerClaim.speaker))
        .where(SpeakerClaim.group_id == group.id, SpeakerClaim.id == claim_id)
    )


def claims_of(group: Group) -> Sequence[SpeakerClaim]:
    """The claims that wait, with their speakers and users, oldest first."""
    return db.session.scalars(
        select(SpeakerClaim)
        .options(selectinload(SpeakerClaim.speaker), selectinload(SpeakerClaim.user))
        .where(SpeakerClaim.group_id == group.id, SpeakerClaim.state == ClaimState.PENDING)
        .order_by(SpeakerClaim.made_at, SpeakerClaim.id)
    ).all()


def claim_of(group: Group, user_id: int) -> SpeakerClaim | None:
    """The user's claim that waits."""
    return db.session.scalar(
        select(SpeakerClaim).where(
            SpeakerClaim.group_id == group.id,
            SpeakerClaim.user_id == user_id,
            SpeakerClaim.state == ClaimState.PENDING,
        )
    )


def merge_in(group: Group, merge_id: int) -> SpeakerMerge | None:
    """A merge of the group."""
    return db.session.scalar(
        select(SpeakerMerge).where(SpeakerMerge.group_id == group.id, SpeakerMerge.id == merge_id)
    )


def merges_of(group: Group) -> Sequence[SpeakerMerge]:
    """The merges that stand, with both names, newest first."""
    return db.session.scalars(
        select(SpeakerMerge)
        .options(selectinload(SpeakerMerge.kept), selectinload(SpeakerMerge.gone))
        .where(SpeakerMerge.group_id == group.id, SpeakerMerge.undone_at.is_(None))
        .order_by(SpeakerMerge.id.desc())
    ).all()


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
