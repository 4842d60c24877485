"""Signing in and out: by password, by a code, by a passkey; and once more before risky acts."""

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import logout_user

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone
from readinggroup.accounts import codes, passkeys
from readinggroup.accounts.entering import (
    ask_to_sign,
    come_in,
    evenly,
    first_step_done,
    is_password_of,
    is_somebody_else,
    onward,
    place,
    take_challenge,
    waits_for_second_step,
)
from readinggroup.accounts.queries import user_by_email, user_who_may_sign_in
from readinggroup.accounts.second_step import pass_second_step
from readinggroup.accounts.sign_in_forms import (
    AgainForm,
    AskForCodeForm,
    CodeForm,
    PasskeyForm,
    SecondStepForm,
    SignInForm,
)
from readinggroup.db import commit
from readinggroup.models import CodePurpose

bp = Blueprint("security", __name__)
TICKET = "sign_in_code"


@bp.route("/login", methods=["GET", "POST"])
@access(anyone, begins=False)
@evenly
def login() -> ResponseReturnValue:
    asking = actor()
    if request.method == "GET" and asking.is_signed_in and (asking.is_fresh or onward() is None):
        return redirect(onward() or url_for("front.community"))
    form = AgainForm(next=onward()) if asking.is_signed_in else SignInForm(next=onward())
    if form.validate_on_submit():
        user = asking.user or user_by_email(form["email"].data)
        if not is_password_of(user, form.password.data):
            form.form_errors.append("That e-mail and password don't belong together.")
        elif user is None or not user.active or user.confirmed_at is None:
            form.form_errors.append(
                "Confirm your address first: follow the link in the mail that we sent you."
            )
        else:
            return first_step_done(user)
    words = render_template(
        "accounts/login.html", form=form, passkey_form=PasskeyForm(formdata=None, next=onward())
    )
    return words, 422 if form.errors else 200


@bp.route("/login/code", methods=["GET", "POST"])
@access(anyone)
@evenly
def code() -> ResponseReturnValue:
    form = AskForCodeForm(next=onward())
    own = actor().user
    if own is not None:
        form.email.data = own.email
    if form.validate_on_submit():
        email = form.email.data or ""
        session[TICKET] = [codes.mail_sign_in_code(email, now=clock.now()), email]
        commit()
        return redirect(url_for(".type_code", next=onward()), 303)
    return render_template("accounts/code.html", form=form), 422 if form.errors else 200


@bp.route("/login/code/type", methods=["GET", "POST"])
@access(anyone)
@evenly
def type_code() -> ResponseReturnValue:
    ticket, email = session.get(TICKET) or (None, "")
    if ticket is None:
        return redirect(url_for(".code", next=onward()), 303)
    form = CodeForm(next=onward())
    if form.validate_on_submit():
        try:
            spent = codes.spend_code(ticket, form.code.data or "", CodePurpose.SIGN_IN, now=clock.now())
        except codes.CodeEnded:
            return _code_ended()
        commit()
        user = user_who_may_sign_in(spent.user_id) if spent and spent.user_id else None
        if user is not None and not is_somebody_else(user):
            session.pop(TICKET)
            return first_step_done(user)
        form.code.errors = [
            "That isn't the code. Look at the latest mail, and mind that only that one works."
        ]
    words = render_template("accounts/type_code.html", form=form, email=email, minutes=codes.MINUTES)
    return words, 422 if form.errors else 200


@bp.route("/login/second-step", methods=["GET", "POST"])
@access(anyone)
def second_step() -> ResponseReturnValue:
    user = waits_for_second_step()
    if user is None or is_somebody_else(user):
        return redirect(url_for(".login", next=onward()), 303)
    form = SecondStepForm(next=onward())
    if form.validate_on_submit():
        key = current_app.config["SECRET_KEY"]
        if pass_second_step(user, form.code.data or "", key=key, now=clock.now()):
            commit()
            return come_in(user)
        form.code.errors = ["That isn't the code that your app shows now, and no unused recovery code."]
    return render_template("accounts/second_step.html", form=form), 422 if form.errors else 200


@bp.post("/login/passkey/options")
@access(anyone, begins=False)
def passkey_options() -> ResponseReturnValue:
    return jsonify(ask_to_sign(passkeys.options_to_use(place())))


@bp.post("/login/passkey")
@access(anyone)
def passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    try:
        if not form.validate_on_submit():
            raise passkeys.BadPasskey
        user = passkeys.use_passkey(
            form.answer.data or "", challenge=take_challenge(), place=place(), now=clock.now()
        )
        if is_somebody_else(user):
            raise passkeys.BadPasskey
    except passkeys.BadPasskey:
        flash("That passkey didn't work here. Try again, or sign in another way.", "error")
        return redirect(url_for(".login", next=onward()), 303)
    commit()
    return come_in(user)


@bp.post("/logout")
@access(anyone, begins=False)
def logout() -> ResponseReturnValue:
    logout_user()
    return redirect(url_for("front.community"), 303)


def _code_ended() -> ResponseReturnValue:
    session.pop(TICKET, None)
    flash(
        "That code has ended: it was used, or is too old, or was mistyped too often. Ask for a new one.",
        "error",
    )
    return redirect(url_for(".code", next=onward()), 303)
