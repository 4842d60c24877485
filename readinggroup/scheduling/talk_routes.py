"""Changing the programme talk by talk."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.models import Meeting, Talk
from readinggroup.scheduling import queries, talk_actions
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.candidates import takes_talks
from readinggroup.scheduling.proposing import free_options, swap_options
from readinggroup.scheduling.queries import meeting_in, talk_in
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged, TalkOver
from readinggroup.scheduling.talk_forms import (
    AnyChangeForm,
    ChangeForms,
    TalkForm,
    change_forms,
    correction_form,
)

TAKEN = "That place isn't free any more. Choose another one on the plan."


@bp.get("/<group_slug>/talks/<int:talk_id>/change")
@access(is_co_lead, talk=talk_in)
def change_talk(talk: Talk) -> ResponseReturnValue:
    return _change_page(talk, _forms(talk))


@bp.post("/<group_slug>/talks/<int:talk_id>/move")
@access(is_co_lead, talk=talk_in)
def move_talk(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="move")
    return _apply(talk_actions.move_talk, talk, forms, forms.move)


@bp.post("/<group_slug>/talks/<int:talk_id>/swap")
@access(is_co_lead, talk=talk_in)
def swap_talks(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="swap")
    other = talk_in(g.group, forms.swap.other_id)
    if other is None:
        forms.swap.other.errors = ["Choose a talk."]
        return _change_page(talk, forms), 422
    return _apply(talk_actions.swap_talks, talk, forms, forms.swap, other=other)


@bp.post("/<group_slug>/talks/<int:talk_id>/take-off")
@access(is_co_lead, talk=talk_in)
def take_off(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="off")
    return _apply(talk_actions.take_off, talk, forms, forms.take_off)


@bp.post("/<group_slug>/talks/<int:talk_id>/replace")
@access(is_co_lead, talk=talk_in)
def replace_talk(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="new")
    return _apply(talk_actions.replace_talk, talk, forms, forms.replace)


@bp.route("/<group_slug>/talks/<int:talk_id>/correct", methods=["GET", "POST"])
@access(is_co_lead, talk=talk_in)
def correct_talk(talk: Talk) -> ResponseReturnValue:
    form = correction_form(talk)
    if form.validate_on_submit():
        talk_actions.correct_talk(g.group, talk, **form.talk(), now=clock.now(), by=actor())
        commit()
        flash("The talk is corrected.")
        return redirect(url_for(".plan"), 303)
    return render_template("scheduling/correct_talk.html", form=form, talk=talk), 422 if form.errors else 200


@bp.route("/<group_slug>/sessions/<int:number>/places/<int:position>", methods=["GET", "POST"])
@access(is_co_lead, meeting=meeting_in)
def put_talk(meeting: Meeting, position: int) -> ResponseReturnValue:
    if position > queries.HIGHEST or not queries.place_is_free(meeting, position):
        flash(TAKEN, "error")
        return redirect(url_for(".plan"), 303)
    form = TalkForm()
    if form.validate_on_submit():
        try:
            talk_actions.put_talk(g.group, meeting, position, **form.talk(), now=clock.now(), by=actor())
        except PlaceTaken:
            flash(TAKEN, "error")
            return redirect(url_for(".plan"), 303)
        commit()
        flash("The talk is on the schedule.")
        return redirect(url_for(".plan"), 303)
    page = render_template("scheduling/put_talk.html", form=form, meeting=meeting, position=position)
    return page, 422 if form.errors else 200


def _forms(talk: Talk, *, sent: str = "") -> ChangeForms:
    now = clock.now()
    meetings = [each for each in queries.unfinished_meetings(g.group, now) if takes_talks(each, now)]
    return change_forms(
        queries.programme_version(g.group),
        places=free_options(meetings),
        others=swap_options(meetings, beside=talk.id),
        sent=sent,
    )


def _change_page(talk: Talk, forms: ChangeForms, *, has_changed: bool = False) -> str:
    told = queries.talk_view_in(g.group, talk.id)
    return render_template("scheduling/change_talk.html", talk=told, forms=forms, has_changed=has_changed)


def _apply(
    action: Callable[..., object], talk: Talk, forms: ChangeForms, sent: AnyChangeForm, **more: Talk
) -> ResponseReturnValue:
    """Make the change that ``sent`` asks for; where it was decided from an old page, show how things stand."""
    if not sent.validate():
        return _change_page(talk, forms), 422
    try:
        action(g.group, talk, **more, **sent.change(), now=clock.now(), by=actor())
    except (ProgrammeChanged, PlaceTaken, TalkOver):
        return _change_page(talk, _forms(talk), has_changed=True), 409
    commit()
    flash("Done. Those concerned are told.")
    return redirect(url_for(".plan"), 303)
