"""One's own account: who one is, and where one is signed in."""

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import signed_in
from readinggroup.accounts import safety_routes
from readinggroup.accounts.actions import end_sign_in, end_sign_ins, revise_profile
from readinggroup.accounts.blueprint import bp
from readinggroup.accounts.devices import device_words
from readinggroup.accounts.entering import own_account, own_sign_in
from readinggroup.accounts.forms import ProfileForm, profile_of
from readinggroup.accounts.passkeys import passkeys_of
from readinggroup.accounts.queries import sign_in_with, sign_ins_of
from readinggroup.accounts.second_step import recovery_codes_left
from readinggroup.db import commit

__all__ = ["bp", "safety_routes"]


@bp.route("/account", methods=["GET", "POST"])
@access(signed_in)
def account() -> ResponseReturnValue:
    user = own_account()
    form = ProfileForm(data=profile_of(user))
    if form.validate_on_submit():
        revise_profile(
            user,
            name=form.name.data or "",
            zone=form.zone.data or None,
            links=form.addresses,
            now=clock.now(),
            by=actor(),
        )
        commit()
        flash("Saved.", "success")
        return redirect(url_for(".account"), 303)
    return render_template("accounts/account.html", form=form), 422 if form.errors else 200


@bp.get("/account/signing-in")
@access(signed_in)
def signing_in() -> ResponseReturnValue:
    user, own = own_account(), own_sign_in()
    devices = [
        (row, device_words(row.device), own is not None and row.id == own.id) for row in sign_ins_of(user)
    ]
    return render_template(
        "accounts/signing_in.html",
        user=user,
        passkeys=passkeys_of(user),
        codes_left=recovery_codes_left(user),
        devices=sorted(devices, key=lambda device: not device[2]),
    )


@bp.post("/account/devices/<int:sign_in_id>/sign-out")
@access(signed_in)
def sign_out_device(sign_in_id: int) -> ResponseReturnValue:
    found = sign_in_with(own_account(), sign_in_id)
    if found is None:
        abort(404)
    end_sign_in(found, now=clock.now())
    commit()
    flash("That device is signed out.", "success")
    return redirect(url_for(".signing_in"), 303)


@bp.post("/account/sign-out-everywhere")
@access(signed_in)
def sign_out_everywhere() -> ResponseReturnValue:
    end_sign_ins(own_account(), now=clock.now(), by=actor())
    commit()
    session.clear()
    return redirect(url_for("security.login"), 303)
