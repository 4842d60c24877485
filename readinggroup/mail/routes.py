"""One's own mails; the links that stop them; what a group, and the whole site, has sent; mails shown in development."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, is_co_lead, is_site_admin, signed_in
from readinggroup.accounts.entering import own_account
from readinggroup.accounts.security import csrf
from readinggroup.config import Settings
from readinggroup.db import commit
from readinggroup.mail.actions import choose_mails, resume_mails, retry_failed, stop_mails
from readinggroup.mail.forms import ChoicesForm
from readinggroup.mail.queries import (
    PAGE,
    counts_of,
    is_known,
    is_stopped,
    latest_notices,
    notices_of,
    planned_for,
    unwanted_kinds,
)
from readinggroup.models import Group, NoticeState
from readinggroup.outbox.html import blocks
from readinggroup.outbox.links import Stop, read_stop
from readinggroup.outbox.messages import Writer
from readinggroup.outbox.receivers import NOWHERE
from readinggroup.tending.queries import groups_led_by
from readinggroup.web.when import moment, utc_moment

bp = Blueprint("mail", __name__)
ONE_CLICK = "One-Click"


@bp.route("/account/mail", methods=["GET", "POST"])
@access(signed_in)
def choices() -> ResponseReturnValue:
    user = own_account()
    form = ChoicesForm.of(unwanted_kinds(user), daily=user.mails_daily, leads=bool(groups_led_by(user)))
    if form.validate_on_submit():
        choose_mails(user, wanted=form.wanted, offered=form.offered, daily=bool(form.daily.data))
        commit()
        flash("Saved.", "success")
        return redirect(url_for(".choices"), 303)
    planned = [
        (mail, utc_moment(mail.at) if mail.zone == NOWHERE != user.zone else moment(mail.at, mail.zone))
        for mail in planned_for(user, clock.now())
    ]
    return render_template("mail/choices.html", form=form, planned=planned), 422 if form.errors else 200


@bp.route("/account/mail/stop/<token>", methods=["GET", "POST"])
@access(anyone)
def stop(token: str) -> ResponseReturnValue:
    found = read_stop(token, secret=current_app.config["SECRET_KEY"])
    if found is None or not is_known(found):
        return render_template("mail/stop.html", stop=None), 404
    if request.method == "POST":
        resume_mails(found) if request.form.get("again") else stop_mails(found)
        commit()
        if request.form.get("List-Unsubscribe") != ONE_CLICK:
            return redirect(url_for(".stop", token=token), 303)
    return _stop_page(found)


csrf.exempt(stop)  # The signed link is the proof; mail programs press this button without a page (RFC 8058).


@bp.get("/<group_slug>/mail")
@access(is_co_lead)
def of_group() -> ResponseReturnValue:
    return _sent_page(g.group)


@bp.post("/<group_slug>/mail/retry")
@access(is_co_lead)
def retry() -> ResponseReturnValue:
    return _retry(g.group, url_for(".of_group"))


@bp.get("/admin/mail")
@access(is_site_admin)
def of_site() -> ResponseReturnValue:
    return _sent_page(None)


@bp.post("/admin/mail/retry")
@access(is_site_admin)
def retry_all() -> ResponseReturnValue:
    return _retry(None, url_for(".of_site"))


@bp.get("/outbox")
@access(anyone)
def outbox() -> ResponseReturnValue:
    """Every mail with its text and links, where this site can't send any; in development only."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.shows_mails:
        abort(404)
    writer = Writer(current_app.jinja_loader, settings.site_url, settings.mail_from)  # type: ignore[arg-type]
    shown = []
    for notice in latest_notices(clock.now()):
        subject, text = writer.words(notice)
        shown.append((notice, subject, blocks(text, settings.site_url), utc_moment(notice.owed_at)))
    return render_template("mail/outbox.html", shown=shown)


def _stop_page(found: Stop) -> ResponseReturnValue:
    return render_template("mail/stop.html", stop=found, stopped=is_stopped(found))


def _sent_page(group: Group | None) -> ResponseReturnValue:
    state = next((state for state in NoticeState if state == request.args.get("state")), None)
    before = request.args.get("before", "")
    rows = notices_of(
        group,
        state,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )
    user = actor().user
    zone = group.zone if group is not None else user.zone if user else None
    return render_template(
        "mail/sent.html",
        rows=[(row, moment(row.at, zone) if zone else utc_moment(row.at)) for row in rows],
        counts=counts_of(group),
        state=state,
        older=rows[-1].id if len(rows) == PAGE else None,
        here=".of_group" if group is not None else ".of_site",
        retry=".retry" if group is not None else ".retry_all",
    )


def _retry(group: Group | None, back: str) -> ResponseReturnValue:
    count = retry_failed(group, now=clock.now(), by=actor())
    commit()
    flash(f"{count} {'mail is' if count == 1 else 'mails are'} tried again.", "success")
    return redirect(back, 303)
