"""The co-leads' page of what is missing."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access
from readinggroup.access.rules import is_co_lead
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.missing import counts_of, what_is_missing


@bp.get("/<group_slug>/missing")
@access(is_co_lead)
def missing() -> ResponseReturnValue:
    coming, held = what_is_missing(g.group, clock.now())
    return render_template(
        "scheduling/missing.html", coming=coming, held=held, counts=counts_of([*coming, *held])
    )
