"""Joining a group by application or invitation, and confirming an address."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, login_user

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, signed_in
from readinggroup.accounts.entering import evenly, is_password_of
from readinggroup.accounts.links import user_to_confirm
from readinggroup.accounts.passwords import normal_password
from readinggroup.db import begin_writing, commit
from readinggroup.domain.lifecycle import Role
from readinggroup.groups import (
    invitation_routes,
    list_routes,
    members_routes,
    record_routes,
    settings_routes,
    speaker_routes,
)
from readinggroup.groups.blueprint import bp
from readinggroup.groups.forms import ApplyForm, ConfirmForm, JoinForm, asking
from readinggroup.groups.inviting import InvitationEnded, invitation_by_token, runs
from readinggroup.groups.joining import (
    ByInvitation,
    NotApplying,
    apply,
    apply_by_mail,
    confirm_address,
    take_back,
)
from readinggroup.groups.queries import questions_in
from readinggroup.models import Invitation, User
from readinggroup.web.when import moment

__all__ = [
    "bp",
    "invitation_routes",
    "list_routes",
    "members_routes",
    "record_routes",
    "settings_routes",
    "speaker_routes",
]


@bp.route("/<group_slug>/join", methods=["GET", "POST"])
@access(anyone, begins=False)
@evenly
def join() -> ResponseReturnValue:
    questions = questions_in(g.group.join_questions)
    user = actor().user
    if user is not None:
        return _join_as_user(user, asking(ApplyForm, questions)(), None)
    return _join_as_visitor(asking(JoinForm, questions)(), None)


@bp.route("/<group_slug>/invited/<token>", methods=["GET", "POST"])
@access(anyone, begins=False)
@evenly
def invited(token: str) -> ResponseReturnValue:
    invitation = invitation_by_token(g.group, token)
    if invitation is None or not runs(invitation, clock.now()):
        return render_template("groups/invited.html", form=None, invitation=None), 410
    user = actor().user
    if user is not None:
        return _join_as_user(user, ApplyForm(), invitation)
    return _join_as_visitor(JoinForm(), invitation)


@bp.post("/<group_slug>/join/take-back")
@access(signed_in)
def take_application_back() -> ResponseReturnValue:
    place = actor().membership
    try:
        if place is None:
            raise NotApplying
        take_back(g.group, place, now=clock.now(), by=actor())
    except NotApplying:
        flash("There is no application of yours that waits; this is how things stand.", "error")
    else:
        commit()
        flash("You have taken your application back. You can apply again at any time.", "success")
    return redirect(url_for(".join"), 303)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@access(anyone, begins=False)
def confirm(token: str) -> ResponseReturnValue:
    form, secret = ConfirmForm(), current_app.config["SECRET_KEY"]
    user = user_to_confirm(token, secret=secret)
    if user is None:
        return render_template("groups/confirm.html", form=None), 410
    if form.validate_on_submit():
        if is_password_of(user, form.password.data):
            begin_writing()
            still = user_to_confirm(token, secret=secret, lock=True)
            return _welcome(still) if still else redirect(url_for(".confirm", token=token), 303)
        form.password.errors = ["That isn't the password. If you forgot it, ask to join once more."]
    return render_template("groups/confirm.html", form=form, email=user.email), 422 if form.errors else 200


def _join_as_user(user: User, form: ApplyForm, invitation: Invitation | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        begin_writing()
        try:
            place = apply(g.group, user, wish=form.wish(invitation), now=clock.now(), by=actor())
        except (ByInvitation, InvitationEnded):
            return redirect(url_for(".join"), 303)
        commit()
        if place.role is not Role.APPLICANT:
            flash(f"Welcome to {g.group.name}.", "success")
            return redirect(url_for("front.group"), 303)
        flash("The co-leads have your application.", "success")
        return redirect(url_for(".join"), 303)
    return _join_page(form, invitation), 422 if form.errors else 200


def _join_as_visitor(form: JoinForm, invitation: Invitation | None) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _join_page(form, invitation), 422 if form.errors else 200
    # Hashed whoever asks, so that the time it takes tells nothing about accounts.
    hashed = hash_password(normal_password(form.password.data))
    if not form.is_trap_sprung:
        begin_writing()
        try:
            apply_by_mail(
                g.group,
                form.email.data or "",
                form.name.data or "",
                password_hash=hashed,
                wish=form.wish(invitation),
                secret=current_app.config["SECRET_KEY"],
                now=clock.now(),
            )
        except (ByInvitation, InvitationEnded):
            return redirect(url_for(".join"), 303)
        commit()
    return render_template("groups/join_sent.html", email=form.email.data)


def _join_page(form: ApplyForm, invitation: Invitation | None) -> str:
    place = actor().membership
    if invitation is not None:
        return render_template("groups/invited.html", form=form, invitation=invitation, place=place)
    return render_template(
        "groups/join.html",
        form=form,
        place=place,
        applied=moment(place.joined_at, g.group.zone) if place is not None else None,
    )


def _welcome(user: User) -> ResponseReturnValue:
    groups = confirm_address(user, now=clock.now())
    commit()
    login_user(user)
    flash("Your address is confirmed, and you are signed in.", "success")
    where = url_for(".join", group_slug=groups[0].slug) if groups else url_for("front.community")
    return redirect(where, 303)
