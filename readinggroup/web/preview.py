"""Showing a text as the site would show it, while somebody writes it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import signed_in
from readinggroup.db import commit
from readinggroup.text.markdown import render
from readinggroup.web.forms import tidy

bp = Blueprint("preview", __name__)

LONGEST = 20_000


@bp.post("/preview")
@access(signed_in)
def shown() -> ResponseReturnValue:
    """The ``text`` as a fragment of HTML; one that is longer than any field takes is cut."""
    commit()  # Nothing is changed: others needn't wait until it is rendered.
    return str(render(tidy(request.form.get("text"))[:LONGEST]))
