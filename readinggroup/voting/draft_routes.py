"""Rounds before they open: a new one, and a draft that is looked at, changed, opened now or later, or deleted."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.domain.lifecycle import RoundState
from readinggroup.domain.rhythm import instant
from readinggroup.models import Pitch, Round
from readinggroup.voting import actions, drafting_actions, queries, views
from readinggroup.voting.ballot_forms import ballot_form
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.forms import OpenAtForm, RoundForm, round_form
from readinggroup.voting.pages import USUAL_HOUR, draft_page, local, place, view_of
from readinggroup.voting.refusals import (
    ClosesTooSoon,
    OpensTooSoon,
    PitchNotOpen,
    RoundNotDraft,
    RoundStillRuns,
)
from readinggroup.web.when import moment

USUAL_DAYS, USUAL_SESSIONS = 7, 2
NO_DRAFT = "This round isn't a draft any more: it was opened or deleted meanwhile. Nothing was changed."


# --- writing one down -------------------------------------------------------------------------------------


@bp.route("/<group_slug>/rounds/new", methods=["GET", "POST"])
@access(is_co_lead)
def new() -> ResponseReturnValue:
    now, pitches = clock.now(), queries.electable_pitches(g.group)
    form = _form(pitches, _usual(pitches, now), now)
    drafts = request.form.get("do") == "draft"
    make = drafting_actions.draft_round if drafts else actions.open_round
    if form.validate_on_submit():
        made = _try(form, lambda: make(g.group, now=now, by=actor(), **form.terms()))
        if made is not None:
            commit()
            flash("The draft is saved. Members don't see it." if drafts else _opened_words(made))
            return redirect(url_for(".show", round_id=made.id), 303)
    running = queries.open_round_of(g.group)
    page = render_template("voting/new.html", form=form, pitches=pitches, running=running, draft=None)
    return page, 422 if form.errors else 200


@bp.route(f"{ROUND}/edit", methods=["GET", "POST"])
@access(is_co_lead, round_=queries.round_in)
def edit(round_: Round) -> ResponseReturnValue:
    if round_.state is not RoundState.DRAFT:
        return _no_draft(round_)
    now, pitches = clock.now(), queries.electable_pitches(g.group)
    form = _form(pitches, _as_drafted(round_), now)
    if form.validate_on_submit():
        revise = drafting_actions.revise_draft
        if _try(form, lambda: revise(g.group, round_, now=now, by=actor(), **form.terms())):
            commit()
            flash("The draft is saved.")
            return redirect(url_for(".show", round_id=round_.id), 303)
    page = render_template("voting/new.html", form=form, pitches=pitches, running=None, draft=round_)
    return page, 422 if form.errors else 200


def _form(pitches: Sequence[Pitch], shown: dict[str, Any], now: datetime) -> RoundForm:
    free = queries.free_places(g.group, now, sessions=USUAL_SESSIONS)
    closes_at: datetime = shown["closes_at"]
    closes = moment(instant(closes_at.date(), closes_at.time(), g.group.zone), g.group.zone)
    return round_form(pitches, shown, closes, free=free)


def _usual(pitches: Sequence[Pitch], now: datetime) -> dict[str, Any]:
    """A new round as most are: over every open pitch, for the free places, for a week, by the group's own rules."""
    closes = local(now + timedelta(days=USUAL_DAYS)).replace(hour=USUAL_HOUR, minute=0)
    return {
        "title": f"Round {queries.highest_number(g.group) + 1}",
        "pitches": [pitch.id for pitch in pitches],
        "seats": queries.free_places(g.group, now, sessions=USUAL_SESSIONS) or g.group.places,
        "closes_at": closes,
        "rule": g.group.rule.value,
        "threshold_min": g.group.threshold_min,
        "threshold_percent": g.group.threshold_percent,
        "nudges": True,
    }


def _as_drafted(round_: Round) -> dict[str, Any]:
    same = ("title", "seats", "threshold_min", "threshold_percent", "quorum", "nudges", "releases_at_once")
    return {name: getattr(round_, name) for name in same} | {
        "rule": round_.rule.value,
        "pitches": [pitch.id for pitch in queries.paper_of(round_)],
        "closes_at": local(round_.closes_at),
    }


