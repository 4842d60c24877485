"""The community's and a group's front pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import anyone
from readinggroup.groups import queries

bp = Blueprint("groups", __name__)


@bp.get("/")
@access(anyone)
def community() -> ResponseReturnValue:
    return render_template("groups/community.html", groups=queries.groups(), community=queries.community())


@bp.get("/<group_slug>/")
@access(anyone)
def front() -> ResponseReturnValue:
    return render_template("groups/front.html")
