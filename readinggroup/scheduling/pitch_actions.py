"""Withdrawing a pitch whose talk is on the programme: both come off in one step."""

from datetime import datetime

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState
from readinggroup.models import Group, Pitch, Talk
from readinggroup.pitches.actions import withdraw_pitch
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.places import Thing
from readinggroup.scheduling.refusals import TalkOver

BECAUSE = "The pitch was withdrawn."


def withdraw_scheduled_pitch(group: Group, pitch: Pitch, *, now: datetime, by: Actor) -> None:
    """Take the pitch's talk off the programme, with everybody told as usual, and withdraw the pitch.

    Raises TalkOver where it stands on no programme any more, and PitchSettled once it was given or withdrawn.
    """
    lock_programme(group)
    standing = Talk.pitch_id == pitch.id, Talk.state.in_((TalkState.PLANNED, TalkState.CONFIRMED))
    talk_id = db.session.scalar(select(Talk.id).where(*standing))
    if talk_id is None:
        raise TalkOver(pitch.state)
    change_programme(group, {Thing.talk(talk_id): None}, because=BECAUSE, now=now, by=by)
    withdraw_pitch(pitch, now=now, by=by)
