"""Book plans: co-leads write the chapters down and lay them on sessions; members present them."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead, is_member, may_give_chapter_back
from readinggroup.db import commit
from readinggroup.models import Chapter, Group, Series, SeriesKind
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged
from readinggroup.scheduling.telling import counted
from readinggroup.series import chapter_actions
from readinggroup.series.blueprint import bp
from readinggroup.series.chapters import chapter_in, chapters_of
from readinggroup.series.forms import PlanForm, chapters_form
from readinggroup.series.plan import BookPlan, plan_of
from readinggroup.series.queries import series_with_id

SETTLED = "That chapter is on the programme or was held, so this can't be changed here."


def book_with_id(group: Group, series_id: int) -> Series | None:
    """The group's book of that id."""
    found = series_with_id(group, series_id)
    return found if found is not None and found.kind is SeriesKind.BOOK else None


@bp.route("/<group_slug>/series/<int:series_id>/chapters", methods=["GET", "POST"])
@access(is_co_lead, series=book_with_id)
def chapters(series: Series) -> ResponseReturnValue:
    form = chapters_form(chapters_of(g.group, series))
    if form.validate_on_submit():
        chapter_actions.write_chapters(g.group, series, form.lines(), now=clock.now(), by=actor())
        commit()
        flash("Saved.", "success")
        if "more" in request.form:
            return redirect(url_for(".chapters", series_id=series.id, _anchor="more"), 303)
        return _to(series)
    return render_template("series/chapters.html", form=form, series=series), 422 if form.errors else 200


@bp.route("/<group_slug>/series/<int:series_id>/plan", methods=["GET", "POST"])
@access(is_co_lead, series=book_with_id)
def plan(series: Series) -> ResponseReturnValue:
    each = _each()
    form = PlanForm()
    if not form.validate_on_submit():
        return _plan_page(series, form, plan_of(g.group, series, per_session=each, now=clock.now()))
    try:
        done = chapter_actions.apply_plan(
            g.group, series, per_session=each, based_on=form.based_on.data or "", now=clock.now(), by=actor()
        )
    except (ProgrammeChanged, PlaceTaken):
        new = plan_of(g.group, series, per_session=each, now=clock.now())
        return _plan_page(series, form, new, has_changed=True), 409
    commit()
    flash(f"{counted(len(done.changed), 'chapter')} moved.", "success")
    return _to(series)


def _each() -> int:
    """How many chapters a session takes at most, as the address says; one where it says nothing fit."""
    asked = request.args.get("each", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked[:3]) <= g.group.places else 1


def _plan_page(series: Series, form: PlanForm, proposed: BookPlan, *, has_changed: bool = False) -> str:
    form.based_on.data = proposed.based_on
    return render_template(
        "series/plan.html",
        series=series,
        form=form,
        plan=proposed,
        choices=range(1, g.group.places + 1),
        has_changed=has_changed,
    )


@bp.post("/<group_slug>/series/chapters/<int:chapter_id>/announce")
@access(is_co_lead, chapter=chapter_in)
def announce(chapter: Chapter) -> ResponseReturnValue:
    try:
        chapter_actions.announce_chapter(g.group, chapter, now=clock.now(), by=actor())
    except chapter_actions.NotPlanned:
        flash("No place is meant for this chapter yet. Plan the chapters first.", "warning")
    except chapter_actions.ChapterSettled:
        flash("It is on the programme already.")
    except PlaceTaken:
        flash("That place can't take it any more. Plan the chapters again.", "warning")
    else:
        commit()
        flash(f"Chapter {chapter.number} is on the programme.", "success")
    return _back(chapter)


@bp.post("/<group_slug>/series/chapters/<int:chapter_id>/skip")
@access(is_co_lead, chapter=chapter_in)
def skip(chapter: Chapter) -> ResponseReturnValue:
    try:
        chapter_actions.skip_chapter(g.group, chapter, now=clock.now(), by=actor())
    except chapter_actions.ChapterSettled:
        flash(SETTLED, "warning")
    else:
        commit()
        flash(f"Chapter {chapter.number} is left out. The plan moves the later ones up.", "success")
    return _back(chapter)


@bp.post("/<group_slug>/series/chapters/<int:chapter_id>/take-up")
@access(is_co_lead, chapter=chapter_in)
def take_up(chapter: Chapter) -> ResponseReturnValue:
    chapter_actions.take_up_chapter(g.group, chapter, now=clock.now(), by=actor())
    commit()
    flash(f"Chapter {chapter.number} is read after all. The plan finds a place for it.", "success")
    return _back(chapter)


@bp.post("/<group_slug>/series/chapters/<int:chapter_id>/present")
@access(is_member, chapter=chapter_in)
def present(chapter: Chapter) -> ResponseReturnValue:
    try:
        chapter_actions.volunteer(g.group, chapter, now=clock.now(), by=actor())
    except chapter_actions.PresenterFound:
        flash("Somebody presents it already.")
    except chapter_actions.ChapterSettled:
        flash(SETTLED, "warning")
    else:
        commit()
        flash(f"You present chapter {chapter.number}. Thank you.", "success")
    return _back(chapter)


@bp.post("/<group_slug>/series/chapters/<int:chapter_id>/give-back")
@access(may_give_chapter_back, chapter=chapter_in)
def give_back(chapter: Chapter) -> ResponseReturnValue:
    try:
        chapter_actions.step_back(g.group, chapter, now=clock.now(), by=actor())
    except chapter_actions.ChapterSettled:
        flash("It is on the programme: say on the talk's page that you can't come.", "warning")
    else:
        commit()
        flash(f"Nobody presents chapter {chapter.number} now.", "success")
    return _back(chapter)


def _to(series: Series) -> ResponseReturnValue:
    return redirect(url_for("archive.series", slug=series.slug), 303)


def _back(chapter: Chapter) -> ResponseReturnValue:
    slug = chapter.series.slug
    return redirect(url_for("archive.series", slug=slug, _anchor=f"chapter-{chapter.number}"), 303)
