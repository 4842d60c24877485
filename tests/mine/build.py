"""Zora, of whom there is a row in every table that can know a person; all that she wrote has SIGN in it."""

from datetime import date, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.accounts import codes
from readinggroup.accounts.actions import revise_profile
from readinggroup.db import commit, db, writing
from readinggroup.discussion.actions import edit_comment, report_comment, say
from readinggroup.discussion.queries import Said, matter_of_pitch
from readinggroup.domain.chores import Chore
from readinggroup.domain.lifecycle import ChangeState, MaterialKind, MeetingState, PitchKind, Role, RoundRule
from readinggroup.groups.joining import Wish, apply
from readinggroup.groups.queries import group_by_slug, membership_of
from readinggroup.models import (
    Absence,
    ApiToken,
    Attendance,
    CalendarLink,
    ChairLink,
    ChoreWord,
    DraftStep,
    Feedback,
    Group,
    Guest,
    Holding,
    Invitation,
    MailOff,
    Meeting,
    Membership,
    Passkey,
    Pitch,
    PitchChange,
    Project,
    ProjectMember,
    ProjectUpdate,
    Question,
    QuestionSupport,
    RecapDraft,
    RecoveryCode,
    SpeakerClaim,
    SpeakerDayAway,
    SpeakerMerge,
    SpeakingLink,
    Swap,
    Talk,
    TextVersion,
    Upload,
    UploadKind,
    User,
)
from readinggroup.outbox.queue import owe
from readinggroup.pitches.actions import mark_interest, pitch_talk, save_draft
from readinggroup.pitches.offers import Link, Offer
from readinggroup.text.pictures import Size, file_name
from readinggroup.voting.actions import open_round
from tests import build
from tests.archive import build as archive
from tests.build import NOW
from tests.voting import build as voting

SIGN = "zqx"
NAME, EMAIL = "Zora Zqxfeather", "zora.zqxfeather@example.org"
GIVEN, COMING, VOTED_ON, WITH_NIA = "What was given", "What was to come", "What was voted on", "Together"


def zora(app: Flask) -> int:
    """The id of her account, a member of ml-theory.  Round 1 is released, round 2 is open; she voted in both."""
    with app.app_context(), writing():
        user = build.user(NAME)
        by = Actor(user, build.member(voting.ours(), user))
        pitch_talk(voting.ours(), _offer(VOTED_ON), now=NOW, by=by)
        voting.pitches(["Meta Learning", "Quantum Probability", "Representation Learning"])
        commit()
        user_id, place_id = user.id, by.membership.id
    voters = [place_id, *voting.crowd(app, 5)]
    first = _vote(app, voters, [VOTED_ON, "Meta Learning"])
    voting.closed(app, first, release=True)
    _vote(app, voters, ["Quantum Probability", "Representation Learning"])
    with app.app_context(), writing():
        user = db.session.get_one(User, user_id)
        by = Actor(user, db.session.get_one(Membership, place_id))
        _account(user, by)
        _talks(voting.ours(), user)
        _words(voting.ours(), by)
        _mails(voting.ours(), user)
        commit()
    return user_id


def _offer(title: str) -> Offer:
    link = Link(f"https://example.org/{SIGN}", MaterialKind.PAPER, SIGN)
    return Offer(
        title=title,
        speakers=[NAME],
        abstract=f"{SIGN} abstract",
        links=[link],
        days_away=[date(2022, 12, 24)],
        note=f"{SIGN} note",
    )


def _vote(app: Flask, voters: list[int], titles: list[str]) -> int:
    with app.app_context(), writing():
        ids = db.session.scalars(select(Pitch.id).where(Pitch.title.in_(titles))).all()
        terms: dict[str, Any] = {"rule": RoundRule.POPULAR, "title": "Talks", "quorum": 0, "seats": 1}
        closes = {"closes_on": date(2022, 11, 12), "closes_time": time(18)}
        made = open_round(voting.ours(), list(ids), now=NOW, by=voting.actor_of("Ada"), **terms, **closes)
        commit()
        round_id = made.id
    voting.voted(app, round_id, {voter: titles[: 1 + n % 2] for n, voter in enumerate(voters)})
    return round_id


