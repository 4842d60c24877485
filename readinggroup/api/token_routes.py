"""One's own tokens: made, renamed and ended on a page of the account; a new one is shown once."""

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import signed_in, signed_in_afresh
from readinggroup.accounts.entering import own_account
from readinggroup.api.actions import MOST, TooManyTokens, end_token, make_token, rename_token
from readinggroup.api.forms import TokenForm
from readinggroup.api.queries import token_of, tokens_of
from readinggroup.db import commit
from readinggroup.models import ApiToken

bp = Blueprint("tokens", __name__)
FRESH = "new_token"


@bp.get("/account/tokens")
@access(signed_in)
def tokens() -> ResponseReturnValue:
    return _page(TokenForm(), secret=session.pop(FRESH, None))


@bp.post("/account/tokens")
@access(signed_in_afresh)
def make() -> ResponseReturnValue:
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        session[FRESH] = make_token(own_account(), form.name_given, now=clock.now(), by=actor())
    except TooManyTokens:
        flash(f"You have {MOST} tokens already. End one that you don’t need any more.", "error")
    commit()
    return redirect(url_for(".tokens"), 303)


@bp.post("/account/tokens/<int:token_id>/rename")
@access(signed_in)
def rename(token_id: int) -> ResponseReturnValue:
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    rename_token(_own(token_id), form.name_given)
    commit()
    flash("Renamed.", "success")
    return redirect(url_for(".tokens"), 303)


@bp.post("/account/tokens/<int:token_id>/end")
@access(signed_in)
def end(token_id: int) -> ResponseReturnValue:
    token = _own(token_id)
    end_token(token, own_account(), now=clock.now(), by=actor())
    commit()
    flash(f"“{token.name}” has ended. Programs that used it read only what is public.", "success")
    return redirect(url_for(".tokens"), 303)


def _own(token_id: int) -> ApiToken:
    return token_of(own_account(), token_id) or abort(404)


def _page(form: TokenForm, *, secret: object = None, status: int = 200) -> ResponseReturnValue:
    words = render_template("api/tokens.html", form=form, tokens=tokens_of(own_account()), secret=secret)
    return words, status, {"Cache-Control": "no-store, private"}
