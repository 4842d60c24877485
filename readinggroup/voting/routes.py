"""Rounds: the list, a new one, its page, the ballot, the results and the files to recount."""

import json
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_co_lead, is_member, may_see_totals
from readinggroup.db import commit
from readinggroup.domain import tally
from readinggroup.domain.lifecycle import RoundRule, RoundState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Membership, Pitch, Round
from readinggroup.voting import actions, counting, ending_actions, queries, views
from readinggroup.voting.forms import (
    ApprovalForm,
    CancelForm,
    DecideForm,
    ExtendForm,
    RankedForm,
    RoundForm,
    ballot_form,
    new_round_form,
)
from readinggroup.voting.refusals import (
    BelowQuorum,
    ClosesTooSoon,
    NotLater,
    NotOnPaper,
    PitchNotOpen,
    RoundNotCounted,
    RoundNotOpen,
    RoundStillRuns,
)
from readinggroup.web.forms import tidy
from readinggroup.web.when import moment

bp = Blueprint("voting", __name__)

ROUND = "/<group_slug>/rounds/<int:round_id>"
TALLY = Path(tally.__file__)
USUAL_DAYS, USUAL_HOUR, USUAL_SESSIONS = 7, 18, 2
TOO_LATE = "That came too late: the round takes no ballots any more, so nothing was changed."


# --- rounds -----------------------------------------------------------------------------------------------


@bp.get("/<group_slug>/rounds/")
@access(anyone)
def rounds() -> ResponseReturnValue:
    found, asking, now = queries.rounds_of(g.group), actor(), clock.now()
    sizes = queries.paper_sizes(found)
    winners = queries.winners_of([round_ for round_ in found if may_see_totals(asking, round_)])
    shown = [
        _view(round_, asking, now, size=sizes.get(round_.id, 0), winners=tuple(winners.get(round_.id, ())))
        for round_ in found
    ]
    is_open = {RoundState.OPEN}
    return render_template(
        "voting/rounds.html",
        open_round=next((view for view in shown if view.state in is_open), None),
        rounds=[view for view in shown if view.state not in is_open],
    )


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


@bp.get(ROUND)
@access(is_member, round_=queries.round_in)
def show(round_: Round) -> ResponseReturnValue:
    return _show(round_, CancelForm())


def _show(round_: Round, form: CancelForm, *, refused: str = "", extending: ExtendForm | None = None) -> str:
    paper = queries.paper_for(round_, _place())
    closes = round_.closes_at.astimezone(zone_at(g.group.zone)).replace(tzinfo=None)
    return render_template(
        "voting/show.html",
        round=_view(round_, actor(), clock.now(), size=len(paper)),
        paper=views.paper_lines(paper),
        rule_words=views.rule_words(round_),
        facts=_facts(round_),
        form=form,
        extending=extending or ExtendForm(formdata=None, data={"closes_at": closes}),
        refused=refused,
    )


# --- ballots ----------------------------------------------------------------------------------------------


@bp.route(f"{ROUND}/ballot", methods=["GET", "POST"])
@access(is_member, round_=queries.round_in)
def ballot(round_: Round) -> ResponseReturnValue:
    now = clock.now()
    if not queries.takes_ballots(round_, now):
        return _too_late(round_)
    paper = views.paper_lines(queries.paper_for(round_, _place()))
    recorded = queries.ballot_of(round_, _place())
    form = ballot_form(round_.rule, paper, recorded.choices if recorded else None)
    moved, moved_words = _move(form, paper)
    if form.validate_on_submit() and not moved:
        return _cast(round_, form, now)
    page = render_template(
        "voting/ballot.html",
        round=_view(round_, actor(), now, size=len(paper)),
        paper=_by_rank(form, paper),
        form=form,
        moved=moved,
        moved_words=moved_words,
        receipt=recorded.receipt if recorded else "",
        recorded_words=views.recorded_words(recorded, round_, g.group, now) if recorded else "",
        withdraw_url=url_for(".withdraw_ballot", round_id=round_.id) if recorded else "",
    )
    return page, 422 if form.errors else 200


def _move(form: ApprovalForm | RankedForm, paper: list[views.PaperLine]) -> tuple[str, str]:
    """Move a pitch where a button asked for that, saving nothing; gives the button and what it did, in words."""
    button = request.form.get("move", "")
    way, _, public_id = button.partition("-")
    line = next((line for line in paper if line.public_id == public_id), None)
    if not isinstance(form, RankedForm) or line is None or not form.validate_on_submit():
        return "", ""
    place = form.move(public_id, up=way == "up")
    return button, views.moved_words(line.title, place)


