"""The run sheet of a session: one clock for all, moved on by co-leads, or by a chair without account behind a link."""

from collections.abc import Callable

from flask import (
    abort,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import holds_chair_link, is_co_lead, may_join
from readinggroup.db import commit
from readinggroup.holding import question_actions
from readinggroup.holding.blueprint import bp
from readinggroup.holding.queries import SessionDay, day_in, day_of_question
from readinggroup.holding.refusals import NothingToStep, SteppedAlready
from readinggroup.holding.run_actions import end_chair_link, make_chair_link, step_back, step_on
from readinggroup.holding.run_queries import Chairing, chairing_by_token, running_link_of, steps_of
from readinggroup.holding.run_telling import ToldSheet, told_sheet
from readinggroup.holding.telling import QuestionBox, told_boxes
from readinggroup.scheduling.queries import meeting_view_in
from readinggroup.scheduling.views import MeetingView
from readinggroup.web.forms import id_in
from readinggroup.web.headers import SECRET_ADDRESS
from readinggroup.web.when import moment

FRESH = "chair_link"
SHEET = "/<group_slug>/sessions/<int:number>/run-sheet"
CHAIR = "/<group_slug>/chair/<chair_token>"
QUICKER = "Somebody else was quicker; this is how the session stands."
NOT_NOW = "There is nothing to begin or to take back now."


@bp.get(SHEET)
@access(may_join, day=day_in)
def run_sheet(day: SessionDay) -> ResponseReturnValue:
    meeting = _meeting(day)
    is_co_lead_here = actor().is_co_lead
    path = session.pop(FRESH, None) if is_co_lead_here and FRESH in session else None
    page = render_template(
        "holding/run_sheet.html",
        meeting=meeting,
        sheet=_sheet(day, meeting),
        steps_to=url_for(".step", number=meeting.number, way="next") if is_co_lead_here else "",
        undoes_to=url_for(".step", number=meeting.number, way="back"),
        asks=url_for(".run_sheet_now", number=meeting.number),
        has_chair=is_co_lead_here and running_link_of(day.meeting) is not None,
        ends=moment(day.hours.chair_until, day.meeting.zone) if day.hours else None,
        fresh=current_app.config["SETTINGS"].site_url + path if isinstance(path, str) else "",
    )
    return _private(make_response(page))


@bp.get(f"{SHEET}.json")
@access(may_join, day=day_in)
def run_sheet_now(day: SessionDay) -> ResponseReturnValue:
    return _now(_sheet(day, _meeting(day)))


@bp.post(f"{SHEET}/<way>")
@access(is_co_lead, day=day_in)
def step(day: SessionDay, way: str) -> ResponseReturnValue:
    _take_step(day, way)
    return redirect(url_for(".run_sheet", number=day.meeting.number), 303)


@bp.post("/<group_slug>/sessions/<int:number>/chair-link")
@access(is_co_lead, day=day_in)
def make_link(day: SessionDay) -> ResponseReturnValue:
    # Shown once; the database has only its digest.
    session[FRESH] = make_chair_link(g.group, day.meeting, now=clock.now(), by=actor())
    commit()
    return redirect(url_for(".run_sheet", number=day.meeting.number, _anchor="chair"), 303)


@bp.post("/<group_slug>/sessions/<int:number>/chair-link/end")
@access(is_co_lead, day=day_in)
def end_link(day: SessionDay) -> ResponseReturnValue:
    end_chair_link(day.meeting, now=clock.now(), by=actor())
    commit()
    flash("The link has ended.", "success")
    return redirect(url_for(".run_sheet", number=day.meeting.number, _anchor="chair"), 303)


@bp.get(CHAIR)
@access(holds_chair_link, chairing=chairing_by_token)
def chair(chairing: Chairing) -> ResponseReturnValue:
    if not chairing.is_running(clock.now()):
        return _private(make_response(render_template("holding/chair_ended.html"), 410))
    day, meeting, token = chairing.day, _meeting(chairing.day), _token()
    boxes = _boxes(meeting)
    page = render_template(
        "holding/chair.html",
        meeting=meeting,
        sheet=_sheet(day, meeting, boxes),
        steps_to=url_for(".chair_step", chair_token=token, way="next"),
        undoes_to=url_for(".chair_step", chair_token=token, way="back"),
        asks=url_for(".chair_now", chair_token=token),
        boxes=boxes,
        takes_questions=question_actions.takes_questions(day, clock.now()),
        token=token,
    )
    return _private(make_response(page))


@bp.get(f"{CHAIR}/now.json")
@access(holds_chair_link, chairing=chairing_by_token)
def chair_now(chairing: Chairing) -> ResponseReturnValue:
    if not chairing.is_running(clock.now()):
        abort(410)
    meeting = _meeting(chairing.day)
    return _now(_sheet(chairing.day, meeting, _boxes(meeting)))


@bp.post(f"{CHAIR}/steps/<way>")
@access(holds_chair_link, chairing=chairing_by_token)
def chair_step(chairing: Chairing, way: str) -> ResponseReturnValue:
    if not chairing.is_running(clock.now()):
        abort(410)
    _take_step(chairing.day, way)
    return _to_chair()


@bp.post(f"{CHAIR}/questions/<int:question_id>/<deed>")
@access(holds_chair_link, chairing=chairing_by_token)
def chair_question(chairing: Chairing, question_id: int, deed: str) -> ResponseReturnValue:
    if not chairing.is_running(clock.now()):
        abort(410)
    day = day_of_question(g.group, question_id)
    if day is None or day.meeting.id != chairing.meeting.id or deed not in {"answered", "hidden"}:
        abort(404)
    is_on = request.form.get("on") == "yes"
    if deed == "answered":
        question_actions.mark_answered(day, answered=is_on, now=clock.now(), by=THE_SITE)
    else:
        question_actions.hide(day, hidden=is_on, now=clock.now(), by=THE_SITE)
    commit()
    return _to_chair()


def _take_step(day: SessionDay, way: str) -> None:
    meeting, seen, to = _meeting(day), id_in(request.form.get("seen")), request.form.get("to", "")
    ways: dict[str, Callable[[], None]] = {
        "next": lambda: step_on(day, meeting, seen=seen, to=to, now=clock.now()),
        "back": lambda: step_back(day, seen=seen, now=clock.now()),
    }
    if way not in ways:
        abort(404)
    try:
        ways[way]()
    except SteppedAlready:
        flash(QUICKER, "error")
    except NothingToStep:
        flash(NOT_NOW, "error")
    else:
        commit()


def _meeting(day: SessionDay) -> MeetingView:
    return meeting_view_in(g.group, day.meeting.number) or abort(404)


def _sheet(day: SessionDay, meeting: MeetingView, boxes: list[QuestionBox] | None = None) -> ToldSheet | None:
    return told_sheet(day, meeting, steps_of(meeting.id), now=clock.now(), boxes=boxes or ())


def _boxes(meeting: MeetingView) -> list[QuestionBox]:
    return told_boxes(meeting.talks, THE_SITE, tends=True)


def _now(sheet: ToldSheet | None) -> Response:
    """What a page asks again and again: the server's time, until when what is now goes, and whether all is as shown."""
    told = {"now": sheet.at, "until": sheet.until, "mark": sheet.mark} if sheet else {}
    return _private(jsonify(told))


def _token() -> str:
    return str((request.view_args or {})["chair_token"])


def _to_chair() -> Response:
    return _private(redirect(url_for(".chair", chair_token=_token()), 303))


def _private(answer: Response) -> Response:
    answer.headers.update(SECRET_ADDRESS)
    return answer
