"""The group's settings, section by section, and the style sheet of its accent."""

from flask import Response, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, may_change_settings
from readinggroup.db import commit
from readinggroup.domain.colour import accent_of
from readinggroup.groups.blueprint import bp
from readinggroup.groups.settings import change_settings
from readinggroup.groups.settings_forms import SECTIONS, AboutForm, SettingsForm, contrast_words
from readinggroup.web.headers import A_YEAR


@bp.get("/<group_slug>/settings")
@access(may_change_settings)
def settings() -> ResponseReturnValue:
    return _page()


@bp.post("/<group_slug>/settings/<section>")
@access(may_change_settings)
def save_settings(section: str) -> ResponseReturnValue:
    if section not in SECTIONS:
        abort(404)
    title, kind = SECTIONS[section]
    form = kind(obj=g.group)
    if isinstance(form, AboutForm) and form.preview.data:
        return _page(section, form)
    if form.validate_on_submit():
        change_settings(g.group, form.changes(), now=clock.now(), by=actor())
        commit()
        flash(f"{title}: saved.", "success")
        return redirect(url_for(".settings", _anchor=section), 303)
    return _page(section, form), 422


@bp.get("/<group_slug>/accent.css")
@access(anyone)
def accent() -> ResponseReturnValue:
    """The few lines that give the group's pages its accent; their address has the colour in it."""
    if g.group.accent is None:
        abort(404)
    made = accent_of(g.group.accent)
    style = (
        f":root {{ --accent: light-dark({made.light}, {made.dark}); "
        f"--accent-deep: light-dark({made.light_deep}, {made.dark_deep}); }}\n"
    )
    return Response(style, mimetype="text/css", headers={"Cache-Control": A_YEAR})


def _page(section: str = "", form: SettingsForm | None = None) -> str:
    """All sections, the one that was sent as it was sent."""
    forms = {
        key: form if form is not None and key == section else kind(formdata=None, obj=g.group)
        for key, (_, kind) in SECTIONS.items()
    }
    return render_template(
        "groups/settings.html",
        sections=[(key, SECTIONS[key][0], shown) for key, shown in forms.items()],
        sent=form,
        contrast_words=contrast_words(g.group.accent),
        preview=form.mission.data if isinstance(form, AboutForm) and form.preview.data else None,
    )
