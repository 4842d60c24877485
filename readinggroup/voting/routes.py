"""All rounds of a group, and a round's own page."""

from datetime import datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, may_see_round, may_see_totals
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Round
from readinggroup.voting import ballot_routes, draft_routes, lead_routes, queries, result_routes
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.draft_views import DraftView, draft_view
from readinggroup.voting.due import catch_up
from readinggroup.voting.forms import CancelForm
from readinggroup.voting.pages import show_page, view_of
from readinggroup.web.pagecache import kept
from readinggroup.web.when import moment

__all__ = ["ballot_routes", "bp", "draft_routes", "lead_routes", "result_routes"]


@bp.before_request
def do_what_is_due() -> None:
    """A member finds a round open as soon as its time has come, and over for good once it is over.

    Nothing is due while a round takes the ballot that is cast; one that comes too late sees to it by itself.
    """
    casts = request.endpoint == f"{bp.name}.ballot" and request.method == "POST"
    if g.group is not None and not casts and actor().is_member:
        catch_up(g.group, clock.now())


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
    opens_at = queries.next_opening(g.group) if asking.is_member else None
    return render_template(
        "voting/rounds.html",
        drafts=_drafts(now) if asking.is_co_lead else [],
        next_opens=moment(opens_at, g.group.zone) if opens_at and opens_at > now else None,
        open_round=next((view for view in shown if view.state in is_open), None),
        rounds=[view for view in shown if view.state not in is_open],
    )


def _drafts(now: datetime) -> list[DraftView]:
    running = queries.open_round_of(g.group)
    return [
        draft_view(draft, g.group, queries.paper_of(draft), running=running, now=now)
        for draft in queries.drafts_of(g.group)
    ]


@bp.get(ROUND)
@access(may_see_round, round_=queries.round_in)
def show(round_: Round) -> ResponseReturnValue:
    return show_page(round_, CancelForm())
