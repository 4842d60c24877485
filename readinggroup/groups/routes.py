"""Joining a group, confirming an address, and the members page."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, login_user, verify_password

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_co_lead, is_member
from readinggroup.accounts.links import user_to_confirm
from readinggroup.accounts.passwords import normal_password
from readinggroup.db import commit
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.groups import members as acts
from readinggroup.groups.forms import ApplyForm, ConfirmForm, DeclineForm, JoinForm
from readinggroup.groups.joining import ByInvitation, apply, apply_by_mail, confirm_address
from readinggroup.groups.queries import applicants_of, members_of, membership_in
from readinggroup.models import Membership, User

bp = Blueprint("groups", __name__)
REFUSALS: dict[type[Exception], str] = {
    acts.LastCoLead: "The group needs a co-lead: make somebody else one first.",
    acts.NotInThatPlace: "Somebody else was quicker, so nothing was changed. This is how things stand now.",
    acts.NoLongerCoLead: "You aren't a co-lead any more, so nothing was changed.",
}


@bp.route("/<group_slug>/join", methods=["GET", "POST"])
@access(anyone)
def join() -> ResponseReturnValue:
    user = actor().user
    return _join_as_user(user) if user else _join_as_visitor()


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@access(anyone)
def confirm(token: str) -> ResponseReturnValue:
    form = ConfirmForm()
    user = user_to_confirm(token, secret=current_app.config["SECRET_KEY"], lock=form.is_submitted())
    if user is None:
        return render_template("groups/confirm.html", form=None), 410
    if form.validate_on_submit():
        if verify_password(normal_password(form.password.data), user.password or ""):
            return _welcome(user)
        form.password.errors = ["That isn't the password. If you forgot it, ask to join once more."]
    return render_template("groups/confirm.html", form=form, email=user.email), 422 if form.errors else 200


@bp.get("/<group_slug>/members/")
@access(is_member)
def members() -> ResponseReturnValue:
    leads = actor().is_co_lead
    return render_template(
        "groups/members.html",
        members=members_of(g.group),
        applicants=applicants_of(g.group) if leads else [],
        declined=applicants_of(g.group, MembershipState.REMOVED) if leads else [],
    )


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


def _join_as_user(user: User) -> ResponseReturnValue:
    form = ApplyForm()
    if form.validate_on_submit():
        try:
            place = apply(g.group, user, why=form.why.data or "", now=clock.now(), by=actor())
        except ByInvitation:
            return redirect(url_for(".join"), 303)
        commit()
        if place.role is not Role.APPLICANT:
            flash(f"Welcome to {g.group.name}.", "success")
            return redirect(url_for("front.group"), 303)
        flash("The co-leads have your application.", "success")
        return redirect(url_for(".join"), 303)
    return render_template(
        "groups/join.html", form=form, place=actor().membership
    ), 422 if form.errors else 200


def _join_as_visitor() -> ResponseReturnValue:
    form = JoinForm()
    if not form.validate_on_submit():
        return render_template("groups/join.html", form=form, place=None), 422 if form.errors else 200
    # Hashed whoever asks, so that the time it takes tells nothing about accounts.
    hashed = hash_password(normal_password(form.password.data))
    if not form.is_trap_sprung:
        try:
            apply_by_mail(
                g.group,
                form.email.data or "",
                form.name.data or "",
                password_hash=hashed,
                why=form.why.data or "",
                secret=current_app.config["SECRET_KEY"],
                now=clock.now(),
            )
        except ByInvitation:
            return redirect(url_for(".join"), 303)
        commit()
    return render_template("groups/join_sent.html", email=form.email.data)


def _welcome(user: User) -> ResponseReturnValue:
    groups = confirm_address(user, now=clock.now())
    commit()
    login_user(user)
    flash("Your address is confirmed, and you are signed in.", "success")
    where = url_for(".join", group_slug=groups[0].slug) if groups else url_for("front.community")
    return redirect(where, 303)
