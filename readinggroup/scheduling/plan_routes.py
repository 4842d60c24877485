"""The co-leads' plan and its proposal."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.pitches.queries import open_pitches_of
from readinggroup.scheduling import (
    actions,
    queries,
    talk_actions,
)
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.plan_forms import (
    AheadForm,
    ProposalForm,
    fresh_proposal_form,
    proposal_form,
    rows_of,
)
from readinggroup.scheduling.proposing import ChangeSet, propose
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged
from readinggroup.scheduling.telling import counted, told_meeting
from readinggroup.scheduling.zone_actions import zone_changes
from readinggroup.voting.queries import winners_waiting

SESSIONS_AT_ONCE = 4


@bp.get("/<group_slug>/plan")
@access(is_co_lead)
def plan() -> ResponseReturnValue:
    now = clock.now()
    meetings = queries.unfinished_meetings(g.group, now)
    return render_template(
        "scheduling/plan.html",
        meetings=[told_meeting(g.group, each, now=now) for each in meetings],
        zone_changes=zone_changes(g.group, meetings),
        waiting=winners_waiting(g.group),
        others=open_pitches_of(g.group),
        reach=queries.dates_made(g.group, now) + SESSIONS_AT_ONCE,
    )


@bp.post("/<group_slug>/plan/sessions")
@access(is_co_lead)
def add_sessions() -> ResponseReturnValue:
    form = AheadForm()
    if form.validate():
        made = actions.make_meetings(g.group, count=form.count.data, now=clock.now(), by=actor())
        commit()
        flash(f"{counted(len(made), 'session')} added." if made else "Those sessions are there already.")
    return redirect(url_for(".plan"), 303)


@bp.route("/<group_slug>/plan/proposal", methods=["GET", "POST"])
@access(is_co_lead)
def proposal() -> ResponseReturnValue:
    changes = _change_set()
    form = proposal_form(changes)
    if not form.validate_on_submit():
        return _proposal_page(form, changes), 422 if form.errors else 200
    try:
        talks = talk_actions.publish(g.group, **form.change(), now=clock.now(), by=actor())
    except (ProgrammeChanged, PlaceTaken):
        changes = _change_set()
        return _proposal_page(fresh_proposal_form(changes), changes, has_changed=True), 409
    commit()
    flash(
        f"Published: {counted(len(talks), 'talk')}." if talks else "No talk was chosen; nothing is changed."
    )
    return redirect(url_for(".plan"), 303)


def _change_set() -> ChangeSet:
    return propose(g.group, winners_waiting(g.group), open_pitches_of(g.group), now=clock.now())


def _proposal_page(form: ProposalForm, changes: ChangeSet, *, has_changed: bool = False) -> str:
    return render_template(
        "scheduling/proposal.html",
        form=form,
        rows=rows_of(form, changes.rows),
        others=rows_of(form, changes.others),
        has_places=bool(changes.options),
        has_changed=has_changed,
    )
