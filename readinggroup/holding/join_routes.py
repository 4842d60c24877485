"""The way into a session: a stable address that leads on to its room while that is open, and says when it isn't."""

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import holds_link, is_co_lead, may_join
from readinggroup.db import commit
from readinggroup.holding.blueprint import bp
from readinggroup.holding.forms import RoomForm
from readinggroup.holding.queries import SessionDay, day_in, day_of_talk
from readinggroup.holding.rooms import has_room, room_now, set_room
from readinggroup.models import SpeakingLink
from readinggroup.scheduling.speaking_queries import link_by_token, talk_of_link
from readinggroup.web.headers import SECRET_ADDRESS
from readinggroup.web.when import moment


@bp.get("/<group_slug>/sessions/<int:number>/join")
@access(may_join, day=day_in)
def join(day: SessionDay) -> ResponseReturnValue:
    return _lead_in(day)


@bp.get("/<group_slug>/speaking/<speaking_token>/join")
@access(holds_link, link=link_by_token)
def join_as_speaker(link: SpeakingLink) -> ResponseReturnValue:
    talk = talk_of_link(g.group, link, clock.now())
    day = day_of_talk(g.group, talk.id) if talk else None
    if day is None:
        return _private(make_response(render_template("scheduling/speaking_ended.html"), 410))
    return _lead_in(day)


@bp.route("/<group_slug>/sessions/<int:number>/room", methods=["GET", "POST"])
@access(is_co_lead, day=day_in)
def room(day: SessionDay) -> ResponseReturnValue:
    meeting = day.meeting
    form = RoomForm(data={"own": meeting.join_url, "usual": g.group.join_url})
    if form.validate_on_submit():
        set_room(g.group, meeting, **form.change(), now=clock.now(), by=actor())
        commit()
        flash("Saved.", "success")
        return redirect(url_for(".room", number=meeting.number), 303)
    when = moment(day.hours.join_from, meeting.zone) if day.hours else None
    page = render_template("holding/room.html", form=form, meeting=meeting, opens=when)
    return _private(make_response(page, 422 if form.errors else 200))


def _lead_in(day: SessionDay) -> Response:
    now = clock.now()
    if address := room_now(g.group, day, now):
        return _private(redirect(address, 302))
    if not has_room(g.group, day.meeting):
        abort(404)
    hours = day.hours
    page = render_template(
        "holding/join.html",
        meeting=day.meeting,
        opens=moment(hours.join_from, day.meeting.zone) if hours and now < hours.join_from else None,
        begins=moment(hours.starts_at, day.meeting.zone) if hours else None,
    )
    return _private(make_response(page))


def _private(answer: Response) -> Response:
    """Nobody keeps it."""
    answer.headers.update(SECRET_ADDRESS)
    return answer
