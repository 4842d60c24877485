"""Deleting an account: the archive and released rounds stay whole, and nothing else about the person does.

Who took part in a round stays countable: their membership remains, of an account that is an empty shell.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, PitchState, Role, TalkState, may_become
from readinggroup.groups.joining import lock_group
from readinggroup.groups.queries import led_alone_by
from readinggroup.mine.everything import pointing_to
from readinggroup.models import (
    Ballot,
    Comment,
    CommentVersion,
    Feedback,
    FormerAddress,
    Group,
    Invitation,
    MailOff,
    Material,
    Membership,
    Notice,
    Participation,
    Pitch,
    PitchChange,
    PitchDayAway,
    PitchLink,
    PitchSpeaker,
    Reading,
    RecapDraft,
    Record,
    RoundPitch,
    Speaker,
    SpeakerDayAway,
    SpeakerMerge,
    SpeakingLink,
    Standing,
    Swap,
    Talk,
    TalkSpeaker,
    TextVersion,
    Upload,
    User,
)
from readinggroup.pitches.actions import withdraw_pitch
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.places import Thing
from readinggroup.text.slugs import unique_slug

NOBODY = "A former member"
GONE = "_This was taken away with the account of who said it._"
COMING = (TalkState.PLANNED, TalkState.CONFIRMED)
STANDING = (*COMING, TalkState.GIVEN)
UNSYNCED = {"synchronize_session": False}


class LeadsAlone(Exception):
    """Groups would be left without a co-lead."""

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__(", ".join(group.slug for group in groups))
        self.groups = groups


def delete_account(user: User, *, keep_name: bool, now: datetime, by: Actor) -> None:
    """Let the account and everything about its person be gone; raises LeadsAlone, and then nothing is changed.

    ``keep_name``: whether talks that were given stay under the person's name, else they are a former member's.
    Their votes in open rounds are withdrawn; coming talks that they give alone come off the programme.
    """
    groups = _lock_groups(user)
    if led := led_alone_by(user):
        raise LeadsAlone(led)
    _leave_the_programme(user, groups, now=now, by=by)
    _take_back_pitches(user, now=now, by=by)
    _unname_speakers(user, keep_name=keep_name)
    _take_words_away(user)
    _scrub_traces(user)
    _end_memberships(user)
    _follow_the_rules_of_keys(user)
    record(THE_SITE, "user.deleted", user, at=now)
    _empty(user, now=now)


def _lock_groups(user: User) -> Sequence[Group]:
    groups = db.session.scalars(
        select(Group)
        .where(
            or_(
                Group.id.in_(select(Membership.group_id).where(Membership.user_id == user.id)),
                Group.id.in_(select(Speaker.group_id).where(Speaker.user_id == user.id)),
            )
        )
        .order_by(Group.id)
    ).all()
    for group in groups:
        lock_group(group)
    return groups


def _leave_the_programme(user: User, groups: Iterable[Group], *, now: datetime, by: Actor) -> None:
    """Take off what is to come and what nobody else gives; co-leads are told."""
    alone = Talk.id.in_(_alone(TalkSpeaker.talk_id, Speaker.user_id == user.id))
    for group in groups:
        coming = select(Talk.id).where(Talk.group_id == group.id, Talk.state.in_(COMING), alone)
        if found := db.session.scalars(coming.order_by(Talk.id)).all():
            lock_programme(group)
            off = {Thing.talk(talk_id): None for talk_id in found}
            change_programme(group, off, note="The speaker has left.", now=now, by=by)
    db.session.execute(update(Talk).where(alone).values(declined_because=""))
    told = select(Talk.id).where(alone)
    db.session.execute(delete(Feedback).where(Feedback.talk_id.in_(told)))  # It was for them alone.
    passed = select(Talk.id).where(alone, Talk.state.not_in(STANDING))
    db.session.execute(delete(Reading).where(Reading.talk_id.in_(passed)))
    db.session.execute(delete(Material).where(Material.talk_id.in_(passed)))
    db.session.execute(delete(Upload).where(Upload.talk_id.in_(passed)))  # Their files are swept.
    db.session.execute(delete(TextVersion).where(TextVersion.talk_id.in_(passed)))
    db.session.execute(update(Talk).where(Talk.id.in_(passed)).values(abstract="", note=""))


def _take_back_pitches(user: User, *, now: datetime, by: Actor) -> None:
    """Withdraw the pitches that nobody else would give, and delete those that no round and no talk needs."""
    alone = Pitch.id.in_(_alone(PitchSpeaker.pitch_id, _named_like(user)))
    theirs = or_(Pitch.state == PitchState.DRAFT, alone)
    mine = db.session.scalars(select(Pitch).where(Pitch.author_id == user.id, theirs)).all()
    for pitch in mine:
        if pitch.state is not PitchState.DRAFT and may_become(pitch.state, PitchState.WITHDRAWN):
            withdraw_pitch(pitch, now=now, by=by)
    ids = [pitch.id for pitch in mine]
    needed = or_(
        exists().where(RoundPitch.pitch_id == Pitch.id),
        exists().where(Standing.pitch_id == Pitch.id),
        exists().where(Talk.pitch_id == Pitch.id, Talk.state.in_(STANDING)),
    )
    db.session.execute(delete(Pitch).where(Pitch.id.in_(ids), ~needed).execution_options(**UNSYNCED))
    # What was voted on or given keeps its title, so that results and the archive can be read.
    db.session.execute(
        update(Pitch)
        .where(Pitch.id.in_(ids))
        .values(abstract="", typed=None, not_before=None, not_after=None)
    )
    changes = or_(PitchChange.pitch_id.in_(ids), PitchChange.by_id == user.id)
    db.session.execute(delete(PitchChange).where(changes))
    db.session.execute(update(Pitch).where(Pitch.author_id == user.id).values(note=""))
    db.session.execute(delete(PitchLink).where(PitchLink.pitch_id.in_(ids)))
    db.session.execute(delete(PitchDayAway).where(PitchDayAway.pitch_id.in_(ids)))


def _alone(of: InstrumentedAttribute[int], theirs: ColumnElement[bool]) -> Select[int]:
    """The talks or pitches (``of`` is their column in the table of who speaks) that only ``theirs`` speakers give."""
    speaker_id, own = of.class_.speaker_id, select(Speaker.id).where(theirs)
    return select(of).where(speaker_id.in_(own), of.not_in(select(of).where(speaker_id.not_in(own))))


def _named_like(user: User) -> ColumnElement[bool]:
    """The person's speakers, and those whom they named after themselves in a pitch without being linked to them."""
    return or_(Speaker.user_id == user.id, and_(Speaker.user_id.is_(None), Speaker.name == user.name))


