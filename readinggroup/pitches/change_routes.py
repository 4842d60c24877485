"""Proposing a change of a pitch that is on a paper or past one, and deciding it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_decide_change, may_propose_change, may_take_back_change
from readinggroup.db import commit
from readinggroup.groups.books import books_of
from readinggroup.models import Pitch, PitchChange
from readinggroup.pitches.blueprint import PITCH, bp
from readinggroup.pitches.change_actions import (
    AlreadyDecided,
    NothingChanged,
    accept_change,
    decline_change,
    propose_change,
    take_back_change,
)
from readinggroup.pitches.forms import WHY_NOT
from readinggroup.pitches.offers import offer_of
from readinggroup.pitches.queries import change_in, pitch_in
from readinggroup.pitches.writing import PitchSettled
from readinggroup.pitches.writing_routes import NOT_SAVED, pitch_form
from readinggroup.web.forms import tidy

CHANGE = "/<group_slug>/pitches/changes/<int:change_id>"
TOO_LATE = "Somebody was faster: that change was decided already."
LONGEST_REASON = 500


@bp.route(f"{PITCH}/propose", methods=["GET", "POST"])
@access(may_propose_change, pitch=pitch_in)
def propose(pitch: Pitch) -> ResponseReturnValue:
    form = pitch_form(offer_of(pitch))
    why = tidy(request.form.get("why"))[:LONGEST_REASON]
    if not form.is_preview and form.validate_on_submit():
        try:
            propose_change(g.group, pitch, form.offer(), why=why, now=clock.now(), by=actor())
        except PitchSettled as refusal:
            form.refuse(f"{WHY_NOT[refusal.state]} {NOT_SAVED}")
        except NothingChanged:
            form.refuse("That is what the pitch says already.")
        else:
            commit()
            flash("The co-leads have your proposal.", "success")
            return redirect(url_for(".show", pitch_id=pitch.id), 303)
    if form.is_submitted():
        commit()
    return render_template(
        "pitches/propose.html", form=form, pitch=pitch, books=books_of(g.group), why=why
    ), 422 if form.errors else 200


@bp.post(f"{CHANGE}/accept")
@access(may_decide_change, change=change_in)
def accept(change: PitchChange) -> ResponseReturnValue:
    try:
        accept_change(g.group, change, now=clock.now(), by=actor())
    except AlreadyDecided:
        flash(TOO_LATE, "error")
    except PitchSettled as refusal:
        flash(WHY_NOT[refusal.state], "error")
    else:
        commit()
        flash("The pitch says it now; what it said before is kept below.", "success")
    return redirect(url_for(".show", pitch_id=change.pitch_id), 303)


@bp.post(f"{CHANGE}/decline")
@access(may_decide_change, change=change_in)
def decline(change: PitchChange) -> ResponseReturnValue:
    because = tidy(request.form.get("because"))[:LONGEST_REASON]
    try:
        decline_change(g.group, change, because=because, now=clock.now(), by=actor())
    except AlreadyDecided:
        flash(TOO_LATE, "error")
    else:
        commit()
        flash("The pitch stays as it is, and its author hears of it.", "success")
    return redirect(url_for(".show", pitch_id=change.pitch_id), 303)


@bp.post(f"{CHANGE}/take-back")
@access(may_take_back_change, change=change_in)
def take_back(change: PitchChange) -> ResponseReturnValue:
    try:
        take_back_change(change, now=clock.now(), by=actor())
    except AlreadyDecided:
        flash(TOO_LATE, "error")
    else:
        commit()
        flash("Your proposal is taken back.", "success")
    return redirect(url_for(".show", pitch_id=change.pitch_id), 303)
