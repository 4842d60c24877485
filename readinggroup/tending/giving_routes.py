"""One page each for what is asked for after a session: a talk's slides and the session's recording."""

from collections.abc import Callable

from flask import abort, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import holds_link, is_co_lead, may_tend_talk
from readinggroup.db import begin_writing, commit, end_reading
from readinggroup.models import Meeting, SpeakingLink, Talk
from readinggroup.scheduling.queries import meeting_in, meeting_of, talk_in
from readinggroup.scheduling.speaking_actions import note_use
from readinggroup.scheduling.speaking_queries import link_by_token, talk_of_link
from readinggroup.tending.blueprint import bp
from readinggroup.tending.forms import GiveForm, RecordingForm, SlidesForm, form_of_recording
from readinggroup.tending.giving_actions import give, give_file, given, say_none
from readinggroup.uploads.actions import TooMuch
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.receiving import takes_files, takes_recordings
from readinggroup.uploads.shelf import Laid, Shelf
from readinggroup.web.headers import private

Find = Callable[[], Talk | Meeting | None]


@bp.route("/<group_slug>/talks/<int:talk_id>/slides", methods=["GET", "POST"])
@access(may_tend_talk, begins=False, talk=talk_in)
@takes_files
def give_slides(talk: Talk) -> ResponseReturnValue:
    talk_id, here = talk.id, url_for(".give_slides", talk_id=talk.id)
    form = SlidesForm()
    if not form.validate_on_submit():
        return _page(talk, form), 422 if form.errors else 200
    return _keep(form, lambda: talk_in(g.group, talk_id), by=actor()) or redirect(here, 303)


@bp.route("/<group_slug>/sessions/<int:number>/recording", methods=["GET", "POST"])
@access(is_co_lead, begins=False, meeting=meeting_in)
@takes_recordings
def give_recording(meeting: Meeting) -> ResponseReturnValue:
    number, here = meeting.number, url_for(".give_recording", number=meeting.number)
    end_reading()  # A recording may take minutes to come.
    form = form_of_recording()
    if not form.validate_on_submit():
        return _page(meeting, form), 422 if form.errors else 200
    return _keep(form, lambda: meeting_in(g.group, number), by=actor()) or redirect(here, 303)


@bp.route("/<group_slug>/speaking/<speaking_token>/slides", methods=["GET", "POST"])
@access(holds_link, begins=False, link=link_by_token)
@takes_files
def give_slides_by_link(link: SpeakingLink) -> ResponseReturnValue:
    talk = talk_of_link(g.group, link, clock.now())
    if talk is None:
        return private(render_template("scheduling/speaking_ended.html"), 410)
    form, values = SlidesForm(), dict(request.view_args or {})
    if not form.validate_on_submit():
        return private(_page(talk, form, by_link=True), 422 if form.errors else 200)

    def find() -> Talk | None:
        """The talk as it stands once this request writes; what is done by a link is written down."""
        now, found = clock.now(), link_by_token(g.group, values["speaking_token"])
        still = talk_of_link(g.group, found, now) if found else None
        if found and still:
            note_use(found, "slides", now=now)
        return still

    done = _keep(form, find, by=THE_SITE, by_link=True)
    return private(make_response(done or redirect(url_for(".give_slides_by_link", **values), 303)))


def _keep(form: GiveForm, find: Find, *, by: Actor, by_link: bool = False) -> ResponseReturnValue | None:
    """Keep what a valid form brought, and say so; the form once more where there is no room for it.

    A file was looked into before, which takes a moment, and a recording is laid on the shelf, which takes longer: only
    now does the request begin to write.
    """
    shelf = Shelf.of(current_app.config["SETTINGS"])
    file = _file_of(form, shelf)
    begin_writing()
    of, now = find() or abort(404), clock.now()
    try:
        if form.none.data:
            say_none(of, is_so=form.none.data == "yes", now=now, by=by)
        elif file is not None:
            give_file(of, file, shelf=shelf, now=now, by=by)
        else:
            give(of, form.url.data or "", now=now, by=by)
    except TooMuch as refusal:
        if isinstance(file, Laid):
            shelf.remove(file.name)
        form.url.errors = [str(refusal)]
        return _page(of, form, by_link=by_link), 422
    commit()
    flash("Noted." if form.none.data else "Added. Thank you!")
    return None


def _file_of(form: GiveForm, shelf: Shelf) -> Checked | Laid | None:
    if isinstance(form, RecordingForm):
        recorded = form.file.recorded
        return shelf.lay(recorded) if recorded is not None and not form.none.data else None
    return form.file.checked if isinstance(form, SlidesForm) else None


def _page(of: Talk | Meeting, form: GiveForm, *, by_link: bool = False) -> str:
    return render_template(
        "tending/give.html",
        form=form,
        of=of,
        is_talk=isinstance(of, Talk),
        meeting=meeting_of(of) if isinstance(of, Talk) else of,
        there=given(of),
        by_link=by_link,
    )
