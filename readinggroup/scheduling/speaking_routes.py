"""The co-leads' desk for speakers: who says to be one, and which names were made one."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import is_co_lead
from readinggroup.groups.speakers import claims_of, merges_of
from readinggroup.scheduling.blueprint import bp


@bp.get("/<group_slug>/speaking")
@access(is_co_lead)
def speaking_desk() -> ResponseReturnValue:
    return render_template("scheduling/speaking.html", claims=claims_of(g.group), merges=merges_of(g.group))
