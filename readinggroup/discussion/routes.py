"""Pages of a thread, and what members and co-leads do with comments."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    is_co_lead,
    may_answer_comment,
    may_comment,
    may_edit_comment,
    may_hide_comment,
    may_see_comment,
    may_see_discussion,
    may_see_matter,
)
from readinggroup.db import commit
from readinggroup.discussion import actions, queries
from readinggroup.discussion.forms import CommentForm, HideForm, ReportForm
from readinggroup.discussion.queries import Matter, Said, matter_of_pitch, matter_of_talk, said_in, thread_in
from readinggroup.discussion.telling import NOBODY, quoted, told_comment, told_thread
from readinggroup.models import Thread
from readinggroup.web.when import moment

bp = Blueprint("discussion", __name__)

PITCH = "/<group_slug>/pitches/<int:pitch_id>/discussion"
TALK = "/<group_slug>/talks/<int:talk_id>/discussion"
COMMENT = "/<group_slug>/comments/<int:comment_id>"
TOO_LATE = "This discussion is closed, so nothing was saved; copy what you want to keep."


@bp.get("/<group_slug>/discussion")
@access(may_see_discussion)
def recent() -> ResponseReturnValue:
    asking, before = actor(), request.args.get("before", type=int)
    before = before if before is not None and 0 < before <= queries.HIGHEST else None
    threads = queries.recent_threads(g.group, asking, before=before)
    reported = queries.reported_in(g.group) if asking.is_co_lead and before is None else ()
    return render_template(
        "discussion/recent.html",
        threads=[(thread, moment(thread.last_at, g.group.zone)) for thread in threads],
        before=before,
        older=threads[-1].id if len(threads) == queries.THREADS else None,
        reported=[
            (told_comment(g.group, each.comment, asking=asking), each.matter, each.reasons)
            for each in reported
        ],
    )


# --- threads ----------------------------------------------------------------------------------------------


@bp.get(PITCH)
@access(may_see_matter, matter=matter_of_pitch)
def on_pitch(matter: Matter) -> ResponseReturnValue:
    return _page(matter, CommentForm(words=_quotation(matter)))


@bp.get(TALK)
@access(may_see_matter, matter=matter_of_talk)
def on_talk(matter: Matter) -> ResponseReturnValue:
    return _page(matter, CommentForm(words=_quotation(matter)))


@bp.post(PITCH)
@access(may_comment, matter=matter_of_pitch)
def say_on_pitch(matter: Matter) -> ResponseReturnValue:
    return _say(matter)


@bp.post(TALK)
@access(may_comment, matter=matter_of_talk)
def say_on_talk(matter: Matter) -> ResponseReturnValue:
    return _say(matter)


@bp.post(f"{PITCH}/follow")
@access(may_comment, matter=matter_of_pitch)
def follow_pitch(matter: Matter) -> ResponseReturnValue:
    return _follow(matter)


@bp.post(f"{TALK}/follow")
@access(may_comment, matter=matter_of_talk)
def follow_talk(matter: Matter) -> ResponseReturnValue:
    return _follow(matter)


@bp.post("/<group_slug>/threads/<int:thread_id>/close")
@access(is_co_lead, thread=thread_in)
def close(thread: Thread) -> ResponseReturnValue:
    actions.close_thread(thread, now=clock.now(), by=actor())
    commit()
    flash("The discussion is closed. You can open it again at any time.", "success")
    return redirect(_address(queries.matter_of(g.group, thread)), 303)


@bp.post("/<group_slug>/threads/<int:thread_id>/reopen")
@access(is_co_lead, thread=thread_in)
def reopen(thread: Thread) -> ResponseReturnValue:
    actions.reopen_thread(thread, now=clock.now(), by=actor())
    commit()
    flash("The discussion is open again.", "success")
    return redirect(_address(queries.matter_of(g.group, thread)), 303)


# --- comments ---------------------------------------------------------------------------------------------


@bp.route(f"{COMMENT}/edit", methods=["GET", "POST"])
@access(may_edit_comment, said=said_in)
def edit(said: Said) -> ResponseReturnValue:
    form = CommentForm(words=said.comment.words)
    if not form.is_preview and form.validate_on_submit():
        try:
            actions.edit_comment(said.comment, form.words.data or "", now=clock.now())
        except actions.CommentHidden:
            form.form_errors.append("A co-lead has hidden this comment, so it stays as it is.")
        else:
            commit()
            return redirect(_address(said.matter, said.comment.id), 303)
    words = render_template(
        "discussion/edit.html", form=form, matter=said.matter, back=_address(said.matter, said.comment.id)
    )
    return words, 422 if form.errors else 200


@bp.get(f"{COMMENT}/versions")
@access(may_answer_comment, said=said_in)
def versions(said: Said) -> ResponseReturnValue:
    zone = g.group.zone
    return render_template(
        "discussion/versions.html",
        said=said,
        author=queries.author_name(said.comment) or NOBODY,
        versions=[(each.words, moment(each.until, zone)) for each in queries.versions_of(said.comment)],
        back=_address(said.matter, said.comment.id),
    )


@bp.route(f"{COMMENT}/report", methods=["GET", "POST"])
@access(may_answer_comment, said=said_in)
def report(said: Said) -> ResponseReturnValue:
    form = ReportForm()
    if form.validate_on_submit():
        actions.report_comment(g.group, said, because=form.because.data or "", now=clock.now(), by=actor())
        commit()
        flash("Thank you. The co-leads will look at it.", "success")
        return redirect(_address(said.matter, said.comment.id), 303)
    return _asked(said, form, "report")


@bp.route(f"{COMMENT}/hide", methods=["GET", "POST"])
@access(may_hide_comment, said=said_in)
def hide(said: Said) -> ResponseReturnValue:
    form = HideForm()
    if form.validate_on_submit():
        actions.hide_comment(
            g.group, said.comment, because=form.because.data or "", now=clock.now(), by=actor()
        )
        commit()
        flash("The comment is hidden. You can show it again below it.", "success")
        return redirect(_address(said.matter, said.comment.id), 303)
    return _asked(said, form, "hide")


@bp.post(f"{COMMENT}/unhide")
@access(may_hide_comment, said=said_in)
def unhide(said: Said) -> ResponseReturnValue:
    actions.show_comment(g.group, said.comment, now=clock.now(), by=actor())
    commit()
    flash("The comment is in sight again.", "success")
    return redirect(_address(said.matter, said.comment.id), 303)


@bp.post(f"{COMMENT}/settle")
@access(may_hide_comment, said=said_in)
def settle(said: Said) -> ResponseReturnValue:
    actions.settle_reports(said.comment, now=clock.now())
    commit()
    flash("The comment stays, and its reports are settled.", "success")
    return redirect(url_for(".recent"), 303)


# --- what they share --------------------------------------------------------------------------------------


def _say(matter: Matter) -> ResponseReturnValue:
    form = CommentForm()
    if not form.is_preview and form.validate_on_submit():
        try:
            comment = actions.say(g.group, matter, form.words.data or "", now=clock.now(), by=actor())
        except actions.ThreadClosed:
            form.form_errors.append(TOO_LATE)
        else:
            commit()
            return redirect(_address(matter, comment.id), 303)
    return _page(matter, form)


def _follow(matter: Matter) -> ResponseReturnValue:
    wants = request.form.get("wants") == "yes"
    actions.follow(g.group, matter, wants=wants, now=clock.now(), by=actor())
    commit()
    flash(
        "New comments come with your daily digest." if wants else "You hear no more of this discussion.",
        "success",
    )
    return redirect(_address(matter), 303)


def _page(matter: Matter, form: CommentForm) -> ResponseReturnValue:
    """The thread with its form; nothing was changed, so others needn't wait until the texts are rendered."""
    if form.is_submitted():
        commit()
    since = request.args.get("since", 0, type=int)
    told = told_thread(
        g.group,
        matter,
        since=since if 0 < since <= queries.HIGHEST else 0,
        now=clock.now(),
        asking=actor(),
    )
    return render_template("discussion/thread.html", thread=told, form=form), 422 if form.errors else 200