def _unname_speakers(user: User, *, keep_name: bool) -> None:
    """Let talks that were given stay under the name, or under nobody's; speakers of nothing else go."""
    speaks = exists().where(TalkSpeaker.speaker_id == Speaker.id)
    merged = select(SpeakerMerge.gone_id).join(SpeakerMerge.kept).where(Speaker.user_id == user.id)
    theirs = or_(Speaker.user_id == user.id, Speaker.id.in_(merged), and_(_named_like(user), ~speaks))
    speakers = db.session.scalars(select(Speaker).where(theirs).order_by(Speaker.id)).all()
    ids = [speaker.id for speaker in speakers]
    db.session.execute(
        delete(SpeakerMerge).where(or_(SpeakerMerge.kept_id.in_(ids), SpeakerMerge.gone_id.in_(ids)))
    )
    for rows in (SpeakingLink, SpeakerDayAway):
        db.session.execute(delete(rows).where(rows.speaker_id.in_(ids)))
    db.session.execute(
        update(Speaker).where(or_(Speaker.id.in_(ids), Speaker.email == user.email)).values(email=None)
    )
    for speaker in speakers:
        speaker.user_id = None
        if not (keep_name and _has_given(speaker)):
            others = select(Speaker.slug).where(Speaker.group_id == speaker.group_id)
            speaker.slug = unique_slug(NOBODY, set(db.session.scalars(others)))
            speaker.name = NOBODY
        db.session.flush()
        pitches = exists().where(PitchSpeaker.speaker_id == Speaker.id)
        db.session.execute(delete(Speaker).where(Speaker.id == speaker.id, ~speaks, ~pitches))
    # Last, since a trigger keeps the address of whoever gets another name.
    former = and_(FormerAddress.kind == "speaker", FormerAddress.thing_id.in_(ids))
    db.session.execute(delete(FormerAddress).where(former))


def _has_given(speaker: Speaker) -> bool:
    given = select(TalkSpeaker.talk_id).join(Talk, Talk.id == TalkSpeaker.talk_id)
    given = given.where(TalkSpeaker.speaker_id == speaker.id, Talk.state == TalkState.GIVEN)
    return db.session.scalar(given.limit(1)) is not None