def _account(user: User, by: Actor) -> None:
    links = [f"https://{SIGN}.example/home"]
    revise_profile(user, name=NAME, zone="Pacific/Chatham", links=links, now=NOW, by=by)
    codes.mail_sign_in_code(EMAIL, now=NOW)
    codes.mail_address_code(user, f"{SIGN}@example.net", now=NOW)
    key = {"credential_id": SIGN.encode(), "public_key": SIGN.encode(), "sign_count": 0, "name": SIGN}
    db.session.execute(insert(Passkey).values(user_id=user.id, created_at=NOW, **key))
    db.session.add(RecoveryCode(user_id=user.id, digest=SIGN))
    db.session.add(ApiToken(user_id=user.id, name=SIGN, token_digest=SIGN, made_at=NOW))
    db.session.add(CalendarLink(user_id=user.id, token_digest=SIGN, made_at=NOW))
    user.totp_secret, user.totp_counter = SIGN, 7


def _talks(group: Group, user: User) -> None:
    held = archive.session(group, 1, date(2022, 10, 8))
    coming = archive.session(group, 2, date(2022, 12, 3), state=MeetingState.ANNOUNCED)
    archive.talk(held, GIVEN, NAME, declined_because=SIGN)
    talk = archive.talk(coming, COMING, NAME, abstract=f"{SIGN} coming")
    other = archive.talk(coming, "Nia's", "Nia", position=2)
    archive.reading(talk, SIGN, "https://example.org/reading")
    archive.material(talk, MaterialKind.SLIDES, SIGN, "https://example.org/slides")
    for wording in ({"talk_id": talk.id}, {"meeting_id": held.id}):
        db.session.add(TextVersion(**wording, number=1, title=SIGN, words=SIGN, by_id=user.id, at=NOW))
    db.session.add(RecapDraft(meeting_id=held.id, title=SIGN, words=SIGN, by_id=user.id, changed_at=NOW))
    file = {
        "group_id": group.id,
        "talk_id": talk.id,
        "by_id": user.id,
        "kind": UploadKind.PICTURE,
        "alt": SIGN,
    }
    seen = {"name": file_name("a" * 26, Size(8, 6)), "width": 8, "height": 6, "bytes": 1, "sha256": "0" * 64}
    db.session.add(Upload(**file, **seen, made_at=NOW))
    _speaker(group, user, talk)
    _session_day(group, user, held, talk)
    own: dict[str, Any] = {"group_id": group.id, "user_id": user.id}
    db.session.add_all(
        [
            ChoreWord(**own, meeting_id=held.id, chore=Chore.RECAP, takes=True, said_at=NOW),
            Feedback(
                talk_id=other.id,
                author_id=user.id,
                good=SIGN,
                better="",
                is_signed=True,
                said_at=NOW,
                opens_at=NOW,
            ),
            Absence(**own, from_on=date(2022, 12, 24), until_on=date(2022, 12, 31)),
        ]
    )
    db.session.add(
        Swap(
            group_id=group.id,
            talk_id=talk.id,
            other_id=other.id,
            proposed_by_id=user.id,
            note=SIGN,
            proposed_at=NOW,
        )
    )


def _session_day(group: Group, user: User, held: Meeting, talk: Talk) -> None:
    asked = {"group_id": group.id, "talk_id": talk.id, "asked_at": NOW}
    own = Question(asked_by_id=user.id, words=f"{SIGN} asked", words_digest=SIGN, **asked)
    nias = Question(asked_by_id=voting.actor_of("Nia").user_id, words="Nia asked", words_digest="n", **asked)
    db.session.add_all([own, nias])
    db.session.flush()
    link = {"group_id": group.id, "meeting_id": held.id, "token_digest": "2", "made_at": NOW}
    db.session.add_all(
        [
            QuestionSupport(question_id=nias.id, user_id=user.id),
            Holding(meeting_id=held.id, held_at=NOW, held_by_id=user.id, before={}),
            Attendance(meeting_id=held.id, user_id=user.id),
            ChairLink(made_by_id=user.id, **link),
        ]
    )


