"""The season in figures, as a page and as two tables."""

from collections.abc import Iterable, Sequence

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access
from readinggroup.access.rules import is_co_lead
from readinggroup.domain.rhythm import zone_at
from readinggroup.figures.blueprint import bp
from readinggroup.figures.queries import Season, season_of, seasons_of
from readinggroup.figures.telling import TALKS_HEAD, VOTES_HEAD, talk_rows, told_season, vote_rows
from readinggroup.web.spreadsheets import table

__all__ = ["bp"]


@bp.get("/<group_slug>/figures")
@access(is_co_lead)
def figures() -> ResponseReturnValue:
    years = seasons_of(g.group)
    season = told_season(_season(years)) if years else None
    return render_template("figures/figures.html", season=season, years=years)


@bp.get("/<group_slug>/figures/talks.csv")
@access(is_co_lead)
def talks() -> ResponseReturnValue:
    season = _season(seasons_of(g.group))
    return _file("talks", season, TALKS_HEAD, talk_rows(season))


@bp.get("/<group_slug>/figures/votes.csv")
@access(is_co_lead)
def votes() -> ResponseReturnValue:
    season = _season(seasons_of(g.group))
    return _file("votes", season, VOTES_HEAD, vote_rows(season))


def _season(years: Sequence[int]) -> Season:
    """The year that is asked for, or the latest; 404 for one of which there is nothing to tell."""
    now = clock.now()
    known = {str(year): year for year in years}
    this_year = now.astimezone(zone_at(g.group.zone)).year
    asked = request.args.get("year")
    if asked is not None and asked not in known:
        abort(404)
    return season_of(g.group, known[asked] if asked else max(years, default=this_year), now)


def _file(what: str, season: Season, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    name = f"{g.group.slug}-{season.year}-{what}.csv"
    return Response(
        table(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
