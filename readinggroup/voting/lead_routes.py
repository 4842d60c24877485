"""What co-leads do with a round: open, extend, close, publish, cancel."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.domain.lifecycle import RoundState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Round
from readinggroup.voting import actions, ending_actions, queries
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.forms import CancelForm, DecideForm, ExtendForm, RoundForm, new_round_form
from readinggroup.voting.pages import show_page
from readinggroup.voting.refusals import (
    BelowQuorum,
    ClosesTooSoon,
    NotLater,
    PitchNotOpen,
    RoundNotCounted,
    RoundNotOpen,
    RoundStillRuns,
)
from readinggroup.voting.result_routes import unreleased_page
from readinggroup.web.when import moment

USUAL_DAYS, USUAL_HOUR, USUAL_SESSIONS = 7, 18, 2


@bp.route("/<group_slug>/rounds/new", methods=["GET", "POST"])
@access(is_co_lead)
def new() -> ResponseReturnValue:
    now, pitches = clock.now(), queries.electable_pitches(g.group)
    form = _new_form(now, pitches)
    if form.validate_on_submit() and (opened := _open(form, now)) is not None:
        flash(f"Round {opened.number} is open. Everybody who may vote gets a mail.")
        return redirect(url_for(".show", round_id=opened.id), 303)
    page = render_template(
        "voting/new.html", form=form, pitches=pitches, running=queries.open_round_of(g.group)
    )
    return page, 422 if form.errors else 200


def _new_form(now: datetime, pitches: Any) -> RoundForm:
    closes = now.astimezone(zone_at(g.group.zone)) + timedelta(days=USUAL_DAYS)
    closes = closes.replace(hour=USUAL_HOUR, minute=0, second=0, microsecond=0)
    defaults = {
        "title": f"Round {queries.highest_number(g.group) + 1}",
        "seats": queries.free_places(g.group, now, sessions=USUAL_SESSIONS) or g.group.places,
        "closes_at": closes.replace(tzinfo=None),
    }
    return new_round_form(g.group, pitches, defaults, moment(closes, g.group.zone))


def _open(form: RoundForm, now: datetime) -> Round | None:
    """The opened round; None where that was refused, with the words in ``form``."""
    try:
        opened = actions.open_round(g.group, now=now, by=actor(), **form.terms())
    except ClosesTooSoon:
        form.closes_at.errors = ["Give a time that is still to come."]
    except PitchNotOpen:
        form.pitches.errors = ["A pitch that you chose isn't open any more. Look at the list again."]
    except RoundStillRuns:
        form.form_errors.append("A round is open already. Close it before you open the next.")
    else:
        commit()
        return opened
    return None


@bp.post(f"{ROUND}/extend")
@access(is_co_lead, round_=queries.round_in)
def extend(round_: Round) -> ResponseReturnValue:
    form, cancelling = ExtendForm(), CancelForm(formdata=None)
    if not form.validate_on_submit():
        return show_page(round_, cancelling, extending=form), 422
    try:
        ending_actions.extend_round(g.group, round_, now=clock.now(), by=actor(), **form.terms())
    except NotLater:
        form.closes_at.errors = ["Give a later time: a round is only ever extended."]
        return show_page(round_, cancelling, extending=form), 422
    except RoundNotOpen:
        refused = "Its time is over, so the round can't be extended."
        return show_page(round_, cancelling, refused=refused), 409
    commit()
    flash("The round is extended. Everybody who may vote gets a mail.")
    return redirect(url_for(".show", round_id=round_.id), 303)


@bp.post(f"{ROUND}/close")
@access(is_co_lead, round_=queries.round_in)
def close(round_: Round) -> ResponseReturnValue:
    try:
        ending_actions.end_round(g.group, round_, now=clock.now(), by=actor())
    except RoundNotOpen:
        return show_page(round_, CancelForm(), refused="The round was closed already."), 409
    commit()
    if round_.state is RoundState.OPEN:
        flash("Too few have voted, so the round is extended once by its own length. Everybody gets a mail.")
        return redirect(url_for(".show", round_id=round_.id), 303)
    if round_.state is RoundState.RELEASED:
        flash("The round is closed and counted, and the results are published.")
    else:
        flash("The round is closed and counted. Publish the results when you are ready.")
    return redirect(url_for(".results", round_id=round_.id), 303)


@bp.post(f"{ROUND}/release")
@access(is_co_lead, round_=queries.round_in)
def release(round_: Round) -> ResponseReturnValue:
    form, because = DecideForm(), ""
    if queries.awaits_decision(round_):
        if not form.validate_on_submit():
            return unreleased_page(round_, form), 422
        because = form.because.data or ""
    try:
        ending_actions.release_round(g.group, round_, now=clock.now(), by=actor(), because=because)
    except (RoundNotCounted, BelowQuorum):
        return show_page(
            round_, CancelForm(), refused="There is nothing to publish: close the round first."
        ), 409
    commit()
    flash("The results are published.")
    return redirect(url_for(".results", round_id=round_.id), 303)


@bp.post(f"{ROUND}/cancel")
@access(is_co_lead, round_=queries.round_in)
def cancel(round_: Round) -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate_on_submit():
        return show_page(round_, form), 422
    try:
        ending_actions.cancel_round(
            g.group, round_, because=form.because.data or "", now=clock.now(), by=actor()
        )
    except RoundNotOpen:
        return show_page(round_, form, refused="The round was closed already, so it can't be cancelled."), 409
    commit()
    flash("The round is cancelled, and its ballots are deleted. The pitches are open again.")
    return redirect(url_for(".show", round_id=round_.id), 303)
