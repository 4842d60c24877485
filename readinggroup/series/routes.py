"""How co-leads look after series.  Their pages for everybody are in the archive."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.models import Series
from readinggroup.scheduling.queries import HIGHEST
from readinggroup.series import actions, chapter_routes, project_routes, queries
from readinggroup.series.blueprint import bp
from readinggroup.series.forms import FillForm, NewSeriesForm, SeriesForm, fill_form

__all__ = ["bp", "chapter_routes", "project_routes"]


@bp.route("/<group_slug>/series/new", methods=["GET", "POST"])
@access(is_co_lead)
def new() -> ResponseReturnValue:
    form = NewSeriesForm()
    if form.validate_on_submit():
        try:
            made = actions.make_series(g.group, **form.said(), now=clock.now(), by=actor())
        except actions.NameTaken:
            form.is_taken()
        else:
            commit()
            flash("The series is there. Now say which sessions belong to it.", "success")
            return redirect(url_for(".fill", series_id=made.id), 303)
    return render_template("series/edit.html", form=form, series=None), 422 if form.errors else 200


@bp.route("/<group_slug>/series/<int:series_id>/edit", methods=["GET", "POST"])
@access(is_co_lead, series=queries.series_with_id)
def edit(series: Series) -> ResponseReturnValue:
    form = SeriesForm(obj=series)
    if form.validate_on_submit():
        try:
            actions.revise_series(g.group, series, **form.said(), now=clock.now(), by=actor())
        except actions.NameTaken:
            form.is_taken()
        else:
            commit()
            flash("Saved.", "success")
            return _to(series)
    return render_template("series/edit.html", form=form, series=series), 422 if form.errors else 200


@bp.route("/<group_slug>/series/<int:series_id>/sessions", methods=["GET", "POST"])
@access(is_co_lead, series=queries.series_with_id)
def fill(series: Series) -> ResponseReturnValue:
    below = request.args.get("below", type=int)
    found = queries.sessions_below(g.group, below if below and 0 < below <= HIGHEST else None)
    shown = found[: queries.ON_A_PAGE]
    form = fill_form(series, shown)
    if form.validate_on_submit():
        changed = _filled(series, form, {meeting.id for meeting in shown})
        commit()
        flash("Saved." if changed else "Nothing was changed.", "success" if changed else "message")
        return _to(series)
    return render_template(
        "series/fill.html",
        form=form,
        series=series,
        sessions=shown,
        older_url=url_for(".fill", series_id=series.id, below=shown[-1].number)
        if len(found) > len(shown)
        else "",
        newest_url=url_for(".fill", series_id=series.id) if below else "",
    ), 422 if form.errors else 200


def _filled(series: Series, form: FillForm, among: set[int]) -> int:
    sessions, talks = form.sessions.data or [], form.talks.data or []
    return actions.fill_series(
        g.group, series, among=among, sessions=sessions, talks=talks, now=clock.now(), by=actor()
    )


@bp.post("/<group_slug>/series/<int:series_id>/up")
@access(is_co_lead, series=queries.series_with_id)
def move_up(series: Series) -> ResponseReturnValue:
    actions.shift_series(g.group, series, up=True, now=clock.now(), by=actor())
    commit()
    return redirect(url_for("archive.all_series"), 303)


@bp.post("/<group_slug>/series/<int:series_id>/down")
@access(is_co_lead, series=queries.series_with_id)
def move_down(series: Series) -> ResponseReturnValue:
    actions.shift_series(g.group, series, up=False, now=clock.now(), by=actor())
    commit()
    return redirect(url_for("archive.all_series"), 303)


@bp.post("/<group_slug>/series/<int:series_id>/end")
@access(is_co_lead, series=queries.series_with_id)
def end(series: Series) -> ResponseReturnValue:
    actions.end_series(series, now=clock.now(), by=actor())
    commit()
    flash("The series has ended; its page stays. “Let it go on” takes that back.", "success")
    return _to(series)


@bp.post("/<group_slug>/series/<int:series_id>/resume")
@access(is_co_lead, series=queries.series_with_id)
def resume(series: Series) -> ResponseReturnValue:
    actions.resume_series(series, now=clock.now(), by=actor())
    commit()
    flash("The series goes on.", "success")
    return _to(series)


@bp.post("/<group_slug>/series/<int:series_id>/remove")
@access(is_co_lead, series=queries.series_with_id)
def remove(series: Series) -> ResponseReturnValue:
    try:
        actions.remove_series(g.group, series, now=clock.now(), by=actor())
    except actions.SeriesInUse:
        flash("Something belongs to this series. Take that out first, or end the series.", "warning")
        return _to(series)
    commit()
    flash(f"“{series.name}” is gone.", "success")
    return redirect(url_for("archive.all_series"), 303)


def _to(series: Series) -> ResponseReturnValue:
    return redirect(url_for("archive.series", slug=series.slug), 303)
