"""Closing a session with all that belongs to it, on one page; and opening it again."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.editing.actions import WrittenMeanwhile
from readinggroup.editing.beginning import begun_recap
from readinggroup.editing.queries import draft_of
from readinggroup.models import Meeting
from readinggroup.scheduling.queries import meeting_in, meeting_view_in
from readinggroup.scheduling.views import MeetingView
from readinggroup.tending import closing_actions
from readinggroup.tending.blueprint import bp
from readinggroup.tending.closing_forms import CloseForm, close_form
from readinggroup.tending.mails import thanks_go_at
from readinggroup.tending.queries import lacks_recording, talks_without_slides
from readinggroup.web.when import moment

WRITTEN = "Another co-lead wrote it while you did; sent once more, yours takes its place. Theirs says: “{}”"
NOT_HELD = "Say first that the session happened; then it can be closed."


@bp.route("/<group_slug>/sessions/<int:number>/close", methods=["GET", "POST"])
@access(is_co_lead, meeting=meeting_in)
def close_session(meeting: Meeting) -> ResponseReturnValue:
    if meeting.state is not MeetingState.HELD:
        flash(NOT_HELD, "error")
        return redirect(url_for("holding.hold", number=meeting.number), 303)
    told = meeting_view_in(g.group, meeting.number) or abort(404)
    draft = draft_of(meeting)
    recap = draft.words if draft else meeting.recap or begun_recap(told)
    form, now = close_form(recap, talks_without_slides(told), now=clock.now()), clock.now()
    if not form.validate_on_submit():
        return _page(meeting, told, form), 422 if form.errors else 200
    try:
        closing_actions.close_session(g.group, meeting, form.said(), now=now, by=actor())
    except WrittenMeanwhile as other:
        form.recap.errors = [WRITTEN.format(_shortened(other.words))]
        form.opened_at.data = now.isoformat()
        return _page(meeting, told, form), 409
    commit()
    flash(f"Session {meeting.number} is closed. Thank you for looking after it.")
    return redirect(url_for("archive.session", number=meeting.number), 303)


@bp.post("/<group_slug>/sessions/<int:number>/reopen")
@access(is_co_lead, meeting=meeting_in)
def reopen_session(meeting: Meeting) -> ResponseReturnValue:
    closing_actions.reopen_session(meeting, now=clock.now(), by=actor())
    commit()
    flash(f"Session {meeting.number} is open again.")
    return redirect(url_for(".close_session", number=meeting.number), 303)


def _shortened(words: str) -> str:
    """As much of another's recap as an error shows."""
    return words if len(words) <= 400 else f"{words[:400]} …"


def _page(meeting: Meeting, told: MeetingView, form: CloseForm) -> str:
    thanked_at = thanks_go_at(g.group, told, clock.now())
    return render_template(
        "tending/close.html",
        form=form,
        meeting=told,
        is_begun=not (meeting.recap or draft_of(meeting)),
        lacks_recording=lacks_recording(told),
        asked=moment(thanked_at, g.group.zone) if thanked_at else None,
    )
