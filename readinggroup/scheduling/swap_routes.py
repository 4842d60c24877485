"""Two speakers change places, with a co-lead's veto."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    is_co_lead,
    may_answer_swap,
    may_see_swap,
    may_tend_talk,
    may_withdraw_swap,
)
from readinggroup.db import commit
from readinggroup.models import Swap, SwapState, Talk
from readinggroup.scheduling import queries, swap_actions
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.drop_forms import swap_wish_form
from readinggroup.scheduling.queries import talk_in
from readinggroup.scheduling.refusals import AlreadyInASwap, PlaceTaken, ProgrammeChanged, SwapOver, TalkOver
from readinggroup.scheduling.swap_queries import partners_of, swap_in
from readinggroup.web.when import moment

OVER = "That can't be done with this change of places any more; this is how it stands."


@bp.route("/<group_slug>/talks/<int:talk_id>/swap-places", methods=["GET", "POST"])
@access(may_tend_talk, talk=talk_in)
def ask_swap(talk: Talk) -> ResponseReturnValue:
    partners = partners_of(g.group, talk, clock.now())
    form = swap_wish_form(partners)
    if form.validate_on_submit():
        other = talk_in(g.group, form.other_id) if form.other_id in {each.id for each in partners} else None
        if other is None:
            form.other.errors = ["Choose a talk."]
        elif swap := _ask(talk, other, form.note.data or ""):
            commit()
            flash("They are asked. You hear from them by mail.")
            return redirect(url_for(".show_swap", swap_id=swap.id), 303)
        else:
            form.other.errors = ["One of the two talks is in another change of places, or is over."]
    told = queries.talk_view_in(g.group, talk.id)
    return render_template("scheduling/ask_swap.html", form=form, talk=told), 422 if form.errors else 200


@bp.get("/<group_slug>/swaps/<int:swap_id>")
@access(may_see_swap, swap=swap_in)
def show_swap(swap: Swap) -> ResponseReturnValue:
    own, other = queries.meeting_of(swap.talk), queries.meeting_of(swap.other)
    return render_template(
        "scheduling/swap.html",
        swap=swap,
        own=queries.meeting_view_in(g.group, own.number),
        other=queries.meeting_view_in(g.group, other.number),
        until=moment(swap.veto_until, g.group.zone) if _is_agreed(swap) and swap.veto_until else None,
        may_answer=swap.state is SwapState.PROPOSED and may_answer_swap(actor(), swap),
        may_withdraw=swap.ended_at is None and may_withdraw_swap(actor(), swap),
        may_stop=_is_agreed(swap) and is_co_lead(actor()),
    )


@bp.post("/<group_slug>/swaps/<int:swap_id>/agree")
@access(may_answer_swap, swap=swap_in)
def agree_swap(swap: Swap) -> ResponseReturnValue:
    return _answer(
        swap, swap_actions.agree_to_swap, "Agreed. It happens within a day, unless a co-lead says no."
    )


@bp.post("/<group_slug>/swaps/<int:swap_id>/refuse")
@access(may_answer_swap, swap=swap_in)
def refuse_swap(swap: Swap) -> ResponseReturnValue:
    return _answer(swap, swap_actions.refuse_swap, "Said no. Both talks stay where they are.")


@bp.post("/<group_slug>/swaps/<int:swap_id>/withdraw")
@access(may_withdraw_swap, swap=swap_in)
def withdraw_swap(swap: Swap) -> ResponseReturnValue:
    return _answer(swap, swap_actions.withdraw_swap, "Taken back. Both talks stay where they are.")


@bp.post("/<group_slug>/swaps/<int:swap_id>/veto")
@access(is_co_lead, swap=swap_in)
def veto_swap(swap: Swap) -> ResponseReturnValue:
    return _answer(swap, swap_actions.veto_swap, "Said no. Both are told, and the talks stay where they are.")


@bp.post("/<group_slug>/swaps/<int:swap_id>/approve")
@access(is_co_lead, swap=swap_in)
def approve_swap(swap: Swap) -> ResponseReturnValue:
    return _answer(swap, swap_actions.do_swap, "Done. Page and calendar follow, and both are told.")


def _ask(talk: Talk, other: Talk, note: str) -> Swap | None:
    try:
        return swap_actions.propose_swap(g.group, talk, other=other, note=note, now=clock.now(), by=actor())
    except (AlreadyInASwap, TalkOver):
        return None


def _answer(swap: Swap, act: Callable[..., object], words: str) -> ResponseReturnValue:
    try:
        act(g.group, swap, now=clock.now(), by=actor())
    except (SwapOver, TalkOver, PlaceTaken, ProgrammeChanged):
        flash(OVER, "error")
    else:
        commit()
        flash(words)
    return redirect(url_for(".show_swap", swap_id=swap.id), 303)


def _is_agreed(swap: Swap) -> bool:
    return swap.state is SwapState.AGREED