def _try(form: RoundForm, make: Callable[[], Round]) -> Round | None:
    """The round as it is now; None where that was refused, with the words in ``form``."""
    try:
        return make()
    except ClosesTooSoon:
        form.closes_at.errors = ["Give a time that is still to come. It closes after it opens."]
    except PitchNotOpen:
        form.pitches.errors = ["A pitch that you chose isn't open any more. Look at the list again."]
    except RoundStillRuns:
        form.form_errors.append("A round is open already. Close it first, or save this one as a draft.")
    except RoundNotDraft:
        form.form_errors.append(NO_DRAFT)
    return None


# --- what becomes of it -----------------------------------------------------------------------------------


@bp.get(f"{ROUND}/preview")
@access(is_co_lead, round_=queries.round_in)
def preview(round_: Round) -> ResponseReturnValue:
    """The ballot as a voter will see it, without a button that casts."""
    if round_.state is not RoundState.DRAFT:
        return _no_draft(round_)
    paper = views.paper_lines(queries.paper_for(round_, place()))
    return render_template(
        "voting/ballot.html",
        round=view_of(round_, actor(), clock.now(), size=len(paper)),
        paper=paper,
        form=ballot_form(round_.rule, {line.public_id: line.title for line in paper}, None),
        is_preview=True,
    )


@bp.post(f"{ROUND}/open")
@access(is_co_lead, round_=queries.round_in)
def open_draft(round_: Round) -> ResponseReturnValue:
    try:
        actions.open_draft(g.group, round_, now=clock.now(), by=actor())
    except RoundNotDraft:
        return _no_draft(round_)
    except (RoundStillRuns, ClosesTooSoon, PitchNotOpen):
        return draft_page(round_, refused="It can't open now. Below it says why."), 409
    commit()
    flash(_opened_words(round_))
    return redirect(url_for(".show", round_id=round_.id), 303)


@bp.post(f"{ROUND}/open-at")
@access(is_co_lead, round_=queries.round_in)
def open_at(round_: Round) -> ResponseReturnValue:
    form = OpenAtForm()
    if form.validate_on_submit():
        try:
            drafting_actions.set_opening(g.group, round_, now=clock.now(), by=actor(), **form.terms())
        except RoundNotDraft:
            return _no_draft(round_)
        except OpensTooSoon:
            form.opens_at.errors = ["Give a time that is still to come."]
        except ClosesTooSoon:
            form.opens_at.errors = ["Give a time before it closes."]
        else:
            commit()
            flash("The round opens by itself at that time. Until then you can change it.")
            return redirect(url_for(".show", round_id=round_.id), 303)
    return draft_page(round_, opening=form), 422


@bp.post(f"{ROUND}/open-by-hand")
@access(is_co_lead, round_=queries.round_in)
def open_by_hand(round_: Round) -> ResponseReturnValue:
    try:
        drafting_actions.clear_opening(g.group, round_, now=clock.now(), by=actor())
    except RoundNotDraft:
        return _no_draft(round_)
    commit()
    flash("The round waits until a co-lead opens it.")
    return redirect(url_for(".show", round_id=round_.id), 303)


@bp.post(f"{ROUND}/delete")
@access(is_co_lead, round_=queries.round_in)
def delete(round_: Round) -> ResponseReturnValue:
    try:
        drafting_actions.delete_draft(g.group, round_, now=clock.now(), by=actor())
    except RoundNotDraft:
        return _no_draft(round_)
    commit()
    flash("The draft is deleted. Its pitches are as they were.")
    return redirect(url_for(".rounds"), 303)


def _opened_words(round_: Round) -> str:
    return f"Round {round_.number} is open. Everybody who may vote gets a mail."


def _no_draft(round_: Round) -> ResponseReturnValue:
    """To the round as it is now, for whoever wanted to do what is done to drafts alone."""
    if request.method != "GET":
        flash(NO_DRAFT, "error")
    return redirect(url_for(".show", round_id=round_.id), 303)