def _by_rank(form: ApprovalForm | RankedForm, paper: list[views.PaperLine]) -> list[views.PaperLine]:
    """Where members rank, what has a place comes first, in its order."""
    tiers = form.choices if isinstance(form, RankedForm) and not form.errors else []
    places = {pitch: place for place, tier in enumerate(tiers) for pitch in tier}
    return sorted(paper, key=lambda line: places.get(line.public_id, len(paper)))


def _cast(round_: Round, form: ApprovalForm | RankedForm, now: datetime) -> ResponseReturnValue:
    try:
        actions.cast(round_, _place(), form.choices, now=now)
    except RoundNotOpen:
        return _too_late(round_)
    except NotOnPaper:
        return _show(
            round_, CancelForm(), refused="Your ballot named something that isn't on this paper."
        ), 422
    commit()
    flash("Your ballot is recorded.")
    return redirect(url_for(".ballot", round_id=round_.id), 303)


@bp.post(f"{ROUND}/ballot/withdraw")
@access(is_member, round_=queries.round_in)
def withdraw_ballot(round_: Round) -> ResponseReturnValue:
    try:
        actions.withdraw_ballot(round_, _place(), now=clock.now())
    except RoundNotOpen:
        return _too_late(round_)
    commit()
    flash("Your ballot is withdrawn. You can vote again until the round closes.")
    return redirect(url_for(".ballot", round_id=round_.id), 303)


def _too_late(round_: Round) -> ResponseReturnValue:
    """Words for whoever comes when the round takes no ballots; who only looked is shown the round."""
    if request.method == "GET":
        return redirect(url_for(".show", round_id=round_.id))
    return _show(round_, CancelForm(), refused=TOO_LATE), 409


# --- what co-leads do -------------------------------------------------------------------------------------


@bp.post(f"{ROUND}/extend")
@access(is_co_lead, round_=queries.round_in)
def extend(round_: Round) -> ResponseReturnValue:
    form, cancelling = ExtendForm(), CancelForm(formdata=None)
    if not form.validate_on_submit():
        return _show(round_, cancelling, extending=form), 422
    try:
        ending_actions.extend_round(g.group, round_, now=clock.now(), by=actor(), **form.terms())
    except NotLater:
        form.closes_at.errors = ["Give a later time: a round is only ever extended."]
        return _show(round_, cancelling, extending=form), 422
    except RoundNotOpen:
        refused = "Its time is over, so the round can't be extended."
        return _show(round_, cancelling, refused=refused), 409
    commit()
    flash("The round is extended. Everybody who may vote gets a mail.")
    return redirect(url_for(".show", round_id=round_.id), 303)


@bp.post(f"{ROUND}/close")
@access(is_co_lead, round_=queries.round_in)
def close(round_: Round) -> ResponseReturnValue:
    try:
        ending_actions.end_round(g.group, round_, now=clock.now(), by=actor())
    except RoundNotOpen:
        return _show(round_, CancelForm(), refused="The round was closed already."), 409
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
            return _unreleased(round_, form), 422
        because = form.because.data or ""
    try:
        ending_actions.release_round(g.group, round_, now=clock.now(), by=actor(), because=because)
    except (RoundNotCounted, BelowQuorum):
        return _show(round_, CancelForm(), refused="There is nothing to publish: close the round first."), 409
    commit()
    flash("The results are published.")
    return redirect(url_for(".results", round_id=round_.id), 303)


@bp.post(f"{ROUND}/cancel")
@access(is_co_lead, round_=queries.round_in)
def cancel(round_: Round) -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate_on_submit():
        return _show(round_, form), 422
    try:
        ending_actions.cancel_round(
            g.group, round_, because=form.because.data or "", now=clock.now(), by=actor()
        )
    except RoundNotOpen:
        return _show(round_, form, refused="The round was closed already, so it can't be cancelled."), 409
    commit()
    flash("The round is cancelled, and its ballots are deleted. The pitches are open again.")
    return redirect(url_for(".show", round_id=round_.id), 303)


# --- results ----------------------------------------------------------------------------------------------