def _speaker(group: Group, user: User, talk: Talk) -> None:
    speaker = archive.speaker(group, NAME)
    speaker.user_id, speaker.email = user.id, EMAIL
    spelled = archive.speaker(group, f"Z. {NAME}")
    db.session.add_all(
        [
            SpeakerMerge(
                group_id=group.id,
                kept_id=speaker.id,
                gone_id=spelled.id,
                moved={"email": EMAIL},
                merged_at=NOW,
            ),
            SpeakerDayAway(speaker_id=speaker.id, on=date(2022, 12, 24)),
            SpeakerClaim(group_id=group.id, speaker_id=speaker.id, user_id=user.id, made_at=NOW),
            SpeakingLink(
                group_id=group.id,
                talk_id=talk.id,
                speaker_id=speaker.id,
                token_digest="1",
                made_at=NOW,
                made_by_id=user.id,
                expires_at=NOW + timedelta(days=7),
            ),
        ]
    )


def _words(group: Group, by: Actor) -> None:
    pitch_talk(group, _offer("On offer"), now=NOW, by=by)
    save_draft(
        group, None, {"title": [SIGN]}, title="A draft", abstract=SIGN, kind=PitchKind.TALK, now=NOW, by=by
    )
    offer = Offer(title=WITH_NIA, speakers=[NAME, "Nia"], abstract="What both wrote.", note=f"{SIGN} note")
    together = pitch_talk(group, offer, now=NOW, by=by)
    about = matter_of_pitch(group, together.id)
    db.session.add(Project(pitch_id=together.id, group_id=group.id, changed_at=NOW))
    db.session.flush()
    db.session.add(ProjectMember(pitch_id=together.id, user_id=by.user_id, joined_at=NOW))
    db.session.add(ProjectUpdate(pitch_id=together.id, by_id=by.user_id, words=SIGN, made_at=NOW))
    mark_interest(together, wants=True, by=by)
    for change in ({"by_id": by.user_id, "why": SIGN}, {"decided_by_id": by.user_id, "because": SIGN}):
        decided = {"state": ChangeState.DECLINED, "decided_at": NOW, "made_at": NOW, "before": {}, "says": {}}
        db.session.add(PitchChange(pitch_id=together.id, **decided | change))
    comment = say(group, about, f"{SIGN} said", now=NOW, by=by)
    edit_comment(comment, f"{SIGN} said better", now=NOW + timedelta(minutes=5))
    nias = say(group, about, "Said by Nia.", now=NOW, by=voting.actor_of("Nia"))
    report_comment(group, Said(nias, about), because=SIGN, now=NOW, by=by)
    apply(group_by_slug("biology"), by.user, wish=Wish(SIGN, [("Q", SIGN)]), now=NOW, by=by)
    db.session.add(DraftStep(group_id=group.id, number=1, by_id=by.user_id, what="Moved a talk", at=NOW))


def _mails(group: Group, user: User) -> None:
    words = {"name": "Nia", "speakers": [NAME], "text": f"{NAME}’s talk; write to {EMAIL}."}
    owe("talk.moved", "nia@example.org", about="talk:9", group_id=group.id, now=NOW, words=words)
    record(THE_SITE, "meeting.told", group, at=NOW, before={"name": NAME}, after={"names": ["Mo", NAME]})
    later = NOW + timedelta(days=7)
    invitation = Invitation(
        group_id=group.id,
        role=Role.MEMBER,
        token_digest="0",
        email=EMAIL,
        name=NAME,
        made_by_id=user.id,
        made_at=NOW,
        expires_at=later,
    )
    db.session.add_all([invitation, MailOff(user_id=user.id, kind="a"), MailOff(address=EMAIL, kind="b")])
    db.session.flush()
    db.session.add(Guest(invitation_id=invitation.id, user_id=user.id))


def place_in(group_slug: str, user_id: int) -> Membership | None:
    """The membership of the user there."""
    return membership_of(group_by_slug(group_slug), user_id)
