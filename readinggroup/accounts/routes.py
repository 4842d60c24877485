"""One's own account."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, verify_password

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import signed_in
from readinggroup.accounts.actions import change_password, end_sign_ins, rename_user
from readinggroup.accounts.forms import NameForm, PasswordForm
from readinggroup.accounts.passwords import normal_password
from readinggroup.accounts.queries import sign_in_of, sign_ins_of
from readinggroup.db import commit
from readinggroup.models import SignIn, User
from readinggroup.web.when import date_words

bp = Blueprint("accounts", __name__)


@bp.route("/account", methods=["GET", "POST"])
@access(signed_in)
def account() -> ResponseReturnValue:
    user = _user()
    form = NameForm(data={"name": user.name})
    if form.validate_on_submit():
        rename_user(user, form.name.data or "", now=clock.now(), by=actor())
        commit()
        flash("Saved.", "success")
        return redirect(url_for(".account"), 303)
    return _page(user, form, PasswordForm(user.email))


@bp.post("/account/password")
@access(signed_in)
def password() -> ResponseReturnValue:
    user = _user()
    form = PasswordForm(user.email)
    if form.validate_on_submit():
        if verify_password(normal_password(form.present.data), user.password or ""):
            hashed = hash_password(normal_password(form.password.data))
            change_password(user, hashed, keep=_own_sign_in(), now=clock.now(), by=actor())
            commit()
            flash("The password is changed, and every other device is signed out.", "success")
            return redirect(url_for(".account"), 303)
        form.present.errors = ["That isn't your present password."]
    return _page(user, NameForm(formdata=None, data={"name": user.name}), form)


@bp.post("/account/sign-out-everywhere")
@access(signed_in)
def sign_out_everywhere() -> ResponseReturnValue:
    end_sign_ins(_user(), now=clock.now(), by=actor())
    commit()
    session.clear()
    return redirect(url_for("security.login"), 303)


def _user() -> User:
    user = actor().user
    if user is None:
        raise LookupError("The door lets in only people with an account.")
    return user


def _own_sign_in() -> SignIn | None:
    # Imported here: the set-up of sign-in needs doors and forms of its own first.
    from readinggroup.accounts.security import TOKEN

    token = session.get(TOKEN)
    return sign_in_of(token) if isinstance(token, str) else None


def _page(user: User, name_form: NameForm, password_form: PasswordForm) -> ResponseReturnValue:
    own = _own_sign_in()
    words = render_template(
        "accounts/account.html",
        user=user,
        name_form=name_form,
        password_form=password_form,
        sign_ins=[
            (
                row.device or "An unknown device",
                date_words(row.created_at.date()),
                own is not None and row.id == own.id,
            )
            for row in sign_ins_of(user)
        ],
    )
    return words, 422 if name_form.errors or password_form.errors else 200
