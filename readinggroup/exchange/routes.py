"""Bringing a group's past in: choose it, say what its columns are, look at its rows, import, undo."""

from dataclasses import replace

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_import
from readinggroup.db import commit
from readinggroup.exchange import export_routes, forms, intakes
from readinggroup.exchange.blueprint import bp
from readinggroup.exchange.foreign.columns import Field
from readinggroup.exchange.foreign.encodings import decoded
from readinggroup.exchange.foreign.formats import Foreign, Format, open_text, open_zip
from readinggroup.exchange.histories import PAGE, archive_in
from readinggroup.exchange.page_parts import NotUnderstood
from readinggroup.exchange.undoing import AlreadyUndone
from readinggroup.exchange.waiting import is_overdue, wake, written_so_far
from readinggroup.models import Import, Intake, IntakeState
from readinggroup.web.when import date_words, moment

__all__ = ["bp", "export_routes"]

AT_ONCE = 300
"""Rows that are written while one waits for the page; more of them are the worker's."""
LONGEST_YAML = 600_000
"""Characters of YAML, which takes long to read."""


@bp.route("/<group_slug>/history", methods=["GET", "POST"])
@access(may_import)
def history() -> ResponseReturnValue:
    """Choose a file or paste it; below are those that were begun, and what was imported."""
    form = forms.HistoryForm()
    if not form.validate_on_submit():
        return _history(form)
    try:
        intake = _taken_in(form)
    except NotUnderstood as problem:
        form.text.errors = [f"It can’t be read. {problem}"]
    except intakes.NothingFound:
        form.text.errors = [
            "Nothing in it looks like a session: a table, or a list whose items begin with a date."
        ]
    except intakes.TooManyRows:
        form.text.errors = [
            f"A page takes up to {intakes.MOST_ROWS:,} rows; “flask import” takes any number."
        ]
    else:
        commit()
        step = ".columns" if intake.columns else ".review"
        return redirect(url_for(step, intake_id=intake.id), 303)
    return _history(form)


def _history(form: forms.HistoryForm) -> ResponseReturnValue:
    page = render_template(
        "exchange/history.html",
        form=form,
        begun=intakes.intakes_of(g.group),
        imports=[(run, moment(run.made_at, g.group.zone)) for run in intakes.imports_of(g.group)],
    )
    return page, 422 if form.errors else 200


def _taken_in(form: forms.HistoryForm) -> Intake:
    now, chosen = clock.now(), request.files.get("file")
    form_of_it, base = form.form.data or None, form.base.data or ""
    name = chosen.filename or "" if chosen else ""
    content = chosen.stream.read() if chosen and name else b""
    if content[:2] == b"PK":
        return intakes.take_in(g.group, open_zip(name, content), base=base, now=now)
    text, warnings = decoded(content) if name else (form.text.data or "", ())
    name = name or "pasted"
    if form_of_it == PAGE:
        return _archive(name, text, warnings)
    foreign = replace(open_text(name, text, Format(form_of_it) if form_of_it else None), warnings=warnings)
    if foreign.format is Format.YAML and len(text) > LONGEST_YAML:
        raise NotUnderstood(1, "So much YAML is read by “flask import” alone.")
    return _page_or_rows(foreign, text, base, page_too=form_of_it is None)


def _page_or_rows(foreign: Foreign, text: str, base: str, *, page_too: bool) -> Intake:
    """Markdown may be a page of numbered sessions as well."""
    if page_too and foreign.format is Format.MARKDOWN:
        try:
            return _archive(foreign.name, text, foreign.warnings)
        except NotUnderstood:
            pass
    return intakes.take_in(g.group, foreign, base=base, now=clock.now())


def _archive(name: str, text: str, warnings: tuple[str, ...]) -> Intake:
    return intakes.take_in_archive(g.group, name, archive_in(text, warnings), now=clock.now())


@bp.route("/<group_slug>/history/<int:intake_id>/columns", methods=["GET", "POST"])
@access(may_import, intake=intakes.intake_in)
def columns(intake: Intake) -> ResponseReturnValue:
    """Say what each column is."""
    order = {True: "day", False: "month"}.get(intake.day_first, "")  # type: ignore[arg-type]
    form = forms.ColumnsForm(data={"order": order, "base": intake.base})
    names = [column for column, _ in intake.columns]
    fields = form.chosen(names, intake.fields) if request.method == "POST" else intake.fields
    if not form.validate_on_submit():
        page = render_template(
            "exchange/columns.html", form=form, intake=intake, fields=fields, kinds=list(Field)
        )
        return page, 422 if form.errors else 200
    try:
        intakes.say_columns(intake, fields, day_first=form.day_first(), base=form.base.data or "")
    except intakes.NotOpen:
        return _too_late(intake)
    commit()
    return redirect(url_for(".review", intake_id=intake.id), 303)


