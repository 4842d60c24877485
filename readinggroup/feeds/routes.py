"""The addresses that calendar programs subscribe to, and the page that offers them."""

from collections.abc import Iterable

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_hide_speaker, may_see_archive, may_see_schedule, may_see_session
from readinggroup.archive.list_page import states_shown
from readinggroup.archive.queries import Neighbours, session_in, sessions_of_speaker, speaker_in
from readinggroup.feeds import own_routes, public_routes
from readinggroup.feeds.answers import ALARMS, ics, ways_to
from readinggroup.feeds.blueprint import bp
from readinggroup.feeds.calendar import Entry, series_of
from readinggroup.feeds.queries import visits_seen
from readinggroup.models import Series, Speaker
from readinggroup.scheduling.queries import dated_meetings
from readinggroup.scheduling.views import MeetingView
from readinggroup.series.queries import series_in
from readinggroup.web.pagecache import kept

__all__ = ["bp", "own_routes", "public_routes"]


@bp.get("/<group_slug>/calendar.ics")
@access(may_see_schedule)
@kept
def calendar() -> ResponseReturnValue:
    return ics(g.group.name, [*_seen(dated_meetings(g.group)), *visits_seen(actor(), g.group)])


@bp.get("/<group_slug>/calendar")
@access(may_see_schedule)
def calendar_page() -> ResponseReturnValue:
    alarm = request.args.get("alarm", "")
    chosen = alarm if alarm in ALARMS else ""
    path = url_for(".calendar", alarm=chosen or None)
    return render_template("feeds/calendar.html", alarms=ALARMS, chosen=chosen, ways=ways_to(path))


@bp.get("/<group_slug>/sessions/<int:number>/calendar.ics")
@access(may_see_session, found=session_in)
def session_calendar(found: Neighbours) -> ResponseReturnValue:
    return ics(g.group.name, [Entry(g.group, found.meeting)])


@bp.get("/<group_slug>/speakers/<slug>/calendar.ics")
@access(may_see_archive, speaker=speaker_in)
def speaker_calendar(speaker: Speaker) -> ResponseReturnValue:
    if speaker.hidden_at is not None and not may_hide_speaker(actor(), speaker):
        abort(404)
    shown = states_shown()
    if not any(row.state in shown for row in sessions_of_speaker(g.group, speaker)):
        abort(404)
    theirs = [
        meeting
        for meeting in dated_meetings(g.group)
        if any(speaker.id == each.id for talk in meeting.talks for each in talk.speakers)
    ]
    return ics(g.group.name, _seen(theirs))


@bp.get("/<group_slug>/series/<slug>/calendar.ics")
@access(may_see_archive, series=series_in)
def series_calendar(series: Series) -> ResponseReturnValue:
    theirs = [meeting for meeting in dated_meetings(g.group) if series.slug in series_of(meeting)]
    return ics(f"{g.group.name}: {series.name}", _seen(theirs))


def _seen(meetings: Iterable[MeetingView]) -> list[Entry]:
    """Those of ``meetings`` whose pages the viewer may see."""
    entries = (Entry(g.group, meeting) for meeting in meetings)
    return [entry for entry in entries if may_see_session(actor(), entry, g.group)]
