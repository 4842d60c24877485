"""When the group meets, for co-leads: seen before it is saved."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_change_settings
from readinggroup.db import commit
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.refusals import ProgrammeChanged
from readinggroup.scheduling.rhythm_actions import Meets, change_rhythm, meets_of, outlook
from readinggroup.scheduling.rhythm_forms import RhythmForm, rhythm_form
from readinggroup.scheduling.rhythm_telling import told_outlook


@bp.route("/<group_slug>/settings/rhythm", methods=["GET", "POST"])
@access(may_change_settings)
def rhythm() -> ResponseReturnValue:
    present = meets_of(g.group)
    form = rhythm_form(present)
    if not form.is_submitted():
        return _page(form, present)
    if not form.validate():
        return _page(form, None), 422
    if form.save.data:
        try:
            change_rhythm(g.group, form.meets(), seen=form.seen.data or "", now=clock.now(), by=actor())
        except ProgrammeChanged:
            return _page(form, form.meets(), is_new=True, has_changed=True), 409
        commit()
        flash("Saved. Whoever speaks at a session that moves is told.", "success")
        return redirect(url_for(".rhythm"), 303)
    return _page(form, form.meets(), is_new=True)


def _page(form: RhythmForm, meets: Meets | None, *, is_new: bool = False, has_changed: bool = False) -> str:
    """``meets``: what to preview; ``is_new`` where that isn't how the group meets now."""
    look = outlook(g.group, meets, now=clock.now()) if meets else None
    if look:
        form.seen.data = look.mark
    return render_template(
        "scheduling/rhythm.html",
        form=form,
        told=told_outlook(meets, look) if meets and look else None,
        is_new=is_new,
        has_changed=has_changed,
    )
