"""What the three pages share on which materials are added: the session's, the talk's, and the guest's."""

from flask import current_app

from readinggroup.access.actor import Actor
from readinggroup.clock import now
from readinggroup.models import Meeting, Talk
from readinggroup.scheduling import part_actions
from readinggroup.scheduling.forms import MaterialForm
from readinggroup.scheduling.refusals import AlreadyThere
from readinggroup.uploads.actions import TooMuch
from readinggroup.uploads.shelf import Shelf

THERE_ALREADY = "That address is there already."


def add_sent(of: Talk | Meeting, form: MaterialForm, *, by: Actor) -> bool:
    """Add what a valid form brought; where it can't be, the form says why."""
    given, file = form.material(), form.file.checked
    try:
        if file is None:
            part_actions.add_material(of, **given, now=now(), by=by)
        else:
            shelf = Shelf.of(current_app.config["SETTINGS"])
            kind, title = given["kind"], given["title"]
            part_actions.add_file(
                of, kind, file, title=title, **form.picture(), shelf=shelf, now=now(), by=by
            )
    except AlreadyThere:
        form.url.errors = [THERE_ALREADY]
    except TooMuch as refusal:
        form.file.errors = [str(refusal)]
    else:
        return True
    return False
