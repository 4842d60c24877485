"""The addresses that calendar programs subscribe to."""

from flask import Blueprint, Response, current_app, g
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access
from readinggroup.access.rules import may_see_schedule
from readinggroup.feeds.calendar import calendar_of
from readinggroup.scheduling.queries import dated_meetings
from readinggroup.web.pagecache import kept

bp = Blueprint("feeds", __name__)


@bp.get("/<group_slug>/calendar.ics")
@access(may_see_schedule)
@kept
def calendar() -> ResponseReturnValue:
    site_url = current_app.config["SETTINGS"].site_url
    body = calendar_of(g.group, dated_meetings(g.group), site_url=site_url, now=clock.now())
    return Response(body, content_type="text/calendar; charset=utf-8")
