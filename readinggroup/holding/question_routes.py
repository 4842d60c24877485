"""The question box of a session: members ask and support, co-leads mark what was answered and hide what doesn't fit."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    is_co_lead,
    may_ask,
    may_see_questions,
    may_support_question,
    may_withdraw_question,
)
from readinggroup.db import commit
from readinggroup.holding import question_actions as actions
from readinggroup.holding.blueprint import bp
from readinggroup.holding.forms import QuestionForm, question_form
from readinggroup.holding.queries import SessionDay, day_in, day_of_question, day_of_talk
from readinggroup.holding.refusals import QuestionsClosed, TooManyQuestions
from readinggroup.holding.telling import told_boxes, told_until
from readinggroup.scheduling.queries import meeting_view_in

QUESTION = "/<group_slug>/questions/<int:question_id>"
CLOSED = "Questions to this session are closed."
TOO_MANY = f"{actions.MOST_WAITING} questions of yours wait for an answer here already. Withdraw one first."


@bp.get("/<group_slug>/sessions/<int:number>/questions")
@access(may_see_questions, day=day_in)
def questions(day: SessionDay) -> ResponseReturnValue:
    return _page(day)


@bp.post("/<group_slug>/talks/<int:talk_id>/questions")
@access(may_ask, day=day_of_talk)
def ask(day: SessionDay) -> ResponseReturnValue:
    talk_id = day.talk.id if day.talk else 0
    form = question_form(talk_id, sent=True)
    if not form.validate():
        return _page(day, form), 422
    try:
        made = actions.ask(day, **form.change(), now=clock.now(), by=actor())
    except QuestionsClosed:
        flash(CLOSED, "error")
        return _back(day)
    except TooManyQuestions:
        form.words.errors = [TOO_MANY]
        return _page(day, form), 422
    commit()
    flash("Your question is in the box.", "success")
    return _back(day, made.id)


@bp.post(f"{QUESTION}/support")
@access(may_support_question, day=day_of_question)
def support(day: SessionDay) -> ResponseReturnValue:
    return _do(day, lambda: actions.support(day, wants=_on(), now=clock.now(), by=actor()))


@bp.post(f"{QUESTION}/withdraw")
@access(may_withdraw_question, day=day_of_question)
def withdraw(day: SessionDay) -> ResponseReturnValue:
    return _do(day, lambda: actions.withdraw(day, withdrawn=_on(), now=clock.now()))


@bp.post(f"{QUESTION}/answered")
@access(is_co_lead, day=day_of_question)
def answered(day: SessionDay) -> ResponseReturnValue:
    return _do(day, lambda: actions.mark_answered(day, answered=_on(), now=clock.now(), by=actor()))


@bp.post(f"{QUESTION}/hidden")
@access(is_co_lead, day=day_of_question)
def hidden(day: SessionDay) -> ResponseReturnValue:
    return _do(day, lambda: actions.hide(day, hidden=_on(), now=clock.now(), by=actor()))


def _on() -> bool:
    """Whether the button switches on what it is for, or off."""
    return request.form.get("on") == "yes"


def _do(day: SessionDay, deed: Callable[[], None]) -> Response:
    try:
        deed()
    except QuestionsClosed:
        flash(CLOSED, "error")
        return _back(day)
    commit()
    return _back(day, day.question.id if day.question else 0)


def _back(day: SessionDay, question_id: int = 0) -> Response:
    anchor = f"question-{question_id}" if question_id else None
    return redirect(url_for(".questions", number=day.meeting.number, _anchor=anchor), 303)


def _page(day: SessionDay, sent: QuestionForm | None = None) -> str:
    meeting = meeting_view_in(g.group, day.meeting.number)
    now = clock.now()
    return render_template(
        "holding/questions.html",
        meeting=meeting,
        boxes=told_boxes(meeting.talks if meeting else (), actor()),
        until=told_until(day, now=now),
        sent=sent,
        sent_for=day.talk.id if day.talk and sent else 0,
        form_for=question_form,
    )
