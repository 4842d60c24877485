"""What is one's own in all groups; taking it along; deleting the account."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import signed_in, signed_in_afresh
from readinggroup.accounts.entering import own_account
from readinggroup.db import commit
from readinggroup.groups.queries import led_alone_by
from readinggroup.mine import queries
from readinggroup.mine.deleting import LeadsAlone, delete_account
from readinggroup.mine.everything import everything_about
from readinggroup.mine.forms import KEEP, DeleteForm
from readinggroup.models import Group, User
from readinggroup.tending.queries import chores_in, groups_led_by
from readinggroup.tending.telling import ToldChore, of_owner, told_chore
from readinggroup.web.when import date_words, moment

bp = Blueprint("mine", __name__)


@bp.get("/account/mine")
@access(signed_in)
def mine() -> ResponseReturnValue:
    user = own_account()
    return render_template(
        "mine/mine.html",
        groups=queries.groups_of(user),
        chores=[(group, _chores(group, user)) for group in groups_led_by(user)],
        pitches=queries.pitches_of(user),
        receipts=[
            (receipt, moment(receipt.closes_at, receipt.zone)) for receipt in queries.receipts_of(user)
        ],
        attended=[(row, date_words(row.on) if row.on else "") for row in queries.sessions_attended(user)],
        is_linked=queries.is_linked(user),
        talks=[(talk, date_words(talk.on) if talk.on else "") for talk in queries.talks_of(user)],
    )


def _chores(group: Group, user: User) -> list[ToldChore]:
    return [told_chore(chore) for chore in of_owner(chores_in(group, clock.now()), user.id)]


@bp.get("/account/data")
@access(signed_in)
def data() -> ResponseReturnValue:
    return render_template("mine/data.html")


@bp.get("/account/data.json")
@access(signed_in_afresh)
def download() -> ResponseReturnValue:
    words = json.dumps(everything_about(own_account(), now=clock.now()), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Response(words + "\n", mimetype="application/json", headers=headers)


@bp.route("/account/delete", methods=["GET", "POST"])
@access(signed_in_afresh)
def delete() -> ResponseReturnValue:
    user, form = own_account(), DeleteForm()
    if form.validate_on_submit():
        try:
            delete_account(user, keep_name=form.talks.data == KEEP, now=clock.now(), by=actor())
        except LeadsAlone:
            return redirect(url_for(".delete"), 303)
        commit()
        session.clear()
        flash("Your account is deleted. Thank you for what you gave.", "success")
        return redirect(url_for("front.community"), 303)
    words = render_template("mine/delete.html", form=form, led=led_alone_by(user))
    return words, 422 if form.errors else 200
