"""What keeps an account safe: its address, password, passkeys and second step.  All of it asks for a fresh sign-in."""

from flask import abort, current_app, flash, g, jsonify, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import signed_in_afresh
from readinggroup.accounts import codes, passkeys, second_step
from readinggroup.accounts.actions import change_password, tell_of_change
from readinggroup.accounts.blueprint import bp
from readinggroup.accounts.devices import device_words
from readinggroup.accounts.entering import ask_to_sign, own_account, own_sign_in, place, take_challenge
from readinggroup.accounts.forms import AddPasskeyForm, AddressForm, AppCodeForm, PasswordForm
from readinggroup.accounts.passwords import normal_password
from readinggroup.accounts.sign_in_forms import CodeForm
from readinggroup.db import begin_writing, commit
from readinggroup.models import CodePurpose, User

TICKET = "address_code"
SECRET = "app_secret"  # noqa: S105  (the key in the session; the secret there is encrypted)


@bp.route("/account/password", methods=["GET", "POST"])
@access(signed_in_afresh, begins=False)
def password() -> ResponseReturnValue:
    user = own_account()
    form = PasswordForm(user.email)
    if form.validate_on_submit():
        hashed = hash_password(normal_password(form.password.data))
        begin_writing()
        change_password(user, hashed, keep=own_sign_in(), now=clock.now(), by=actor())
        return _changed(
            user, "It has a new password.", "The password is changed, and every other device is signed out."
        )
    return render_template("accounts/password.html", form=form), 422 if form.errors else 200


@bp.route("/account/email", methods=["GET", "POST"])
@access(signed_in_afresh)
def email() -> ResponseReturnValue:
    user = own_account()
    form = AddressForm(user.email)
    if form.validate_on_submit():
        wanted = form.email.data or ""
        session[TICKET] = [codes.mail_address_code(user, wanted, now=clock.now()), wanted]
        commit()
        return redirect(url_for(".type_email_code"), 303)
    return render_template("accounts/email.html", form=form, user=user), 422 if form.errors else 200


@bp.route("/account/email/code", methods=["GET", "POST"])
@access(signed_in_afresh)
def type_email_code() -> ResponseReturnValue:
    ticket, wanted = session.get(TICKET) or (None, "")
    if ticket is None:
        return redirect(url_for(".email"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            spent = codes.spend_code(ticket, form.code.data or "", CodePurpose.ADDRESS, now=clock.now())
            if spent is not None:
                return _take_address(spent.user_id, spent.email or "")
        except codes.CodeEnded:
            return _code_ended()
        commit()
        form.code.errors = [
            "That isn't the code. Look at the latest mail, and mind that only that one works."
        ]
    words = render_template("accounts/email_code.html", form=form, email=wanted, minutes=codes.MINUTES)
    return words, 422 if form.errors else 200


@bp.get("/account/passkeys/new")
@access(signed_in_afresh)
def new_passkey() -> ResponseReturnValue:
    own = own_sign_in()
    form = AddPasskeyForm(data={"name": device_words(own.device if own else "")})
    return render_template("accounts/new_passkey.html", form=form)


@bp.post("/account/passkeys/options")
@access(signed_in_afresh)
def passkey_options() -> ResponseReturnValue:
    return jsonify(ask_to_sign(passkeys.options_to_add(own_account(), place())))


@bp.post("/account/passkeys/new")
@access(signed_in_afresh)
def add_passkey() -> ResponseReturnValue:
    user, form = own_account(), AddPasskeyForm()
    if not form.validate_on_submit():
        return render_template("accounts/new_passkey.html", form=form), 422
    name, answer = form.name.data or "", form.answer.data or ""
    try:
        passkeys.add_passkey(
            user, answer, name, challenge=take_challenge(), place=place(), now=clock.now(), by=actor()
        )
    except passkeys.BadPasskey:
        flash("The browser's passkey didn't fit. Nothing was changed; try again.", "error")
        return redirect(url_for(".new_passkey"), 303)
    return _changed(
        user, f"It has a new passkey, {name}.", "The passkey is added: from now on it signs you in."
    )


@bp.post("/account/passkeys/<int:passkey_id>/remove")
@access(signed_in_afresh)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    user = own_account()
    found = passkeys.passkey_of(user, passkey_id)
    if found is None:
        abort(404)
    name = found.name
    passkeys.remove_passkey(found, now=clock.now(), by=actor())
    return _changed(
        user,
        f"Its passkey {name} is removed.",
        f"{name} doesn't sign in any more. You may delete it on its device too.",
    )


@bp.route("/account/second-step", methods=["GET", "POST"])
@access(signed_in_afresh)
def begin_second_step() -> ResponseReturnValue:
    user, form, key = own_account(), AppCodeForm(), current_app.config["SECRET_KEY"]
    if user.totp_secret is not None:
        return redirect(url_for(".signing_in"), 303)
    secret = session.setdefault(SECRET, second_step.new_secret(key=key))
    if form.validate_on_submit():
        shown = second_step.begin_second_step(
            user, secret, form.code.data or "", key=key, now=clock.now(), by=actor()
        )
        if shown is not None:
            session.pop(SECRET)
            tell_of_change(user, "Signing in takes a second step now.", now=clock.now())
            commit()
            return render_template("accounts/recovery_codes.html", codes=shown, is_new=True)
        form.refuse()
    address = second_step.address_for_app(secret, user, issuer=g.community_name, key=key)
    words = render_template(
        "accounts/begin_second_step.html",
        form=form,
        picture=second_step.picture(address),
        letters=second_step.letters_for_app(secret, key=key),
        address=address,
    )
    return words, 422 if form.errors else 200


@bp.post("/account/second-step/off")
@access(signed_in_afresh)
def end_second_step() -> ResponseReturnValue:
    user = own_account()
    second_step.end_second_step(user, now=clock.now(), by=actor())
    return _changed(user, "Signing in takes no second step any more.", "The second step is off.")


@bp.post("/account/second-step/codes")
@access(signed_in_afresh)
def new_recovery_codes() -> ResponseReturnValue:
    user = own_account()
    if user.totp_secret is None:
        return redirect(url_for(".begin_second_step"), 303)
    shown = second_step.new_recovery_codes(user, now=clock.now(), by=actor())
    tell_of_change(user, "It has new recovery codes; the earlier ones have ended.", now=clock.now())
    commit()
    return render_template("accounts/recovery_codes.html", codes=shown, is_new=False)


def _changed(user: User, told: str, words: str) -> ResponseReturnValue:
    """Owe the user a mail about it, make it lasting, say so, and go back."""
    tell_of_change(user, told, now=clock.now())
    commit()
    flash(words, "success")
    return redirect(url_for(".signing_in"), 303)


def _take_address(user_id: int | None, wanted: str) -> ResponseReturnValue:
    user = own_account()
    session.pop(TICKET, None)
    if user.id != user_id or not codes.change_address(user, wanted, now=clock.now(), by=actor()):
        return _code_ended()
    commit()
    flash(f"Your address is {wanted} now.", "success")
    return redirect(url_for(".signing_in"), 303)


def _code_ended() -> ResponseReturnValue:
    commit()
    session.pop(TICKET, None)
    flash(
        "That code has ended: it was used, or is too old, or was mistyped too often. Ask for a new one.",
        "error",
    )
    return redirect(url_for(".email"), 303)
