"""The co-leads' chores; importing this module hangs all views of the room on the blueprint."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.models import Absence
from readinggroup.tending import actions, closing_routes, feedback_routes, giving_routes
from readinggroup.tending.blueprint import bp
from readinggroup.tending.forms import AbsenceForm, ChoreForm, absence_form
from readinggroup.tending.queries import absence_in, chore_with, chores_in, team_of, today_in
from readinggroup.tending.telling import chore_words, of_owner, told_absences, told_chore

__all__ = ["bp", "closing_routes", "feedback_routes", "giving_routes"]
DONE_BY_NOW = "That is done by now, so nobody needs to have it."


@bp.get("/<group_slug>/chores")
@access(is_co_lead)
def chores() -> ResponseReturnValue:
    return _page()


@bp.post("/<group_slug>/chores/take")
@access(is_co_lead)
def take_chore() -> ResponseReturnValue:
    form, now = ChoreForm(), clock.now()
    chore = chore_with(chores_in(g.group, now), form.chore.data or "")
    user = team_of(g.group, from_on=today_in(g.group, now)).named(form.to_id)
    if chore is None or user is None:
        flash(DONE_BY_NOW if chore is None else "Choose one of the co-leads.", "error")
        return _back()
    actions.take_chore(g.group, chore, user, now=now, by=actor())
    commit()
    flash(f"{chore_words(chore)}: {'yours' if user.id == actor().user_id else user.name + '’s'} now.")
    return _back()


@bp.post("/<group_slug>/chores/give-back")
@access(is_co_lead)
def give_back_chore() -> ResponseReturnValue:
    form, now = ChoreForm(), clock.now()
    chore = chore_with(chores_in(g.group, now), form.chore.data or "")
    if chore is None:
        flash(DONE_BY_NOW, "error")
        return _back()
    actions.give_back(g.group, chore, now=now, by=actor())
    commit()
    flash("Given back. If you can after all, take it again.")
    return _back()


@bp.post("/<group_slug>/absences")
@access(is_co_lead)
def add_absence() -> ResponseReturnValue:
    now = clock.now()
    team = team_of(g.group, from_on=today_in(g.group, now))
    form = absence_form(team.people, actor().user_id, today=today_in(g.group, now), sent=True)
    user = team.named(form.who.data) if form.validate() else None
    if user is None:
        return _page(form), 422
    first, last = form.dates()
    actions.note_absence(g.group, user, from_on=first, until_on=last, now=now, by=actor())
    commit()
    flash("Noted. What is due on those days goes to the others.")
    return _back()


@bp.post("/<group_slug>/absences/<int:absence_id>/remove")
@access(is_co_lead, absence=absence_in)
def remove_absence(absence: Absence) -> ResponseReturnValue:
    actions.end_absence(absence, now=clock.now(), by=actor())
    commit()
    flash("Removed.")
    return _back()


def _page(form: AbsenceForm | None = None) -> str:
    now, me = clock.now(), actor().user_id
    today = today_in(g.group, now)
    found, team = chores_in(g.group, now), team_of(g.group, from_on=today)
    others = [user for user in team.people if user.id != me]
    return render_template(
        "tending/chores.html",
        mine=[told_chore(chore) for chore in of_owner(found, me)],
        nobodys=[told_chore(chore) for chore in of_owner(found, None)],
        of_others=[(user.name, [told_chore(chore) for chore in of_owner(found, user.id)]) for user in others],
        others=others,
        absences=told_absences(team, today=today),
        form=form or absence_form(team.people, me, today=today),
    )


def _back() -> Response:
    return redirect(url_for(".chores"), 303)
