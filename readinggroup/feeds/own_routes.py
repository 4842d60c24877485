"""A member's own calendar: the sessions of all their groups, at a secret address that they make, renew and end."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, signed_in
from readinggroup.accounts.entering import own_account
from readinggroup.db import commit
from readinggroup.feeds.actions import end_calendar_link, make_calendar_link
from readinggroup.feeds.answers import ALARMS, ics, ways_to
from readinggroup.feeds.blueprint import bp
from readinggroup.feeds.queries import calendar_link_of, entries_of, reader_with
from readinggroup.web.headers import SECRET_ADDRESS

FRESH = "own_calendar"


@bp.get("/account/calendar")
@access(signed_in)
def own_calendar_page() -> ResponseReturnValue:
    path = session.pop(FRESH, None)
    words = render_template(
        "feeds/own.html",
        alarms=ALARMS,
        link=calendar_link_of(own_account()),
        ways=ways_to(path) if isinstance(path, str) else None,
    )
    return words, {"Cache-Control": "no-store, private"}


@bp.post("/account/calendar")
@access(signed_in)
def make_own_calendar() -> ResponseReturnValue:
    asked = request.form.get("alarm", "")
    alarm = asked if asked in ALARMS else ""
    token = make_calendar_link(own_account(), now=clock.now(), by=actor())
    commit()
    # Shown once; the database has only its digest.
    session[FRESH] = url_for(".own_calendar", calendar_token=token, alarm=alarm or None)
    return redirect(url_for(".own_calendar_page"), 303)


@bp.post("/account/calendar/end")
@access(signed_in)
def end_own_calendar() -> ResponseReturnValue:
    end_calendar_link(own_account(), now=clock.now(), by=actor())
    commit()
    session.pop(FRESH, None)
    flash("The address has ended. Programs that follow it get nothing more.", "success")
    return redirect(url_for(".own_calendar_page"), 303)


@bp.get("/account/calendar/<calendar_token>.ics")
@access(anyone)
def own_calendar(calendar_token: str) -> ResponseReturnValue:
    reader = reader_with(calendar_token)
    if reader is None:
        abort(404)
    answer = ics("My sessions", entries_of(reader), reader_id=reader.id)
    answer.headers.update(SECRET_ADDRESS | {"Referrer-Policy": "no-referrer"})
    return answer
