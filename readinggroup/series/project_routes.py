"""Research proposals: all of them, and one with its people, its call and what it tells."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    may_join_project,
    may_see_pitch,
    may_see_pitches,
    may_take_update_back,
    may_tell_of_project,
    may_tend_pitch,
)
from readinggroup.db import commit
from readinggroup.domain.lifecycle import NotAllowed, ProjectState, next_states
from readinggroup.models import Pitch, ProjectUpdate
from readinggroup.series import project_actions
from readinggroup.series.blueprint import bp
from readinggroup.series.projects import (
    ORDER,
    ProjectView,
    project_in,
    projects_of,
    proposal_in,
    update_in,
)
from readinggroup.web.forms import Form, MarkdownField, at_most
from readinggroup.web.when import moment

LONGEST_CALL, LONGEST_UPDATE = 4_000, 10_000
WORDS = {
    ProjectState.PROPOSED: "Proposed",
    ProjectState.LOOKING: "Looking for people",
    ProjectState.UNDER_WAY: "Under way",
    ProjectState.FINISHED: "Finished",
    ProjectState.SET_ASIDE: "Set aside",
}
CLOSED = "The pitch behind it was withdrawn or changed, so nothing can be done here any more."


class StateForm(Form):
    """How far a project is."""

    state = SelectField("How far is it?")
    call = MarkdownField(
        "Whom do you look for?",
        [at_most(LONGEST_CALL, "The call")],
        description="What is to be done, and what one should know for it. Markdown, with $math$.",
        render_kw={"rows": 4, "data-preview": ""},
    )


class UpdateForm(Form):
    """What one tells of a project."""

    words = MarkdownField(
        "How does it go?",
        [DataRequired("Write what there is to tell."), at_most(LONGEST_UPDATE, "An update")],
        render_kw={"rows": 4, "data-preview": ""},
    )


def state_form(project: ProjectView) -> StateForm:
    """The form, with the states that can follow on the present one."""
    form = StateForm(data={"state": project.state.value, "call": project.call})
    follow = {project.state, *next_states(project.state)}
    form.state.choices = [
        SelectChoice(state.value, WORDS[state]) for state in ProjectState if state in follow
    ]
    return form


@bp.get("/<group_slug>/projects/")
@access(may_see_pitches)
def projects() -> ResponseReturnValue:
    return render_template("series/projects.html", parts=projects_of(g.group), words=WORDS, order=ORDER)


@bp.get("/<group_slug>/projects/<int:proposal_id>")
@access(may_see_pitch, pitch=proposal_in)
def project(pitch: Pitch) -> ResponseReturnValue:
    return _page(pitch)


@bp.post("/<group_slug>/projects/<int:proposal_id>/state")
@access(may_tend_pitch, pitch=proposal_in)
def move(pitch: Pitch) -> ResponseReturnValue:
    form = state_form(_view(pitch))
    if not form.validate_on_submit():
        return _page(pitch, state=form), 422
    state, call = ProjectState(form.state.data), form.call.data or ""

    def act() -> None:
        project_actions.move_project(pitch, state, call=call, now=clock.now(), by=actor())

    return _done(pitch, act, "Saved.")


@bp.post("/<group_slug>/projects/<int:proposal_id>/join")
@access(may_join_project, pitch=proposal_in)
def join(pitch: Pitch) -> ResponseReturnValue:
    def act() -> None:
        project_actions.join_project(g.group, pitch, now=clock.now(), by=actor())

    return _done(pitch, act, "You take part. Whoever proposed it is told.")


@bp.post("/<group_slug>/projects/<int:proposal_id>/leave")
@access(may_join_project, pitch=proposal_in)
def leave(pitch: Pitch) -> ResponseReturnValue:
    def act() -> None:
        project_actions.leave_project(pitch, now=clock.now(), by=actor())

    return _done(pitch, act, "You take no part any more. You can join again.")


@bp.post("/<group_slug>/projects/<int:proposal_id>/updates")
@access(may_tell_of_project, project=project_in)
def tell(project: ProjectView) -> ResponseReturnValue:
    form = UpdateForm()
    if not form.validate_on_submit():
        return _page(project.pitch, update=form), 422

    def act() -> None:
        project_actions.tell_of_project(project.pitch, form.words.data or "", now=clock.now(), by=actor())

    return _done(project.pitch, act, "Told.")


@bp.post("/<group_slug>/projects/updates/<int:update_id>/remove")
@access(may_take_update_back, update=update_in)
def remove_update(update: ProjectUpdate) -> ResponseReturnValue:
    pitch = proposal_in(g.group, update.pitch_id)
    if pitch is None:
        return redirect(url_for(".projects"), 303)

    def act() -> None:
        project_actions.take_update_back(pitch, update, now=clock.now(), by=actor())

    return _done(pitch, act, "Taken back.")


def _done(pitch: Pitch, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except project_actions.ProjectClosed:
        flash(CLOSED, "warning")
    except NotAllowed:
        flash("Somebody changed how far it is meanwhile. Look at how it stands now.", "warning")
    else:
        commit()
        flash(words, "success")
    return redirect(url_for(".project", proposal_id=pitch.id), 303)


def _view(pitch: Pitch) -> ProjectView:
    found = project_in(g.group, pitch.id)
    assert found is not None  # noqa: S101  (the door has found the pitch a moment ago)
    return found


def _page(pitch: Pitch, *, state: StateForm | None = None, update: UpdateForm | None = None) -> str:
    view, asking = _view(pitch), actor()
    return render_template(
        "series/project.html",
        project=view,
        words=WORDS[view.state],
        told=[
            (each, moment(each.made_at, g.group.zone), may_take_update_back(asking, each))
            for each in view.updates
        ],
        state_form=(state or state_form(view)) if view.is_open and may_tend_pitch(asking, pitch) else None,
        update_form=(update or UpdateForm(formdata=None))
        if view.is_open and may_tell_of_project(asking, view)
        else None,
        may_join=view.is_open and may_join_project(asking, pitch, g.group),
    )
