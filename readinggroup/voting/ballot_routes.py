"""The ballot: cast, changed, moved about, withdrawn."""

from collections.abc import Mapping
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_see_round
from readinggroup.db import commit, db
from readinggroup.models import Round
from readinggroup.voting import actions, queries, views
from readinggroup.voting.ballot_forms import ApprovalForm, RankedForm, ballot_form
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.due import catch_up
from readinggroup.voting.forms import CancelForm
from readinggroup.voting.pages import paper_of_voter, place, show_page, view_of
from readinggroup.voting.refusals import NotOnPaper, RoundNotOpen

TOO_LATE = "That came too late: the round takes no ballots any more, so nothing was changed."


@bp.route(f"{ROUND}/ballot", methods=["GET", "POST"])
@access(may_see_round, round_=queries.round_in)
def ballot(round_: Round) -> ResponseReturnValue:
    now = clock.now()
    names = queries.names_for(round_, place())
    recorded = queries.ballot_of(round_, place()) if request.method == "GET" else None
    form = ballot_form(round_.rule, names, recorded.choices if recorded else None)
    if not queries.takes_ballots(round_, now):
        return _too_late(round_, form, names)
    moved, moved_words = _move(form, names)
    if form.validate_on_submit() and not moved:
        return _cast(round_, form, names, now)
    paper, recorded = paper_of_voter(round_), recorded or queries.ballot_of(round_, place())
    page = render_template(
        "voting/ballot.html",
        round=view_of(round_, actor(), now, size=len(paper)),
        paper=_by_rank(form, paper),
        form=form,
        moved=moved,
        moved_words=moved_words,
        receipt=recorded.receipt if recorded else "",
        recorded_words=views.recorded_words(recorded, round_, g.group, now) if recorded else "",
        withdraw_url=url_for(".withdraw_ballot", round_id=round_.id) if recorded else "",
    )
    return page, 422 if form.errors else 200


def _move(form: ApprovalForm | RankedForm, names: Mapping[str, str]) -> tuple[str, str]:
    """Move a pitch where a button asked for that, saving nothing; gives the button and what it did, in words."""
    button = request.form.get("move", "")
    way, _, public_id = button.partition("-")
    if not isinstance(form, RankedForm) or public_id not in names or not form.validate_on_submit():
        return "", ""
    place = form.move(public_id, up=way == "up")
    return button, views.moved_words(names[public_id], place)


def _by_rank(form: ApprovalForm | RankedForm, paper: list[views.PaperLine]) -> list[views.PaperLine]:
    """Where members rank, what has a place comes first, in its order."""
    tiers = form.choices if isinstance(form, RankedForm) and not form.errors else []
    places = {pitch: place for place, tier in enumerate(tiers) for pitch in tier}
    return sorted(paper, key=lambda line: places.get(line.public_id, len(paper)))


def _cast(
    round_: Round, form: ApprovalForm | RankedForm, names: Mapping[str, str], now: datetime
) -> ResponseReturnValue:
    try:
        actions.cast(round_, place(), form.choices, now=now)
    except RoundNotOpen:
        return _too_late(round_, form, names)
    except NotOnPaper:
        refused = "Your ballot named something that isn't on this paper."
        return show_page(round_, CancelForm(), refused=refused, kept=_chosen(form, names)), 422
    commit()
    flash("Your ballot is recorded.")
    return redirect(url_for(".ballot", round_id=round_.id), 303)


@bp.post(f"{ROUND}/ballot/withdraw")
@access(may_see_round, round_=queries.round_in)
def withdraw_ballot(round_: Round) -> ResponseReturnValue:
    try:
        actions.withdraw_ballot(round_, place(), now=clock.now())
    except RoundNotOpen:
        return show_page(round_, CancelForm(), refused=TOO_LATE), 409
    commit()
    flash("Your ballot is withdrawn. You can vote again until the round closes.")
    return redirect(url_for(".ballot", round_id=round_.id), 303)


def _too_late(
    round_: Round, form: ApprovalForm | RankedForm, names: Mapping[str, str]
) -> ResponseReturnValue:
    """Words for whoever comes when the round takes no ballots, with what they sent; who only looked is shown the
    round."""
    if request.method == "GET":
        return redirect(url_for(".show", round_id=round_.id))
    catch_up(g.group, clock.now())
    db.session.refresh(round_)
    form.validate()
    return show_page(round_, CancelForm(), refused=TOO_LATE, kept=_chosen(form, names)), 409


def _chosen(form: ApprovalForm | RankedForm, names: Mapping[str, str]) -> str:
    """What a ballot that isn't taken says, in words, so that nothing of it is lost to its voter."""
    return views.chosen_words([] if form.errors else form.choices, names)
