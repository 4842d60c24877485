"""What members tell a speaker after a talk, and the page on which the speaker reads it."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import holds_link, may_give_feedback, speaks_at
from readinggroup.db import commit
from readinggroup.models import SpeakingLink, Talk
from readinggroup.scheduling.queries import meeting_of, talk_in
from readinggroup.scheduling.speaking_queries import link_by_token, talk_of_link
from readinggroup.tending import feedback_actions
from readinggroup.tending.blueprint import bp
from readinggroup.tending.feedback_actions import FeedbackClosed
from readinggroup.tending.feedback_queries import feedback_by, feedback_for, opens_at
from readinggroup.tending.forms import FeedbackForm
from readinggroup.web.headers import private
from readinggroup.web.when import moment

CLOSED = "The speaker reads by now what was said, so nothing was changed."


@bp.route("/<group_slug>/talks/<int:talk_id>/feedback", methods=["GET", "POST"])
@access(may_give_feedback, talk=talk_in)
def give_feedback(talk: Talk) -> ResponseReturnValue:
    mine = feedback_by(talk, actor().user_id)
    form = FeedbackForm(obj=mine)
    if form.validate_on_submit():
        try:
            feedback_actions.give_feedback(g.group, talk, **form.said(), now=clock.now(), by=actor())
        except FeedbackClosed:
            flash(CLOSED, "error")
        else:
            commit()
            flash("Thank you. The speaker reads it with what others say.")
        return _back(talk)
    meeting = meeting_of(talk)
    until = opens_at(g.group, talk, meeting)
    page = render_template(
        "tending/give_feedback.html",
        form=form,
        talk=talk,
        number=meeting.number,
        mine=mine,
        is_open=until is not None and clock.now() < until,
        opens=moment(until, g.group.zone) if until else None,
    )
    return page, 422 if form.errors else 200


@bp.post("/<group_slug>/talks/<int:talk_id>/feedback/take-back")
@access(may_give_feedback, talk=talk_in)
def take_feedback_back(talk: Talk) -> ResponseReturnValue:
    try:
        feedback_actions.take_feedback_back(g.group, talk, now=clock.now(), by=actor())
    except FeedbackClosed:
        flash(CLOSED, "error")
    else:
        commit()
        flash("Taken back; nobody has read it.")
    return _back(talk)


@bp.get("/<group_slug>/talks/<int:talk_id>/feedback/told")
@access(speaks_at, talk=talk_in)
def told_feedback(talk: Talk) -> ResponseReturnValue:
    return private(_told_page(talk))


@bp.get("/<group_slug>/speaking/<speaking_token>/feedback")
@access(holds_link, link=link_by_token)
def told_feedback_by_link(link: SpeakingLink) -> ResponseReturnValue:
    talk = talk_of_link(g.group, link, clock.now())
    if talk is None:
        return private(render_template("scheduling/speaking_ended.html"), 410)
    return private(_told_page(talk))


def _told_page(talk: Talk) -> str:
    until = opens_at(g.group, talk, meeting_of(talk))
    return render_template(
        "tending/told_feedback.html",
        talk=talk,
        told=feedback_for(talk, clock.now()),
        is_open=until is not None and clock.now() < until,
        opens=moment(until, g.group.zone) if until else None,
    )


def _back(talk: Talk) -> Response:
    return redirect(url_for(".give_feedback", talk_id=talk.id), 303)
