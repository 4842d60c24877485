"""The addresses that calendar programs subscribe to, and the page that offers them."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_hide_speaker, may_see_archive, may_see_schedule, may_see_session
from readinggroup.archive.queries import Neighbours, session_in, speaker_in
from readinggroup.feeds.calendar import calendar_of
from readinggroup.models import Speaker
from readinggroup.scheduling.queries import dated_meetings
from readinggroup.scheduling.views import MeetingView
from readinggroup.web.pagecache import kept

bp = Blueprint("feeds", __name__)
ALARMS = {"": "No reminder", "15": "15 minutes before", "60": "An hour before", "1440": "A day before"}
LONGEST_ALARM = 7 * 24 * 60


@bp.get("/<group_slug>/calendar.ics")
@access(may_see_schedule)
@kept
def calendar() -> ResponseReturnValue:
    return _ics(dated_meetings(g.group))


@bp.get("/<group_slug>/calendar")
@access(may_see_schedule)
def calendar_page() -> ResponseReturnValue:
    alarm = request.args.get("alarm", "")
    chosen = alarm if alarm in ALARMS else ""
    path = url_for(".calendar", alarm=chosen or None)
    address = current_app.config["SETTINGS"].site_url + path
    subscribe = f"webcal://{urlsplit(address).netloc}{path}"
    return render_template(
        "feeds/calendar.html",
        alarms=ALARMS,
        chosen=chosen,
        address=address,
        path=path,
        subscribe=subscribe,
        google=f"https://calendar.google.com/calendar/render?cid={quote(subscribe, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
    )


@bp.get("/<group_slug>/sessions/<int:number>/calendar.ics")
@access(may_see_session, found=session_in)
def session_calendar(found: Neighbours) -> ResponseReturnValue:
    return _ics([found.meeting])


@bp.get("/<group_slug>/speakers/<slug>/calendar.ics")
@access(may_see_archive, speaker=speaker_in)
def speaker_calendar(speaker: Speaker) -> ResponseReturnValue:
    if speaker.hidden_at is not None and not may_hide_speaker(actor(), speaker):
        abort(404)
    theirs = [
        meeting
        for meeting in dated_meetings(g.group)
        if any(speaker.id == each.id for talk in meeting.talks for each in talk.speakers)
    ]
    return _ics(theirs)


def _ics(meetings: Iterable[MeetingView]) -> Response:
    site_url = current_app.config["SETTINGS"].site_url
    body = calendar_of(g.group, meetings, site_url=site_url, now=clock.now(), alarm=_alarm())
    return Response(body, content_type="text/calendar; charset=utf-8")


def _alarm() -> timedelta | None:
    """How long before a session the address asks to be reminded; nonsense asks for nothing."""
    asked = request.args.get("alarm", "")
    minutes = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return timedelta(minutes=minutes) if 0 < minutes <= LONGEST_ALARM else None
