"""One button says that a session happened; behind it is what differed, who was there, and the way back."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.groups.queries import members_of
from readinggroup.holding.blueprint import bp
from readinggroup.holding.held_forms import AttendanceForm, HeldForm, held_form
from readinggroup.holding.hold_actions import hold_session, note_attendance, unhold_session
from readinggroup.holding.hold_queries import holder_of, holding_of, later_places, present_at
from readinggroup.holding.refusals import CannotUndo
from readinggroup.models import Holding, Meeting
from readinggroup.scheduling.queries import meeting_in, meeting_view_in
from readinggroup.scheduling.refusals import NotBegun, PlaceTaken, SessionOver
from readinggroup.scheduling.telling import told_meeting
from readinggroup.web.forms import id_in
from readinggroup.web.when import moment

HELD = "/<group_slug>/sessions/<int:number>/held"
NOT_BEGUN = "The session hasn't begun yet. Come back when it has happened."
OVER = "The session is cancelled, or somebody has said already that it happened."
TAKEN = "A place that a talk should move to isn't free any more, or two talks should move to the same."
RENUMBERED = "The sessions have other numbers by now, so nothing was changed."


@bp.get(HELD)
@access(is_co_lead, meeting=meeting_in)
def hold(meeting: Meeting) -> ResponseReturnValue:
    if meeting.state is not MeetingState.HELD:
        return _ask(meeting)
    holding = holding_of(meeting)
    if holding is None:  # It came from an import.
        return redirect(url_for("scheduling.edit_session", number=meeting.number), 303)
    form = AttendanceForm(
        data={"present": [str(user_id) for user_id in present_at(meeting)], "guests": holding.guests}
    )
    return _told(meeting, holding, form)


@bp.post(HELD)
@access(is_co_lead, meeting=meeting_in)
def say_held(meeting: Meeting) -> ResponseReturnValue:
    if id_in(request.form.get("session_id")) not in {0, meeting.id}:
        flash(RENUMBERED, "error")
        return redirect(url_for("scheduling.plan"), 303)
    form = _form(meeting)
    if not form.validate():
        return _ask(meeting, form), 422
    try:
        holding = hold_session(g.group, meeting, **form.change(), now=clock.now(), by=actor())
    except (NotBegun, SessionOver, PlaceTaken) as refused:
        words = NOT_BEGUN if isinstance(refused, NotBegun) else OVER
        return _ask(meeting, form, refusal=TAKEN if isinstance(refused, PlaceTaken) else words), 422
    if g.group.keeps_attendance:
        note_attendance(g.group, holding, **form.attendance(), now=clock.now(), by=actor())
    commit()
    flash(f"Session {meeting.number} is in the archive. What still belongs to it is here.")
    return redirect(url_for("tending.close_session", number=meeting.number), 303)


@bp.post(f"{HELD}/undo")
@access(is_co_lead, meeting=meeting_in)
def unhold(meeting: Meeting) -> ResponseReturnValue:
    try:
        unhold_session(g.group, meeting, now=clock.now(), by=actor())
    except CannotUndo as refused:
        flash(f"That can’t be taken back any more: {refused}.", "error")
        return redirect(url_for(".hold", number=meeting.number), 303)
    commit()
    flash("Taken back: the session stands as it was planned. What was written about it is still there.")
    return redirect(url_for(".hold", number=meeting.number), 303)


@bp.post("/<group_slug>/sessions/<int:number>/attendance")
@access(is_co_lead, meeting=meeting_in)
def attendance(meeting: Meeting) -> ResponseReturnValue:
    holding, form = holding_of(meeting), AttendanceForm()
    if holding is None or not g.group.keeps_attendance:
        abort(404)
    if not form.validate():
        return _told(meeting, holding, form), 422
    note_attendance(g.group, holding, **form.attendance(), now=clock.now(), by=actor())
    commit()
    flash("Noted.", "success")
    return redirect(url_for(".hold", number=meeting.number), 303)


def _form(meeting: Meeting) -> HeldForm:
    told = meeting_view_in(g.group, meeting.number, with_unpublished=True)
    return held_form(told.talks if told else (), later_places(g.group, meeting))


def _ask(meeting: Meeting, form: HeldForm | None = None, *, refusal: str = "") -> str:
    told = meeting_view_in(g.group, meeting.number, with_unpublished=True)
    if told is None:
        abort(404)
    form = form or _form(meeting)
    form.offer(members_of(g.group))
    shown = told_meeting(g.group, told, now=clock.now())
    return render_template("holding/held.html", form=form, meeting=shown, refusal=refusal)


def _told(meeting: Meeting, holding: Holding, form: AttendanceForm) -> str:
    form.offer(members_of(g.group))
    return render_template(
        "holding/happened.html",
        meeting=meeting,
        said=moment(holding.held_at, meeting.zone),
        said_by=holder_of(holding),
        form=form,
    )
