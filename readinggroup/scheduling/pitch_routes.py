"""Where a pitch that is on the programme is withdrawn."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_tend_pitch
from readinggroup.db import commit
from readinggroup.models import Pitch
from readinggroup.pitches.queries import pitch_in
from readinggroup.pitches.writing import PitchSettled
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.pitch_actions import withdraw_scheduled_pitch
from readinggroup.scheduling.refusals import TalkOver


@bp.post("/<group_slug>/pitches/<int:pitch_id>/leave-programme")
@access(may_tend_pitch, pitch=pitch_in)
def withdraw_pitch(pitch: Pitch) -> ResponseReturnValue:
    back = url_for("pitches.show", pitch_id=pitch.id)
    try:
        withdraw_scheduled_pitch(g.group, pitch, now=clock.now(), by=actor())
    except (TalkOver, PitchSettled):
        flash("It isn't on the programme any more. Look at where it stands now.", "error")
    else:
        commit()
        flash("The talk is off the programme, and the pitch is withdrawn. The co-leads are told.", "success")
    return redirect(back, 303)
