"""Looking after speakers: whose account it is, claims, two spellings of one name, hidden pages, private addresses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.emails import fold
from readinggroup.db import db
from readinggroup.groups.joining import lock_group
from readinggroup.groups.queries import co_leads_of
from readinggroup.models import (
    Chapter,
    ClaimState,
    Group,
    PitchSpeaker,
    Speaker,
    SpeakerClaim,
    SpeakerMerge,
    TalkSpeaker,
    User,
)
from readinggroup.outbox.queue import owe, owe_all


class HasAccount(Exception):
    """The speaker, or the account, is linked already."""


class SomethingWaits(Exception):
    """This person has a claim in the group that waits for an answer."""


class NoLonger(Exception):
    """Somebody else decided meanwhile: the claim is answered, the merge undone, or the spelling gone."""


class TwoAccounts(Exception):
    """Both speakers have accounts, so they are two people."""


def link_account(group: Group, speaker: Speaker, user: User | None, *, now: datetime, by: Actor) -> None:
    """Say whose account the speaker is; None says that it is nobody's.

    With an account the private address isn't needed and is forgotten.  Raises HasAccount where the user is another
    speaker of the group already.
    """
    lock_group(group)
    if user is not None and user.id != speaker.user_id and account_is_taken(group, user):
        raise HasAccount(user.id)
    before = speaker.user_id
    speaker.user_id = user.id if user else None
    if user is not None:
        speaker.email = None
    db.session.flush()
    record(by, "speaker.linked", speaker, at=now, before={"user": before}, after={"user": speaker.user_id})


def account_is_taken(group: Group, user: User) -> bool:
    """Whether the user is a speaker of the group already."""
    own = select(Speaker.id).where(Speaker.group_id == group.id, Speaker.user_id == user.id)
    return db.session.scalar(own) is not None


def set_address(speaker: Speaker, email: str, *, now: datetime, by: Actor) -> None:
    """Keep the e-mail address of an outside speaker; an empty one is forgotten.  Raises BadAddress."""
    speaker.email = fold(email) if email else None
    db.session.flush()
    record(by, "speaker.address", speaker, at=now, after={"has_address": speaker.email is not None})


def hide(speaker: Speaker, *, now: datetime, by: Actor) -> None:
    """Show the speaker's page to nobody but them and the co-leads; the name stays in the programme."""
    if speaker.hidden_at is None:
        speaker.hidden_at = now
        db.session.flush()
        record(by, "speaker.hidden", speaker, at=now)


def show(speaker: Speaker, *, now: datetime, by: Actor) -> None:
    """Show the speaker's page to everybody again."""
    if speaker.hidden_at is not None:
        speaker.hidden_at = None
        db.session.flush()
        record(by, "speaker.shown", speaker, at=now)


# --- claims -----------------------------------------------------------------------------------------------


def claim(group: Group, speaker: Speaker, user: User, *, now: datetime, by: Actor) -> SpeakerClaim:
    """Note that ``user`` says to be the speaker; the co-leads are owed a message.

    Raises HasAccount where either is linked already, SomethingWaits where a claim of theirs waits.
    """
    lock_group(group)
    if speaker.user_id is not None or account_is_taken(group, user):
        raise HasAccount(speaker.id)
    waits = select(SpeakerClaim.id).where(
        SpeakerClaim.group_id == group.id,
        SpeakerClaim.user_id == user.id,
        SpeakerClaim.state == ClaimState.PENDING,
    )
    if db.session.scalar(waits) is not None:
        raise SomethingWaits(user.id)
    made = SpeakerClaim(
        group_id=group.id, speaker_id=speaker.id, user_id=user.id, state=ClaimState.PENDING, made_at=now
    )
    db.session.add(made)
    db.session.flush()
    record(by, "speaker.claimed", made, at=now)
    words = {
        "group": group.name,
        "who": user.name,
        "speaker": speaker.name,
        "path": f"/{group.slug}/speaking",
    }
    leads = [place.user for place in co_leads_of(group)]
    owe_all("speaker.claimed", leads, about=f"claim:{made.id}", group_id=group.id, now=now, words=words)
    return made


def answer_claim(group: Group, made: SpeakerClaim, state: ClaimState, *, now: datetime, by: Actor) -> None:
    """Accept, decline or withdraw a claim; whoever made it is owed a message of what others decided.

    Raises NoLonger where it is answered already, HasAccount where either side is linked by now.
    """
    lock_group(group)
    db.session.refresh(made, ["state"])
    if made.state is not ClaimState.PENDING:
        raise NoLonger(made.id)
    speaker, user = db.session.get_one(Speaker, made.speaker_id), db.session.get_one(User, made.user_id)
    if state is ClaimState.ACCEPTED:
        if speaker.user_id not in {None, user.id}:
            raise HasAccount(speaker.id)
        link_account(group, speaker, user, now=now, by=by)
    made.state, made.decided_at = state, now
    db.session.flush()
    record(by, f"speaker.claim_{state.value}", made, at=now)
    if state is not ClaimState.WITHDRAWN:
        words = {"group": group.name, "name": user.name, "speaker": speaker.name}
        words["path"] = f"/{group.slug}/speakers/{speaker.slug}"
        kind = f"speaker.claim_{state.value}"
        owe(kind, user.email, about=f"claim:{made.id}", group_id=group.id, now=now, words=words)


