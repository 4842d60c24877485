"""Writing a session's recap: the editor, drafts that are kept as one types, pictures, and publishing it."""

from datetime import datetime

from flask import abort, current_app, flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import begin_writing, commit
from readinggroup.editing import actions
from readinggroup.editing.actions import WrittenMeanwhile
from readinggroup.editing.beginning import begun_recap
from readinggroup.editing.blueprint import bp
from readinggroup.editing.forms import RecapForm
from readinggroup.editing.queries import draft_of, names_of
from readinggroup.models import Meeting
from readinggroup.scheduling.queries import meeting_in, meeting_view_in
from readinggroup.uploads.actions import TooMuch, address_of, keep_upload
from readinggroup.uploads.receiving import takes_files
from readinggroup.uploads.shelf import Shelf
from readinggroup.web.when import moment

RECAP = "/<group_slug>/sessions/<int:number>/recap"
SOMEBODY = "Another co-lead"


@bp.route(RECAP, methods=["GET", "POST"])
@access(is_co_lead, begins=False, meeting=meeting_in)
@takes_files
def recap(meeting: Meeting) -> ResponseReturnValue:
    form = _form(meeting)
    if not form.is_preview and form.validate_on_submit():
        begin_writing()
        meeting = meeting_in(g.group, meeting.number) or abort(404)
        try:
            actions.publish_recap(meeting, **form.text(), now=clock.now(), by=actor())
        except WrittenMeanwhile as other:
            return _page(meeting, form, other=other)
        commit()
        flash("The recap is in the archive. What it said before is among its versions.", "success")
        return redirect(url_for("archive.session", number=meeting.number), 303)
    return _page(meeting, form)


@bp.post(f"{RECAP}/draft")
@access(is_co_lead, meeting=meeting_in)
@takes_files
def keep_recap(meeting: Meeting) -> ResponseReturnValue:
    """For the button, and for the browser that saves as one types, which asks for JSON."""
    form = _form(meeting)
    try:
        draft = actions.save_recap_draft(meeting, **form.text(), now=clock.now(), by=actor())
    except WrittenMeanwhile as other:
        return _page(meeting, form, other=other)
    commit()
    flash(f"Kept as a draft that only co-leads see, at {_time(draft.changed_at)}.", "success")
    return redirect(url_for(".recap", number=meeting.number), 303)


@bp.post(f"{RECAP}/draft.json")
@access(is_co_lead, meeting=meeting_in)
@takes_files
def keep_recap_as_typed(meeting: Meeting) -> ResponseReturnValue:
    """For the browser that saves as one types: when it was saved; 409 with the reason where it wasn't."""
    try:
        text = _form(meeting).text()
        draft = actions.save_recap_draft(meeting, **text, now=clock.now(), by=actor())
    except WrittenMeanwhile as other:
        return jsonify(
            problem=f"Not saved: {_who(other)} wrote at {_time(other.at)}. Publish or keep to compare."
        ), 409
    commit()
    return jsonify(
        saved_at=_time(draft.changed_at),
        edit=url_for(".recap", number=meeting.number),
        save=url_for(".keep_recap_as_typed", number=meeting.number),
    )


@bp.post(f"{RECAP}/picture")
@access(is_co_lead, begins=False, meeting=meeting_in)
@takes_files
def put_picture(meeting: Meeting) -> ResponseReturnValue:
    """Put the picture into the text, and keep that as a draft."""
    form = _form(meeting)
    if not (form.validate() and form.has_picture() and form.file.checked):
        return _page(meeting, form)
    begin_writing()
    meeting = meeting_in(g.group, meeting.number) or abort(404)
    (alt, decorative), now, by = form.told(), clock.now(), actor()
    try:
        shelf = Shelf.of(current_app.config["SETTINGS"])
        upload = keep_upload(
            meeting, form.file.checked, alt=alt, decorative=decorative, shelf=shelf, now=now, by=by
        )
        text = form.text() | {"words": form.with_picture(address_of(upload))}
        actions.save_recap_draft(meeting, **text, now=now, by=by)
    except TooMuch as refusal:
        form.file.errors = [str(refusal)]
        return _page(meeting, form)
    except WrittenMeanwhile as other:
        return _page(meeting, form, other=other)
    commit()
    flash("The picture is in the text, which is kept as a draft.", "success")
    return redirect(url_for(".recap", number=meeting.number, _anchor="recap"), 303)


@bp.post(f"{RECAP}/draft/drop")
@access(is_co_lead, meeting=meeting_in)
def drop_recap(meeting: Meeting) -> ResponseReturnValue:
    actions.drop_recap_draft(meeting)
    commit()
    flash("The draft is gone. This is what the archive says.")
    return redirect(url_for(".recap", number=meeting.number), 303)


def _form(meeting: Meeting) -> RecapForm:
    """The form with what was typed, else with the draft, else with what the archive says, else with a beginning."""
    draft = draft_of(meeting)
    title, words = (draft.title, draft.words) if draft else (meeting.title, meeting.recap)
    told = None if draft or words else meeting_view_in(g.group, meeting.number, with_unpublished=True)
    if told is not None:
        words = begun_recap(told)
    return RecapForm(data={"title": title, "recap": words, "opened_at": clock.now().isoformat()})


def _page(meeting: Meeting, form: RecapForm, *, other: WrittenMeanwhile | None = None) -> ResponseReturnValue:
    """The editor with what was typed; beside what somebody ``other`` wrote meanwhile, which one has then seen."""
    if other is not None:
        form.form_errors.append(
            f"{_who(other)} wrote at {_time(other.at)}, while you did. Nothing is saved yet."
        )
        form.opened_at.data = clock.now().isoformat()
    draft = draft_of(meeting)
    words = render_template(
        "editing/recap.html",
        form=form,
        meeting=meeting,
        when=moment(meeting.starts_at_utc, meeting.zone) if meeting.starts_at_utc else None,
        draft=(
            names_of([draft.by_id]).get(draft.by_id or 0, SOMEBODY),
            moment(draft.changed_at, g.group.zone),
        )
        if draft
        else None,
        other=other,
        other_name=_who(other) if other else "",
    )
    return words, 422 if form.errors else 200


def _who(other: WrittenMeanwhile) -> str:
    return names_of([other.by_id]).get(other.by_id or 0, SOMEBODY)


def _time(at: datetime) -> str:
    return moment(at, g.group.zone).time_words
