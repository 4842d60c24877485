"""Joining a group, and confirming an address."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, login_user, verify_password

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone
from readinggroup.accounts.links import user_to_confirm
from readinggroup.accounts.passwords import normal_password
from readinggroup.db import commit
from readinggroup.domain.lifecycle import Role
from readinggroup.groups import members_routes, settings_routes
from readinggroup.groups.blueprint import bp
from readinggroup.groups.forms import ApplyForm, ConfirmForm, JoinForm
from readinggroup.groups.joining import ByInvitation, apply, apply_by_mail, confirm_address
from readinggroup.models import User

__all__ = ["bp", "members_routes", "settings_routes"]


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
