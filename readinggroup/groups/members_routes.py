"""The members page: applications, roles, leaving."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead, is_member, may_see_members
from readinggroup.db import commit
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.domain.rhythm import zone_at
from readinggroup.groups import members as acts
from readinggroup.groups.blueprint import bp
from readinggroup.groups.forms import DeclineForm
from readinggroup.groups.member_queries import MemberRow, Part, member_rows
from readinggroup.groups.queries import accepted_lately, applicants_of, co_leads_of, membership_in
from readinggroup.models import Membership
from readinggroup.web.forms import tidy
from readinggroup.web.when import date_words

ON_A_PAGE = 100

REFUSALS: dict[type[Exception], str] = {
    acts.LastCoLead: "The group needs a co-lead: make somebody else one first.",
    acts.NotInThatPlace: "Somebody else was quicker, so nothing was changed. This is how things stand now.",
    acts.NoLongerCoLead: "You aren't a co-lead any more, so nothing was changed.",
}


@bp.get("/<group_slug>/members/")
@access(may_see_members)
def members() -> ResponseReturnValue:
    leads, named = actor().is_co_lead, tidy(request.args.get("q"))[:120]
    part = request.args.get("part", Part.ALL, type=Part)
    if part is Part.REMOVED and not leads:
        part = Part.ALL
    found = member_rows(g.group, part, named=named, by_email=leads)
    page = request.args.get("page", 1, type=int)
    first = (max(1, min(page, 10_000)) - 1) * ON_A_PAGE
    return render_template(
        "groups/members.html",
        members=found[first : first + ON_A_PAGE],
        found=len(found),
        q=named,
        part=part.value,
        last_seen={row.id: _last_seen(row) for row in found} if leads else {},
        newer_url=_page_url(page - 1, named, part) if first else "",
        older_url=_page_url(page + 1, named, part) if len(found) > first + ON_A_PAGE else "",
        has_other_leads=len(co_leads_of(g.group)) > 1 if leads else False,
        applicants=applicants_of(g.group) if leads else [],
        declined=applicants_of(g.group, MembershipState.REMOVED) if leads else [],
        accepted=accepted_lately(g.group, clock.now() - acts.UNDO_FOR) if leads else [],
    )


def _page_url(page: int, named: str, part: Part) -> str:
    return url_for(".members", q=named or None, part=None if part is Part.ALL else part.value, page=page)


def _last_seen(row: MemberRow) -> str:
    """On which day, as the group's calendars have it; empty for whoever has never signed in."""
    if row.last_seen_at is None:
        return ""
    return date_words(row.last_seen_at.astimezone(zone_at(g.group.zone)).date())


@bp.post("/<group_slug>/members/<int:membership_id>/accept")
@access(is_co_lead, place=membership_in)
def accept(place: Membership) -> ResponseReturnValue:
    return _done(lambda: acts.accept(g.group, place, now=clock.now(), by=actor()), "They are a member now.")


@bp.route("/<group_slug>/members/<int:membership_id>/decline", methods=["GET", "POST"])
@access(is_co_lead, place=membership_in)
def decline(place: Membership) -> ResponseReturnValue:
    form = DeclineForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        return _done(
            lambda: acts.decline(g.group, place, reason=reason, now=clock.now(), by=actor()),
            "The application is declined; you can put it back below.",
        )
    words = render_template("groups/decline.html", form=form, place=place)
    return words, 422 if form.errors else 200


@bp.post("/<group_slug>/members/<int:membership_id>/undo")
@access(is_co_lead, place=membership_in)
def undo_decline(place: Membership) -> ResponseReturnValue:
    return _done(
        lambda: acts.undo_decline(g.group, place, now=clock.now(), by=actor()), "The application waits again."
    )


@bp.post("/<group_slug>/members/<int:membership_id>/undo-accept")
@access(is_co_lead, place=membership_in)
def undo_accept(place: Membership) -> ResponseReturnValue:
    return _done(
        lambda: acts.undo_accept(g.group, place, now=clock.now(), by=actor()), "The application waits again."
    )


@bp.post("/<group_slug>/members/<int:membership_id>/reinstate")
@access(is_co_lead, place=membership_in)
def reinstate(place: Membership) -> ResponseReturnValue:
    return _done(
        lambda: acts.reinstate(g.group, place, now=clock.now(), by=actor()), "They are a member again."
    )


@bp.post("/<group_slug>/members/<int:membership_id>/hand-over")
@access(is_co_lead, place=membership_in)
def hand_over(place: Membership) -> ResponseReturnValue:
    return _done(
        lambda: acts.hand_over(g.group, place, now=clock.now(), by=actor()),
        "You have handed over: they lead the group, and you are a member.",
    )


@bp.post("/<group_slug>/members/<int:membership_id>/lead")
@access(is_co_lead, place=membership_in)
def make_co_lead(place: Membership) -> ResponseReturnValue:
    return _give(place, Role.CO_LEAD)


@bp.post("/<group_slug>/members/<int:membership_id>/follow")
@access(is_co_lead, place=membership_in)
def make_member(place: Membership) -> ResponseReturnValue:
    return _give(place, Role.MEMBER)


@bp.post("/<group_slug>/members/<int:membership_id>/remove")
@access(is_co_lead, place=membership_in)
def remove(place: Membership) -> ResponseReturnValue:
    return _done(
        lambda: acts.remove(g.group, place, now=clock.now(), by=actor()),
        "They belong to the group no longer.",
    )


@bp.route("/<group_slug>/members/leave", methods=["GET", "POST"])
@access(is_member)
def leave() -> ResponseReturnValue:
    own = actor().membership
    if request.method == "GET" or own is None:
        return render_template("groups/leave.html")
    try:
        acts.leave(g.group, own, now=clock.now(), by=actor())
    except (acts.LastCoLead, acts.NotInThatPlace) as refusal:
        flash(REFUSALS[type(refusal)], "error")
        return redirect(url_for("front.group"), 303)
    commit()
    flash(f"You have left {g.group.name}.", "success")
    return redirect(url_for("front.group"), 303)


def _give(place: Membership, role: Role) -> ResponseReturnValue:
    return _done(
        lambda: acts.change_role(g.group, place, role, now=clock.now(), by=actor()), "The role is changed."
    )


def _done(act: Callable[[], None], words: str) -> ResponseReturnValue:
    """Do it, say so or why not, and go back to the members."""
    try:
        act()
    except tuple(REFUSALS) as refusal:
        flash(REFUSALS[type(refusal)], "error")
    else:
        commit()
        flash(words, "success")
    # Whoever gave up their own role may have no door to the members page left.
    return redirect(url_for(".members" if actor().is_member else "front.group"), 303)
