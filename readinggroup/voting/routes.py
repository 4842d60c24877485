"""All rounds of a group, and a round's own page."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_member, may_see_totals
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Round
from readinggroup.voting import ballot_routes, lead_routes, queries, result_routes
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.forms import CancelForm
from readinggroup.voting.pages import show_page, view_of
from readinggroup.web.pagecache import kept

__all__ = ["ballot_routes", "bp", "lead_routes", "result_routes"]


@bp.get("/<group_slug>/rounds/")
@access(anyone)
@kept
def rounds() -> ResponseReturnValue:
    found, asking, now = queries.rounds_of(g.group), actor(), clock.now()
    sizes = queries.paper_sizes(found)
    winners = queries.winners_of([round_ for round_ in found if may_see_totals(asking, round_, g.group)])
    shown = [
        view_of(round_, asking, now, size=sizes.get(round_.id, 0), winners=tuple(winners.get(round_.id, ())))
        for round_ in found
    ]
    is_open = {RoundState.OPEN}
    return render_template(
        "voting/rounds.html",
        open_round=next((view for view in shown if view.state in is_open), None),
        rounds=[view for view in shown if view.state not in is_open],
    )


@bp.get(ROUND)
@access(is_member, round_=queries.round_in)
def show(round_: Round) -> ResponseReturnValue:
    return show_page(round_, CancelForm())
