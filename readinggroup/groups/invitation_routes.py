"""The co-leads' page of invitations."""

from flask import current_app, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_invite
from readinggroup.db import commit
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.blueprint import bp
from readinggroup.groups.forms import LinkForm, MailForm
from readinggroup.groups.inviting import invite, revoke, runs
from readinggroup.groups.queries import invitation_in, invitations_of
from readinggroup.models import Invitation
from readinggroup.web.when import moment

LINK = "invitation_link"


@bp.get("/<group_slug>/invitations/")
@access(may_invite)
def invitations() -> ResponseReturnValue:
    return _page(LinkForm(formdata=None), MailForm(formdata=None))


@bp.post("/<group_slug>/invitations/link")
@access(may_invite)
def invite_by_link() -> ResponseReturnValue:
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(form, MailForm(formdata=None)), 422
    token = invite(
        g.group,
        role=Role(form.role.data),
        days=int(form.days.data),
        most=form.most.data or 1,
        now=clock.now(),
        by=actor(),
    )
    commit()
    session[LINK] = url_for(".invited", token=token)  # Shown once; the database has only its digest.
    return redirect(url_for(".invitations"), 303)


@bp.post("/<group_slug>/invitations/mail")
@access(may_invite)
def invite_by_mail() -> ResponseReturnValue:
    form = MailForm()
    if not form.validate_on_submit():
        return _page(LinkForm(formdata=None), form), 422
    for address in form.listed():
        invite(
            g.group,
            role=Role(form.mail_role.data),
            days=int(form.mail_days.data),
            email=address,
            now=clock.now(),
            by=actor(),
        )
    commit()
    count = len(form.listed())
    flash(
        "The invitation is on its way." if count == 1 else f"{count} invitations are on their way.", "success"
    )
    return redirect(url_for(".invitations"), 303)


@bp.post("/<group_slug>/invitations/<int:invitation_id>/revoke")
@access(may_invite, invitation=invitation_in)
def revoke_invitation(invitation: Invitation) -> ResponseReturnValue:
    revoke(invitation, now=clock.now(), by=actor())
    commit()
    flash("The invitation is revoked. Who came in by it stays.", "success")
    return redirect(url_for(".invitations"), 303)


def _page(link_form: LinkForm, mail_form: MailForm) -> str:
    now, rows = clock.now(), invitations_of(g.group)
    path = session.pop(LINK, None)
    told = [
        (invitation, name or "a former member", moment(invitation.expires_at, g.group.zone))
        for invitation, name in rows
    ]
    return render_template(
        "groups/invitations.html",
        link_form=link_form,
        mail_form=mail_form,
        link=current_app.config["SETTINGS"].site_url + path if path else "",
        running=[row for row in told if runs(row[0], now)],
        ended=[row for row in told if not runs(row[0], now)],
    )