@bp.route("/<group_slug>/history/<int:intake_id>", methods=["GET", "POST"])
@access(may_import, intake=intakes.intake_in)
def review(intake: Intake) -> ResponseReturnValue:
    """Look at what was recognised row by row, and correct it; while it is written, how far it is."""
    if intake.state is not IntakeState.OPEN:
        return _progress(intake)
    form = forms.ReviewForm()
    if not form.validate_on_submit():
        doubtful = request.args.get("show") == "doubts"
        before, after = _position("before"), _position("after")
        rows = intakes.shown_rows(
            intake, before=before, after=-1 if after is None else after, doubtful=doubtful
        )
        return _review(form, intake, rows, {}, back=before is not None)
    rows = intakes.rows_with(intake, forms.row_ids())
    typed, errors = forms.typed_in(rows)
    if errors:
        return _review(form, intake, rows, errors)
    try:
        intakes.correct(intake, rows, typed)
        return _then(intake, rows)
    except intakes.NotOpen:
        return _too_late(intake)


def _then(intake: Intake, rows: list[intakes.ShownRow]) -> ResponseReturnValue:
    """What follows once the rows are saved: the same ones, those before or behind them, or the import."""
    then = request.form.get("then", "")
    if then == "import":
        return _import(intake)
    commit()
    show = request.args.get("show") if then not in {"all", "doubts"} else then
    where: dict[str, int] = {}
    if rows and then in {"next", "previous"}:
        where = {"after": rows[-1].row.position} if then == "next" else {"before": rows[0].row.position}
    elif rows and then == "stay":
        where = {"after": rows[0].row.position - 1}
        flash("Saved.", "success")
    show = "doubts" if show == "doubts" else None
    return redirect(url_for(".review", intake_id=intake.id, show=show, **where), 303)  # type: ignore[arg-type]


def _import(intake: Intake) -> ResponseReturnValue:
    if intake.row_count > AT_ONCE:
        intakes.let_wait(intake)
        commit()
        wake(current_app.config["SETTINGS"].data_dir)
        return redirect(url_for(".review", intake_id=intake.id), 303)
    report = intakes.write(g.group, intake, now=clock.now(), by=actor())
    commit()
    if report.run is None:
        flash("Everything in it is there already; nothing was written.")
    else:
        flash(
            f"{report.added} sessions added, {report.filled} completed, {report.kept} kept as they were.",
            "success",
        )
    return redirect(url_for(".history", _anchor="imports"), 303)


def _review(
    form: forms.ReviewForm,
    intake: Intake,
    rows: list[intakes.ShownRow],
    errors: dict[str, str],
    *,
    back: bool = False,
) -> ResponseReturnValue:
    more = len(rows) > intakes.SHOWN
    rows = (rows[-intakes.SHOWN :] if back else rows[: intakes.SHOWN]) if not errors else rows
    shown = render_template(
        "exchange/review.html",
        form=form,
        intake=intake,
        rows=rows,
        errors=errors,
        doubtful=request.args.get("show") == "doubts",
        are_earlier=more if back else bool(rows) and rows[0].row.position > 0,
        are_later=True if back or errors else more,
        value_of=forms.value_of,
        talks_of=forms.talks_of,
        date_words=date_words,
    )
    return shown, 422 if errors else 200


def _progress(intake: Intake) -> ResponseReturnValue:
    if intake.state is IntakeState.DONE:
        return redirect(url_for(".history", _anchor="imports"), 303)
    folder = current_app.config["SETTINGS"].data_dir
    written = written_so_far(folder, intake.id)
    done = min(written or 0, intake.row_count)
    overdue = is_overdue(folder, intake.id, clock.now())
    page = render_template(
        "exchange/progress.html",
        intake=intake,
        done=0 if overdue else done,
        begun=written is not None and not overdue,
        overdue=overdue,
    )
    answer = make_response(page)
    answer.headers["Refresh"] = "10" if overdue else "2"
    return answer


def _too_late(intake: Intake) -> ResponseReturnValue:
    flash("It is being written already.", "error")
    return redirect(url_for(".review", intake_id=intake.id), 303)


def _position(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@bp.post("/<group_slug>/history/<int:intake_id>/drop")
@access(may_import, intake=intakes.intake_in)
def drop(intake: Intake) -> ResponseReturnValue:
    try:
        intakes.drop(intake)
    except intakes.NotOpen:
        return _too_late(intake)
    commit()
    flash(f"{intake.source} is thrown away; nothing of it was imported.", "success")
    return redirect(url_for(".history"), 303)


@bp.post("/<group_slug>/history/imports/<int:import_id>/undo")
@access(may_import, run=intakes.import_in)
def undo(run: Import) -> ResponseReturnValue:
    try:
        intakes.take_back(run, now=clock.now(), by=actor())
    except AlreadyUndone:
        flash("That import was taken back before.")
        return redirect(url_for(".history", _anchor="imports"), 303)
    commit()
    flash(f"The import of {run.source} is taken back.", "success")
    return redirect(url_for(".history", _anchor="imports"), 303)
