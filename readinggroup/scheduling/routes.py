"""The public schedule; importing this module hangs all views of the room on the blueprint."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_see_joint, may_see_schedule
from readinggroup.groups.queries import breaks_of
from readinggroup.scheduling import (
    desk_routes,
    drop_routes,
    joint_queries,
    joint_routes,
    missing_routes,
    pitch_routes,
    plan_routes,
    queries,
    rhythm_routes,
    session_routes,
    speaking_routes,
    swap_routes,
    talk_routes,
    tending_routes,
)
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.telling import next_number, told_programme
from readinggroup.web.pagecache import kept

__all__ = [
    "bp",
    "desk_routes",
    "drop_routes",
    "joint_routes",
    "missing_routes",
    "pitch_routes",
    "plan_routes",
    "rhythm_routes",
    "session_routes",
    "speaking_routes",
    "swap_routes",
    "talk_routes",
    "tending_routes",
]


@bp.get("/<group_slug>/schedule")
@access(may_see_schedule)
@kept
def schedule() -> ResponseReturnValue:
    now = clock.now()
    visits = joint_queries.visits_of(g.group, *queries.is_coming(now))
    programme = told_programme(
        g.group,
        queries.coming_meetings(g.group, now),
        breaks_of(g.group),
        visits=[visit for visit in visits if may_see_joint(actor(), visit, g.group)],
        now=now,
    )
    return render_template(
        "scheduling/schedule.html", programme=programme, next_number=next_number(programme)
    )
