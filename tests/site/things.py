"""One of each thing that an address can name, in ml-theory, for the matrix of doors and roles."""

from datetime import date
from typing import Any

from readinggroup.discussion.actions import say
from readinggroup.discussion.queries import matter_of_pitch
from readinggroup.domain.lifecycle import MeetingState, MembershipState, RoundState
from readinggroup.groups.queries import membership_of
from readinggroup.models import User
from tests import build
from tests.archive import build as archive
from tests.pitches.build import actor_of, pitch, round_with

Things = dict[str, Any]


def made(cast: dict[str, int]) -> Things:
    """What stands in an address for each of its parts.  Where one name means two things, the endpoint is before it."""
    ours = archive.group_of()
    session = archive.session(ours, 7, date(2022, 12, 3), state=MeetingState.ANNOUNCED)
    talk = archive.talk(session, "Planned", "Mo")
    speaker = archive.speaker(ours, "Mo")
    speaker.user_id = cast["Mo"]
    series = archive.series(ours, "A book")
    pitch_id = pitch(cast["Mo"])
    about = matter_of_pitch(ours, pitch_id)
    assert about is not None
    comment = say(ours, about, "Said by Mo.", now=build.NOW, by=actor_of(cast["Mo"]))
    build.saved()
    return {
        "number": session.number,
        "position": 2,
        "talk_id": talk.id,
        "reading_id": 1,
        "material_id": 1,
        "pitch_id": pitch_id,
        "round_id": round_with(pitch_id, RoundState.RELEASED).id,
        "comment_id": comment.id,
        "thread_id": comment.thread_id,
        "membership_id": membership_of(ours, cast["Nia"]).id,
        "archive.speaker slug": speaker.slug,
        "archive.series slug": series.slug,
        "section": "about",
        "filename": "favicon.svg",
        "token": "forged",
    }


def former_member() -> User:
    """Lou, who belonged to ml-theory and was removed."""
    lou = build.user("Lou")
    build.member(archive.group_of(), lou).state = MembershipState.REMOVED
    return lou