@bp.get(f"{ROUND}/results")
@access(is_member, round_=queries.round_in)
def results(round_: Round) -> ResponseReturnValue:
    if round_.state not in queries.COUNTED:
        return redirect(url_for(".show", round_id=round_.id))
    if not may_see_totals(actor(), round_):
        return _unreleased(round_, DecideForm())
    return _results(round_)


@bp.post(f"{ROUND}/results")
@access(may_see_totals, round_=queries.round_in)
def find_ballot(round_: Round) -> ResponseReturnValue:
    """The results with the ballot of a receipt, which is sent by POST so that no server's log keeps it."""
    return _results(round_, tidy(request.form.get("receipt", "")).lower().replace(" ", "")[:20])


def _results(round_: Round, receipt: str = "") -> str:
    sheet = counting.closed_sheet(round_)
    counted, whole = tally.count(sheet), counting.may_publish_ballots(sheet)
    pitches = {standing.pitch.public_id: standing.pitch for standing in queries.standings_of(round_)}
    told = views.results_view(
        round_,
        counted,
        counting.by_approvals_alone(sheet),
        pitches,
        lambda pitch: url_for("pitches.show", pitch_id=pitch.id),
        with_reasons=whole,
    )
    return render_template(
        "voting/results.html",
        round=_view(round_, actor(), clock.now(), size=0),
        results=told,
        too_few="" if whole else counting.TOO_FEW,
        left_out=[pitch.title for pitch in queries.paper_of(round_) if pitch.public_id not in pitches],
        participants=queries.participants_of(round_) if whole or not counted.turnout else None,
        facts=_facts(round_),
        receipt=receipt,
        found=_found(round_, pitches, receipt),
    )


def _unreleased(round_: Round, form: DecideForm) -> str:
    view = _view(round_, actor(), clock.now(), size=0)
    return render_template("voting/results.html", round=view, results=None, form=form)


def _found(round_: Round, pitches: dict[str, Pitch], receipt: str) -> str:
    """What the ballot says whose receipt was asked for; empty where none was asked for or there is none."""
    ballot = queries.ballot_by_receipt(round_, receipt) if receipt else None
    titles = {public_id: pitch.title for public_id, pitch in pitches.items()}
    return views.found_words(ballot, titles, round_.rule) if ballot else ""


@bp.get(f"{ROUND}/round.json")
@access(may_see_totals, round_=queries.round_in)
def round_json(round_: Round) -> ResponseReturnValue:
    sheet = counting.closed_sheet(round_)
    body = json.dumps(counting.published(round_, sheet, tally.count(sheet)), ensure_ascii=False, indent=1)
    return Response(f"{body}\n", mimetype="application/json", headers={"X-Content-Type-Options": "nosniff"})


@bp.get(f"{ROUND}/tally.py")
@access(anyone, round_=queries.round_in)
def tally_file(round_: Round) -> ResponseReturnValue:  # noqa: ARG001
    """The very file that counts here."""
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(TALLY.read_bytes(), content_type="text/x-python; charset=utf-8", headers=headers)


# --- what the pages share ---------------------------------------------------------------------------------


def _place() -> Membership:
    """The place in the group of whoever asks; the doors here let only members in who need it."""
    place = actor().membership
    assert place is not None  # noqa: S101
    return place


def _view(
    round_: Round, asking: Actor, now: datetime, *, size: int, winners: tuple[str, ...] = ()
) -> views.RoundView:
    running = round_.state is RoundState.OPEN and asking.is_member
    return views.round_view(
        round_,
        g.group,
        size=size,
        turnout=queries.turnout_of(round_) if running else round_.turnout or 0,
        voters=queries.voters_of(g.group) if running else 0,
        taking=queries.takes_ballots(round_, now),
        has_voted=running and queries.ballot_of(round_, _place()) is not None,
        winners=winners,
    )


def _facts(round_: Round) -> list[tuple[str, str]]:
    """What was fixed at opening, and, once the round is released, what it takes to redo the lot."""
    facts = [("Round", round_.public_id), ("Commitment to the nonce (SHA-256)", round_.nonce_commit or "")]
    if may_see_totals(actor(), round_):
        facts += [("Nonce", round_.nonce or ""), ("Digest of the ballots (SHA-256)", round_.digest or "")]
        if round_.rule is RoundRule.FAIR:
            facts.append(("Load of one level", views.load_words(Fraction(round_.unit))))
    return facts