# --- two spellings of one name ----------------------------------------------------------------------------


def merge(group: Group, gone: Speaker, kept: Speaker, *, now: datetime, by: Actor) -> SpeakerMerge:
    """Let ``kept`` have all that ``gone``, another spelling of the name, had; the old address leads to the new one.

    Raises TwoAccounts, or NoLonger where either is merged already or both are one.
    """
    lock_group(group)
    if gone.id == kept.id or standing_merge(gone) or standing_merge(kept):
        raise NoLonger(gone.id)
    if gone.user_id and kept.user_id:
        raise TwoAccounts(gone.id)
    moved: dict[str, Any] = {
        "talks": _move(TalkSpeaker, TalkSpeaker.talk_id, gone, kept),
        "pitches": _move(PitchSpeaker, PitchSpeaker.pitch_id, gone, kept),
        "chapters": _move_chapters(gone, kept),
        "user_id": gone.user_id,
        "email": gone.email if kept.email is None and kept.user_id is None else None,
    }
    if moved["user_id"]:
        gone.user_id = None
        db.session.flush()  # The account is one speaker's at any moment.
        kept.user_id = moved["user_id"]
    if moved["email"]:
        kept.email, gone.email = moved["email"], None
    made = SpeakerMerge(group_id=group.id, kept_id=kept.id, gone_id=gone.id, moved=moved, merged_at=now)
    db.session.add(made)
    db.session.flush()
    record(by, "speaker.merged", made, at=now, after={"kept": kept.name, "gone": gone.name})
    return made


def undo_merge(group: Group, made: SpeakerMerge, *, now: datetime, by: Actor) -> None:
    """Give the other spelling back what it had, as far as that is still there.  Raises NoLonger."""
    lock_group(group)
    db.session.refresh(made, ["undone_at"])
    kept, gone = db.session.get_one(Speaker, made.kept_id), db.session.get_one(Speaker, made.gone_id)
    if made.undone_at is not None or standing_merge(kept):
        raise NoLonger(made.id)
    _give_back(TalkSpeaker, made.moved["talks"], gone, kept)
    _give_back(PitchSpeaker, made.moved["pitches"], gone, kept)
    _give_chapters_back(made.moved.get("chapters", ()), gone, kept)
    if made.moved["user_id"] and kept.user_id == made.moved["user_id"]:
        kept.user_id = None
        db.session.flush()
        gone.user_id = made.moved["user_id"]
    if made.moved["email"] and kept.email == made.moved["email"]:
        kept.email, gone.email = None, made.moved["email"]
    made.undone_at = now
    db.session.flush()
    record(by, "speaker.unmerged", made, at=now)


def standing_merge(speaker: Speaker) -> SpeakerMerge | None:
    """The merge by which this speaker became another one."""
    return db.session.scalar(
        select(SpeakerMerge).where(SpeakerMerge.gone_id == speaker.id, SpeakerMerge.undone_at.is_(None))
    )


def _move(model: Any, key: Any, gone: Speaker, kept: Speaker) -> list[list[Any]]:
    """Let ``kept`` speak wherever ``gone`` did; gives [id, position, whether kept spoke there already]."""
    there = set(db.session.scalars(select(key).where(model.speaker_id == kept.id)))
    rows = db.session.execute(
        select(key, model.position).where(model.speaker_id == gone.id).order_by(key)
    ).all()
    for of, position in rows:
        db.session.delete(db.session.get_one(model, (of, gone.id)))
        if of not in there:
            db.session.add(model(**{key.key: of, "speaker_id": kept.id, "position": position}))
    db.session.flush()
    return [[of, position, of in there] for of, position in rows]


def _move_chapters(gone: Speaker, kept: Speaker) -> list[list[int]]:
    """Let ``kept`` present the chapters of books that ``gone`` would; gives [id] of each."""
    ids = db.session.scalars(
        select(Chapter.id).where(Chapter.speaker_id == gone.id).order_by(Chapter.id)
    ).all()
    db.session.execute(update(Chapter).where(Chapter.id.in_(ids)).values(speaker_id=kept.id))
    return [[of] for of in ids]


def _give_chapters_back(moved: Iterable[list[int]], gone: Speaker, kept: Speaker) -> None:
    still = (Chapter.id.in_([of for (of,) in moved]), Chapter.speaker_id == kept.id)
    db.session.execute(update(Chapter).where(*still).values(speaker_id=gone.id))


def _give_back(model: Any, moved: Iterable[list[Any]], gone: Speaker, kept: Speaker) -> None:
    key = "talk_id" if model is TalkSpeaker else "pitch_id"
    for of, position, was_there in moved:
        theirs = db.session.get(model, (of, kept.id))
        if theirs is None:  # The talk or the pitch is gone, or somebody else gives it by now.
            continue
        db.session.add(model(**{key: of, "speaker_id": gone.id, "position": position}))
        if not was_there:
            db.session.delete(theirs)
    db.session.flush()
