"""Looking after sessions: extra ones, other times, cancelling, and what happened at them."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_co_lead
from readinggroup.db import begin_writing, commit
from readinggroup.models import Meeting
from readinggroup.scheduling import actions, part_actions, queries
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.forms import MaterialForm
from readinggroup.scheduling.queries import meeting_in, meeting_with_id
from readinggroup.scheduling.refusals import (
    DateTaken,
    InThePast,
    PlaceTaken,
    SessionOver,
)
from readinggroup.scheduling.sent_materials import add_sent
from readinggroup.scheduling.session_forms import (
    CancelForm,
    NewSessionForm,
    PlacesForm,
    TimeForm,
    new_session_form,
    places_form,
    time_form,
)
from readinggroup.scheduling.telling import told_meeting
from readinggroup.uploads.receiving import takes_files
from readinggroup.web.forms import id_in

DATE_TAKEN = "The group has a session on that date at that time already."
PAST = "That time is over. Give one that is to come."
OVER = "That can't be done with this session any more; this is how it stands now."


@bp.before_request
def refuse_another_session() -> ResponseReturnValue | None:
    """A form says which session it was made for: the number in its address may be another one's by now."""
    meant, number = id_in(request.form.get("session_id")), (request.view_args or {}).get("number")
    if request.method != "POST" or not meant or number is None:
        return None
    found = meeting_in(g.group, number)
    if found is not None and found.id == meant:
        return None
    flash("The sessions have other numbers by now, so nothing was changed. This is how they stand.", "error")
    return redirect(url_for("scheduling.plan"), 303)


@bp.get("/<group_slug>/s/<int:meeting_id>")
@access(anyone, meeting=meeting_with_id)
def lasting_address(meeting: Meeting) -> ResponseReturnValue:
    """A session's address for mails and calendars: its number may change until it is held, its id never does."""
    return redirect(url_for("archive.session", number=meeting.number), 302)


@bp.route("/<group_slug>/sessions/new", methods=["GET", "POST"])
@access(is_co_lead)
def new_session() -> ResponseReturnValue:
    form = new_session_form(g.group)
    if form.validate_on_submit() and (made := _add(form)):
        commit()
        flash(f"Session {made.number} added.")
        return redirect(url_for(".plan"), 303)
    return render_template("scheduling/new_session.html", form=form), 422 if form.errors else 200


@bp.get("/<group_slug>/sessions/<int:number>/change")
@access(is_co_lead, meeting=meeting_in)
def change_session(meeting: Meeting) -> ResponseReturnValue:
    return _change_page(meeting)


@bp.post("/<group_slug>/sessions/<int:number>/move")
@access(is_co_lead, meeting=meeting_in)
def move_session(meeting: Meeting) -> ResponseReturnValue:
    form = time_form(meeting)
    if not form.validate():
        return _change_page(meeting, moving=form), 422
    try:
        actions.move_meeting(g.group, meeting, **form.time(), now=clock.now(), by=actor())
    except SessionOver:
        flash(OVER, "error")
        return _to_change(meeting)
    except (InThePast, DateTaken) as refused:
        form.on.errors = [DATE_TAKEN if isinstance(refused, DateTaken) else PAST]
        return _change_page(meeting, moving=form), 422
    commit()
    flash("Moved. The speakers and co-leads are told.")
    return redirect(url_for(".plan"), 303)


@bp.post("/<group_slug>/sessions/<int:number>/places")
@access(is_co_lead, meeting=meeting_in)
def change_places(meeting: Meeting) -> ResponseReturnValue:
    form = places_form(meeting)
    if not form.validate():
        return _change_page(meeting, placing=form), 422
    try:
        actions.change_places(g.group, meeting, form.wanted(), now=clock.now(), by=actor())
    except SessionOver:
        flash(OVER, "error")
        return _to_change(meeting)
    except PlaceTaken:
        form.places.errors = ["A talk has or had that place, so it stays. Move the talk first."]
        return _change_page(meeting, placing=form), 422
    commit()
    flash("The places are changed.")
    return _to_change(meeting)


