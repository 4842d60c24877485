"""What co-leads do with a round: extend, close, publish, cancel."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Round
from readinggroup.voting import ending_actions, queries
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.forms import CancelForm, DecideForm, ExtendForm
from readinggroup.voting.pages import show_page
from readinggroup.voting.refusals import (
    BelowQuorum,
    NotLater,
    RoundNotCounted,
    RoundNotOpen,
)
from readinggroup.voting.result_routes import unreleased_page


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
