"""One of each thing that an address can name, in ml-theory, for the matrix of doors and roles."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.discussion.actions import say
from readinggroup.discussion.queries import matter_of_pitch
from readinggroup.domain.lifecycle import (
    MaterialKind,
    MeetingState,
    MembershipState,
    PitchKind,
    Role,
    RoundState,
)
from readinggroup.exchange.foreign.formats import open_text
from readinggroup.exchange.intakes import take_in
from readinggroup.groups.inviting import invite
from readinggroup.groups.queries import membership_of
from readinggroup.models import (
    Absence,
    ChairLink,
    Chapter,
    Group,
    Import,
    Invitation,
    JointSession,
    JointState,
    Material,
    Meeting,
    PitchChange,
    Project,
    ProjectUpdate,
    Question,
    RecapDraft,
    SeriesKind,
    SpeakerClaim,
    SpeakerMerge,
    SpeakingLink,
    Swap,
    Talk,
    TextVersion,
    Upload,
    UploadKind,
    User,
)
from readinggroup.pitches.offers import Offer, as_json
from readinggroup.scheduling.asking import digest_of
from readinggroup.text.pictures import FILES, Size, file_name
from tests import build
from tests.archive import build as archive
from tests.build import NOW
from tests.pitches.build import actor_of, pitch, round_with

Things = dict[str, Any]


def made(cast: dict[str, int]) -> Things:
    """What stands in an address for each of its parts.  Where one name means two things, the endpoint is before it."""
    ours = archive.group_of()
    session = archive.session(ours, 7, date(2022, 12, 3), state=MeetingState.ANNOUNCED)
    talk = archive.talk(session, "Planned", "Mo", topics=["Optimisation"])
    speaker = archive.speaker(ours, "Mo")
    speaker.user_id = cast["Mo"]
    other = archive.speaker(ours, "Moe")
    claim = SpeakerClaim(group_id=ours.id, speaker_id=other.id, user_id=cast["Mo"], made_at=build.NOW)
    nothing = {"talks": [], "pitches": [], "chapters": [], "user_id": None, "email": None}
    merge = SpeakerMerge(
        group_id=ours.id, kept_id=speaker.id, gone_id=other.id, moved=nothing, merged_at=build.NOW
    )
    link = SpeakingLink(
        group_id=ours.id, talk_id=talk.id, speaker_id=speaker.id, token_digest=digest_of("the-secret-one"),
        made_at=NOW, expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    absence = Absence(
        group_id=ours.id, user_id=cast["Ada"], from_on=date(2022, 12, 1), until_on=date(2022, 12, 9)
    )
    db.session.add_all([claim, merge, link, absence])
    db.session.flush()
    question = Question(
        group_id=ours.id, talk_id=talk.id, asked_by_id=cast["Mo"], words="Why?", words_digest="1", asked_at=NOW
    )  # fmt: skip
    chair = ChairLink(
        group_id=ours.id, meeting_id=session.id, token_digest=digest_of("the-chairs"), made_at=NOW
    )
    db.session.add_all([question, chair])
    series = archive.series(ours, "A book", kind=SeriesKind.BOOK)
    chapter = Chapter(
        group_id=ours.id, series_id=series.id, number=1, title="Sets", pages="1–9", speaker_id=speaker.id
    )
    db.session.add(chapter)
    db.session.flush()
    pitch_id = pitch(cast["Mo"])
    proposal_id = pitch(cast["Mo"], "Why it works", kind=PitchKind.PROPOSAL)
    db.session.add(Project(pitch_id=proposal_id, group_id=ours.id, call="Two people", changed_at=NOW))
    db.session.flush()
    update = ProjectUpdate(pitch_id=proposal_id, by_id=cast["Mo"], words="It goes well.", made_at=NOW)
    db.session.add(update)
    build.saved()
    about = matter_of_pitch(ours, pitch_id)
    assert about is not None
    comment = say(ours, about, "Said by Mo.", now=build.NOW, by=actor_of(cast["Mo"]))
    invitation_id, intake_id = _invitation_id(ours), _intake_id(ours)
    before = as_json(Offer(title="Before", speakers=()))
    change = PitchChange(pitch_id=pitch_id, by_id=cast["Mo"], before=before, says=before, made_at=build.NOW)
    db.session.add(change)
    picture = _file_name(talk)
    for what in ({"talk_id": talk.id}, {"meeting_id": session.id}):
        for n, words in enumerate(("Before", "Now"), start=1):
            db.session.add(TextVersion(number=n, title=words, words=words, at=NOW, **what))
    db.session.add(RecapDraft(meeting_id=session.id, title="A draft", words="What was said.", changed_at=NOW))
    build.saved()
    return {
        "number": session.number,
        "position": 2,
        "talk_id": talk.id,
        "reading_id": 1,
        "material_id": 1,
        "swap_id": _swap_id(ours, talk, session, cast),
        "pitch_id": pitch_id,
        "round_id": round_with(pitch_id, RoundState.RELEASED).id,
        "question_id": question.id,
        "chair_token": "the-chairs",
        "comment_id": comment.id,
        "change_id": change.id,
        "thread_id": comment.thread_id,
        "invitation_id": invitation_id,
        "list_id": "a-list",
        "intake_id": intake_id,
        "import_id": 1,
        "group_id": ours.id,
        "user_id": cast["Nia"],
        "membership_id": membership_of(ours, cast["Nia"]).id,
        "archive.speaker slug": speaker.slug,
        "feeds.speaker_calendar slug": speaker.slug,
        "speaker_slug": speaker.slug,
        "claim_id": claim.id,
        "speaking_token": "the-secret-one",
        "calendar_token": "a-secret",
        "absence_id": absence.id,
        "link_id": link.id,
        "step": "confirm",
        "merge_id": merge.id,
        "archive.series slug": series.slug,
        "feeds.series_calendar slug": series.slug,
        "series_id": series.id,
        "proposal_id": proposal_id,
        "update_id": update.id,
        "joint_id": _joint_id(ours, hosts_us=True),
        "scheduling.withdraw_joint joint_id": _joint_id(ours, hosts_us=False),
        "chapter_id": chapter.id,
        "archive.topic slug": "optimisation",
        "api.speaker slug": speaker.slug,
        "api.series slug": series.slug,
        "token_id": 1,
        "section": "about",
        "filename": "favicon.svg",
        "token": "forged",
        "uploads.show name": picture,
        "version": 1,
        "link": f"material-{db.session.scalars(select(Material.id)).first()}",
    }


def _joint_id(ours: Group, *, hosts_us: bool) -> int:
    """A session that the neighbour hosts and we take part in, or the other way round."""
    theirs = archive.group_of("biology")
    host, guest = (theirs, ours) if hosts_us else (ours, theirs)
    meeting = archive.session(host, 70, date(2023, 2, 4), state=MeetingState.ANNOUNCED)
    archive.talk(meeting, "Held together", "Rex")
    joint = JointSession(
        group_id=host.id, guest_id=guest.id, meeting_id=meeting.id, state=JointState.ACCEPTED,
        invited_at=NOW, answered_at=NOW,
    )  # fmt: skip
    db.session.add(joint)
    build.saved()
    return joint.id


def _swap_id(ours: Group, talk: Talk, session: Meeting, cast: dict[str, int]) -> int:
    """Mo asks Nia to change places."""
    archive.speaker(ours, "Nia").user_id = cast["Nia"]
    other = archive.talk(session, "Planned as well", "Nia", position=2)
    swap = Swap(group_id=ours.id, talk_id=talk.id, other_id=other.id, proposed_at=NOW)
    db.session.add(swap)
    db.session.flush()
    return swap.id


def _file_name(talk: Talk) -> str:
    """A picture that the talk shows."""
    name = file_name("a" * 26, Size(8, 6))
    archive.material(talk, MaterialKind.IMAGE, "The board", FILES + name)
    shown = db.session.scalars(select(Material.id).where(Material.url == FILES + name)).one()
    told = {"alt": "A board with formulas", "bytes": 1, "sha256": "0" * 64, "made_at": NOW}
    owner = {"group_id": talk.group_id, "talk_id": talk.id, "material_id": shown}
    db.session.add(Upload(name=name, kind=UploadKind.PICTURE, width=8, height=6, **owner, **told))
    db.session.flush()
    return name


def former_member() -> User:
    """Lou, who belonged to ml-theory and was removed."""
    lou = build.user("Lou")
    build.member(archive.group_of(), lou).state = MembershipState.REMOVED
    return lou


def _intake_id(ours: Group) -> int:
    """A history that is looked at, and an import of another one."""
    run = Import(group_id=ours.id, source="a.csv", digest="", made_count=0, made_at=NOW)
    db.session.add(run)
    return take_in(ours, open_text("b.csv", "date,title\n2021-03-04,A talk\n"), now=NOW).id


def _invitation_id(ours: Group) -> int:
    invite(ours, role=Role.MEMBER, days=7, list_id="a-list", now=NOW, by=THE_SITE)
    return db.session.scalars(select(Invitation.id)).one()
