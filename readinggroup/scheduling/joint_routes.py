"""The co-leads' page of sessions that are held together with another group."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.models import Group, JointSession, Meeting
from readinggroup.scheduling import joint_actions, joint_queries
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.queries import meeting_with_id, unfinished_meetings
from readinggroup.scheduling.refusals import SessionOver
from readinggroup.web.forms import Form
from readinggroup.web.when import short_date

NO_MORE = "That invitation has changed meanwhile. Look at how it stands now."


class InviteForm(Form):
    """Which group is invited to which session."""

    session = SelectField("Session", coerce=int)
    guest = SelectField("Group", coerce=int)


def invite_form() -> InviteForm:
    """The form, with the sessions to come and the other groups to choose from."""
    form = InviteForm()
    form.session.choices = [
        SelectChoice(m.id, f"Session {m.number}" + (f", {short_date(m.on)} {m.on.year}" if m.on else ""))
        for m in unfinished_meetings(g.group, clock.now())
        if m.state.value != "cancelled"
    ]
    form.guest.choices = [SelectChoice(other.id, other.name) for other in joint_queries.others_of(g.group)]
    return form


@bp.route("/<group_slug>/joint/", methods=["GET", "POST"])
@access(is_co_lead)
def joint_sessions() -> ResponseReturnValue:
    form = invite_form()
    if form.validate_on_submit():
        meeting = meeting_with_id(g.group, form.session.data)
        guest = joint_queries.other_group(g.group, form.guest.data)
        if meeting is not None and guest is not None:
            return _invited(meeting, guest)
    return render_template(
        "scheduling/joint.html",
        form=form,
        to_us=joint_queries.invitations_to(g.group),
        by_us=joint_queries.invitations_by(g.group),
    ), 422 if form.errors else 200


def _invited(meeting: Meeting, guest: Group) -> ResponseReturnValue:
    try:
        joint_actions.invite_group(g.group, meeting, guest, now=clock.now(), by=actor())
    except joint_actions.AlreadyInvited:
        flash(f"{guest.name} is invited to that session already.")
    except SessionOver:
        flash("That session is cancelled.", "warning")
    else:
        commit()
        flash(f"{guest.name} is invited. Its co-leads are told; they accept or decline.", "success")
    return redirect(url_for(".joint_sessions"), 303)


@bp.post("/<group_slug>/joint/<int:joint_id>/accept")
@access(is_co_lead, joint=joint_queries.invitation_to)
def accept_joint(joint: JointSession) -> ResponseReturnValue:
    return _answered(joint, joint_actions.accept_invitation, "Your group takes part. The host is told.")


@bp.post("/<group_slug>/joint/<int:joint_id>/decline")
@access(is_co_lead, joint=joint_queries.invitation_to)
def decline_joint(joint: JointSession) -> ResponseReturnValue:
    return _answered(joint, joint_actions.decline_invitation, "Declined. You can still take part after all.")


@bp.post("/<group_slug>/joint/<int:joint_id>/leave")
@access(is_co_lead, joint=joint_queries.invitation_to)
def leave_joint(joint: JointSession) -> ResponseReturnValue:
    words = "Your group takes no part any more. You can still take part after all."
    return _answered(joint, joint_actions.leave_session, words)


@bp.post("/<group_slug>/joint/<int:joint_id>/withdraw")
@access(is_co_lead, joint=joint_queries.invitation_by)
def withdraw_joint(joint: JointSession) -> ResponseReturnValue:
    return _answered(
        joint, joint_actions.withdraw_invitation, "The invitation is taken back. You can invite them again."
    )


def _answered(joint: JointSession, act: Callable[..., None], words: str) -> ResponseReturnValue:
    try:
        act(g.group, joint, now=clock.now(), by=actor())
    except joint_actions.JointOver:
        flash(NO_MORE, "warning")
    else:
        commit()
        flash(words, "success")
    return redirect(url_for(".joint_sessions"), 303)
