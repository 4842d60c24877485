"""Lists of people: the members as a file, and an import in three steps: choose, look, send."""

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_export_members, may_invite
from readinggroup.db import commit
from readinggroup.domain.rhythm import zone_at
from readinggroup.groups.blueprint import bp
from readinggroup.groups.forms import ListForm, SendListForm
from readinggroup.groups.inviting import invite_list, runs
from readinggroup.groups.member_lists import NoList, Row, rows_in, text_of
from readinggroup.groups.member_queries import list_of, member_rows
from readinggroup.models import Invitation
from readinggroup.web.spreadsheets import table
from readinggroup.web.when import moment

DAYS = 30
ROLES = {"member": "member", "co_lead": "co-lead"}


@bp.get("/<group_slug>/members/members.csv")
@access(may_export_members)
def export_members() -> ResponseReturnValue:
    """The members as a file for spreadsheets."""
    zone = zone_at(g.group.zone)
    rows = [
        (
            row.name,
            row.email,
            ROLES[row.role.value],
            row.joined_at.astimezone(zone).date().isoformat(),
            row.last_seen_at.astimezone(zone).date().isoformat() if row.last_seen_at else "",
        )
        for row in member_rows(g.group)
    ]
    name = f"{g.group.slug}-members.csv"
    return Response(
        table(("name", "email", "role", "joined", "last seen"), rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.route("/<group_slug>/members/import", methods=["GET", "POST"])
@access(may_invite)
def import_members() -> ResponseReturnValue:
    """Choose a file, then see what it says; nothing is done yet."""
    form = ListForm()
    if not form.validate_on_submit():
        return render_template("groups/import.html", form=form), 422 if form.errors else 200
    chosen = request.files.get("file")
    try:
        text = text_of(chosen.stream.read()) if chosen and chosen.filename else form.people.data or ""
        rows = _rows(text)
    except NoList as problem:
        form.people.errors = [str(problem)]
        return render_template("groups/import.html", form=form), 422
    return _preview(text, rows)


@bp.post("/<group_slug>/members/import/send")
@access(may_invite)
def send_list() -> ResponseReturnValue:
    form = SendListForm()
    text = form.text.data or ""
    try:
        rows = _rows(text)
    except NoList:
        return redirect(url_for(".import_members"), 303)
    if not form.validate_on_submit() or not any(row.is_good for row in rows):
        return _preview(text, rows)
    list_id = invite_list(g.group, rows, days=DAYS, now=clock.now(), by=actor())
    commit()
    flash("The invitations are on their way; this page says who has come.", "success")
    return redirect(url_for(".imported_list", list_id=list_id), 303)


@bp.get("/<group_slug>/members/import/<list_id>")
@access(may_invite, invitations=list_of)
def imported_list(invitations: list[Invitation]) -> ResponseReturnValue:
    now, first = clock.now(), invitations[0]
    return render_template(
        "groups/imported.html",
        sent=moment(first.made_at, g.group.zone),
        expires=moment(first.expires_at, g.group.zone),
        came=[invitation for invitation in invitations if invitation.used],
        waiting=[invitation for invitation in invitations if runs(invitation, now)],
        ended=[invitation for invitation in invitations if not invitation.used and not runs(invitation, now)],
        total=len(invitations),
    )


def _rows(text: str) -> list[Row]:
    return rows_in(text, {row.email for row in member_rows(g.group)})


def _preview(text: str, rows: list[Row]) -> str:
    return render_template(
        "groups/import_preview.html",
        form=SendListForm(formdata=None, data={"text": text}),
        good=[row for row in rows if row.is_good],
        wrong=[row for row in rows if row.wrong],
        known=[row for row in rows if row.known],
        days=DAYS,
    )