@bp.post("/<group_slug>/sessions/<int:number>/cancel")
@access(is_co_lead, meeting=meeting_in)
def cancel_session(meeting: Meeting) -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate():
        return _change_page(meeting, cancelling=form), 422
    try:
        actions.cancel_meeting(g.group, meeting, **form.change(), now=clock.now(), by=actor())
    except SessionOver:
        flash(OVER, "error")
        return _to_change(meeting)
    commit()
    flash("Cancelled. It stays on the schedule as cancelled; you can take that back here.")
    return _to_change(meeting)


@bp.post("/<group_slug>/sessions/<int:number>/reinstate")
@access(is_co_lead, meeting=meeting_in)
def reinstate_session(meeting: Meeting) -> ResponseReturnValue:
    try:
        actions.reinstate_meeting(g.group, meeting, now=clock.now(), by=actor())
    except SessionOver:
        flash(OVER, "error")
        return _to_change(meeting)
    commit()
    flash("The session takes place as it stood.")
    return _to_change(meeting)


@bp.post("/<group_slug>/sessions/<int:number>/lock")
@access(is_co_lead, meeting=meeting_in)
def lock_session(meeting: Meeting) -> ResponseReturnValue:
    locked = bool(request.form.get("locked"))
    try:
        actions.lock_meeting(g.group, meeting, locked=locked, now=clock.now(), by=actor())
    except SessionOver:
        flash(OVER, "error")
    else:
        commit()
        told = "Proposals leave it alone now." if locked else "Proposals may fill it again."
        flash(f"Session {meeting.number}: {told}")
    return redirect(url_for(".plan"), 303)


@bp.get("/<group_slug>/sessions/<int:number>/edit")
@access(is_co_lead, meeting=meeting_in)
def edit_session(meeting: Meeting) -> ResponseReturnValue:
    return _edit_page(meeting, MaterialForm(formdata=None, prefix="material-"))


@bp.post("/<group_slug>/sessions/<int:number>/materials")
@access(is_co_lead, begins=False, meeting=meeting_in)
@takes_files
def add_session_material(meeting: Meeting) -> ResponseReturnValue:
    form, number = MaterialForm(prefix="material-"), meeting.number
    if form.validate():
        begin_writing()
        meeting = meeting_in(g.group, number) or abort(404)
        if add_sent(meeting, form, by=actor()):
            commit()
            flash("Added.")
            return _to_edit(meeting)
    return _edit_page(meeting, form), 422


@bp.post("/<group_slug>/sessions/<int:number>/materials/<int:material_id>/remove")
@access(is_co_lead, meeting=meeting_in)
def remove_session_material(meeting: Meeting, material_id: int) -> ResponseReturnValue:
    material = queries.material_of(meeting, material_id)
    if material is None:
        abort(404)
    part_actions.remove_material(meeting, material, now=clock.now(), by=actor())
    commit()
    flash("Removed.")
    return _to_edit(meeting)


def _add(form: NewSessionForm) -> Meeting | None:
    """The session of ``form``; None where it can't be, which the form then says."""
    try:
        return actions.add_meeting(g.group, **form.time(), now=clock.now(), by=actor())
    except (InThePast, DateTaken) as refused:
        form.on.errors = [DATE_TAKEN if isinstance(refused, DateTaken) else PAST]
        return None


def _change_page(
    meeting: Meeting,
    *,
    moving: TimeForm | None = None,
    cancelling: CancelForm | None = None,
    placing: PlacesForm | None = None,
) -> str:
    told = queries.meeting_view_in(g.group, meeting.number, with_unpublished=True)
    if told is None:
        abort(404)
    return render_template(
        "scheduling/change_session.html",
        meeting=told_meeting(g.group, told, now=clock.now()),
        moving=moving or time_form(meeting),
        cancelling=cancelling or CancelForm(formdata=None),
        placing=placing or places_form(meeting),
    )


def _edit_page(meeting: Meeting, material: MaterialForm) -> str:
    told = queries.meeting_view_in(g.group, meeting.number, with_unpublished=True)
    if told is None:
        abort(404)
    return render_template("scheduling/edit_session.html", meeting=told, material=material)


def _to_change(meeting: Meeting) -> Response:
    return redirect(url_for(".change_session", number=meeting.number), 303)


def _to_edit(meeting: Meeting) -> Response:
    return redirect(url_for(".edit_session", number=meeting.number), 303)