def _quotation(matter: Matter) -> str:
    """What an answer begins with: the comment that the address asks to quote, where the viewer sees it."""
    number = request.args.get("quote", 0, type=int)
    said = said_in(g.group, number) if 0 < number <= queries.HIGHEST else None
    if said is None or matter.thread is None or said.comment.thread_id != matter.thread.id:
        return ""
    if not may_see_comment(actor(), said, g.group):
        return ""
    return quoted(queries.author_name(said.comment), said.comment.words)


def _asked(said: Said, form: ReportForm | HideForm, what: str) -> ResponseReturnValue:
    words = render_template(
        "discussion/reason.html", form=form, said=said, what=what, back=_address(said.matter, said.comment.id)
    )
    return words, 422 if form.errors else 200


def _address(matter: Matter, comment_id: int | None = None) -> str:
    """Where the thread stands; with ``comment_id``, the page on which that comment does."""
    anchor = f"comment-{comment_id}" if comment_id else None
    since = queries.beginning_for(matter.thread, comment_id) if comment_id else None
    if matter.talk is not None:
        return url_for(".on_talk", talk_id=matter.talk.id, since=since, _anchor=anchor)
    return url_for(".on_pitch", pitch_id=matter.pitch and matter.pitch.id, since=since, _anchor=anchor)