def _take_words_away(user: User) -> None:
    """What the person wrote to others; answers to it stay, and so does its place."""
    said = select(Comment.id).where(Comment.author_id == user.id)
    db.session.execute(delete(CommentVersion).where(CommentVersion.comment_id.in_(said)))
    db.session.execute(update(Comment).where(Comment.author_id == user.id).values(words=GONE))
    for wording in (TextVersion, RecapDraft):  # What the archive says now is in the archive.
        db.session.execute(delete(wording).where(wording.by_id == user.id))
    decided = PitchChange.decided_by_id == user.id
    db.session.execute(update(PitchChange).where(decided).values(because=""))
    db.session.execute(update(Swap).where(Swap.proposed_by_id == user.id).values(note=""))
    db.session.execute(update(Invitation).where(Invitation.email == user.email).values(email=None, name=""))


def _scrub_traces(user: User) -> None:
    """Mails to the person go, and those that quote their application.  Other mails and the audit trail
    no longer name them."""
    places = db.session.scalars(select(Membership.id).where(Membership.user_id == user.id)).all()
    subjects = [f"user:{user.id}:", *(f"membership:{place}:" for place in places)]
    of_them = or_(Notice.recipient == user.email, *(Notice.subject.startswith(start) for start in subjects))
    db.session.execute(delete(Notice).where(of_them))
    db.session.execute(delete(MailOff).where(MailOff.address == user.email))
    about = or_(
        and_(Record.thing == "user", Record.thing_id == str(user.id)),
        and_(Record.thing == "membership", Record.thing_id.in_([str(place) for place in places])),
        and_(Record.thing == "pitch", Record.by_id == user.id),
    )
    db.session.execute(update(Record).where(about).values(before={}, after={}))
    unname = _unnaming(user)
    for notice in _naming(user, Notice, "words"):
        notice.words = unname(notice.words)
    for line in _naming(user, Record, "before", "after"):
        line.before, line.after = unname(line.before), unname(line.after)
    db.session.flush()


def _naming(user: User, model: Any, *columns: str) -> Sequence[Any]:
    """The rows whose JSON may name the person."""
    signs = {json.dumps(sign)[1:-1] for sign in (user.email, user.name)} | {user.email, user.name}
    texts = [cast(getattr(model, column), String) for column in columns]
    naming = [text.contains(sign, autoescape=True) for text in texts for sign in signs]
    return db.session.scalars(select(model).where(or_(*naming))).all()


def _unnaming(user: User) -> Callable[[Any], Any]:
    """A function that gives a plain value without the person's name and address."""
    signs = re.compile("|".join(rf"(?<!\w){re.escape(sign)}(?!\w)" for sign in (user.email, user.name)))

    def unname(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: unname(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [unname(inner) for inner in value]
        return signs.sub(NOBODY, value) if isinstance(value, str) else value

    return unname


def _end_memberships(user: User) -> None:
    """Withdraw ballots in open rounds.  A membership that took part in a round stays, and says nothing else."""
    mine = Membership.user_id == user.id
    places = select(Membership.id).where(mine)
    db.session.execute(delete(Ballot).where(Ballot.membership_id.in_(places)))
    took_part = exists().where(Participation.membership_id == Membership.id)
    db.session.execute(delete(Membership).where(mine, ~took_part))
    db.session.execute(
        update(Membership)
        .where(mine)
        .values(role=Role.MEMBER, state=MembershipState.LEFT, level=0, why="", answers=[], decided_at=None)
    )


def _follow_the_rules_of_keys(user: User) -> None:
    """Do to every row that points to the account what its foreign key says for the case that the account goes."""
    for column in pointing_to("user"):
        if column.table.name == Membership.__tablename__:
            continue
        theirs = column == user.id
        if next(iter(column.foreign_keys)).ondelete == "CASCADE":
            db.session.execute(delete(column.table).where(theirs))
        else:
            db.session.execute(update(column.table).where(theirs).values({column: None}))


def _empty(user: User, *, now: datetime) -> None:
    """Leave a shell where a membership counts, else nothing."""
    if db.session.scalar(select(Membership.id).where(Membership.user_id == user.id).limit(1)) is None:
        db.session.delete(user)
        db.session.flush()
        return
    user.email, user.name = f"deleted-{user.id}@invalid", NOBODY
    user.password = user.zone = user.totp_secret = user.totp_counter = user.confirmed_at = None
    user.links, user.active, user.is_site_admin = [], False, False
    user.fs_uniquifier, user.created_at, user.deleted_at = secrets.token_hex(16), now, now
    db.session.flush()
