"""The pitch board, a pitch's page, and what members do there; importing this hangs all views on the blueprint."""

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    is_author,
    may_edit_pitch,
    may_mark_interest,
    may_propose_change,
    may_reopen_pitch,
    may_see_discussion,
    may_see_matter,
    may_see_note,
    may_see_pitch,
    may_see_pitches,
    may_tend_pitch,
    may_withdraw_pitch,
)
from readinggroup.db import commit
from readinggroup.discussion.queries import matter_of_pitch
from readinggroup.discussion.telling import ToldThread, told_thread
from readinggroup.domain.lifecycle import PitchState
from readinggroup.groups.topics import topics_of
from readinggroup.models import Pitch
from readinggroup.pitches import change_routes, queries, writing_routes
from readinggroup.pitches.actions import StillOnPaper, keep_pitch, mark_interest, reopen_pitch, withdraw_pitch
from readinggroup.pitches.blueprint import PITCH, bp
from readinggroup.pitches.board import Order, Part, board_of
from readinggroup.pitches.change_actions import CHANGEABLE
from readinggroup.pitches.forms import WHY_NOT
from readinggroup.pitches.queries import pitch_in
from readinggroup.pitches.telling import told_changes, told_discussions, told_links
from readinggroup.pitches.writing import PitchSettled
from readinggroup.web.forms import tidy
from readinggroup.web.when import date_words

__all__ = ["bp", "change_routes", "writing_routes"]


@bp.get("/<group_slug>/pitches/")
@access(may_see_pitches)
def board() -> ResponseReturnValue:
    asking, only = actor(), request.args.get("part", type=Part)
    order, topic = request.args.get("order", Order.MIXED, type=Order), tidy(request.args.get("topic"))[:80]
    after = request.args.get("after", type=int)
    seen = [part for part in Part if part is not Part.MINE or asking.is_member]
    return render_template(
        "pitches/board.html",
        parts=board_of(
            g.group,
            [only] if only in seen else seen,
            user_id=asking.user_id,
            order=order,
            topic=topic,
            after=after if after is not None and 0 < after <= queries.HIGHEST else None,
        ),
        only=only if only in seen else None,
        order=order,
        orders=Order,
        topic=next((each for each in topics_of(g.group) if each.slug == topic), None),
        after=after,
        discusses=may_see_discussion(asking, g.group),
    )


@bp.get(PITCH)
@access(may_see_pitch, pitch=pitch_in)
def show(pitch: Pitch) -> ResponseReturnValue:
    asking = actor()
    if pitch.state is PitchState.DRAFT:
        return redirect(url_for(".edit", pitch_id=pitch.id))
    return render_template(
        "pitches/show.html",
        pitch=pitch,
        days_away=[_day(day.on) for day in pitch.days_away],
        not_before=_day(pitch.not_before) if pitch.not_before else None,
        not_after=_day(pitch.not_after) if pitch.not_after else None,
        session_number=queries.session_number_of(pitch),
        may_edit=may_edit_pitch(asking, pitch),
        may_withdraw=may_withdraw_pitch(asking, pitch),
        may_reopen=may_reopen_pitch(asking, pitch),
        may_see_note=may_see_note(asking, pitch),
        interest=queries.interest_in(pitch),
        is_marked=queries.is_interested(pitch, asking.user_id),
        is_asked=is_author(asking, pitch) and queries.is_asked(pitch),
        may_propose=pitch.state in CHANGEABLE and may_propose_change(asking, pitch),
        changes=told_changes(g.group, pitch, asking),
        links=told_links(pitch),
        discussed=told_discussions(g.group, [link.url for link in pitch.links]),
        thread=_thread(pitch),
    )


@bp.route(f"{PITCH}/withdraw", methods=["GET", "POST"])
@access(may_tend_pitch, pitch=pitch_in)
def withdraw(pitch: Pitch) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("pitches/withdraw.html", pitch=pitch, round=queries.open_round_with(pitch))
    try:
        left = withdraw_pitch(pitch, now=clock.now(), by=actor())
    except PitchSettled as refusal:
        flash(WHY_NOT[refusal.state], "error")
        return redirect(url_for(".show", pitch_id=pitch.id), 303)
    commit()
    flash("The pitch is withdrawn." if left else "The draft is deleted.", "success")
    return redirect(url_for(".show", pitch_id=pitch.id) if left else url_for(".board"), 303)


@bp.post(f"{PITCH}/reopen")
@access(may_tend_pitch, pitch=pitch_in)
def reopen(pitch: Pitch) -> ResponseReturnValue:
    try:
        reopen_pitch(pitch, now=clock.now(), by=actor())
    except StillOnPaper:
        flash("The round that it left isn't over. Offer it again when its results are out.", "error")
    except PitchSettled:
        flash("The pitch is on offer already.", "error")
    else:
        commit()
        flash("The pitch is on the board again.", "success")
    return redirect(url_for(".show", pitch_id=pitch.id), 303)


@bp.post(f"{PITCH}/interest")
@access(may_mark_interest, pitch=pitch_in)
def interest(pitch: Pitch) -> ResponseReturnValue:
    try:
        mark_interest(pitch, wants=request.form.get("wants") == "yes", by=actor())
    except PitchSettled:
        flash("It isn't on offer now, so marks stay as they are.", "error")
    else:
        commit()
    if request.form.get("from") == "board":
        return redirect(url_for(".board", _anchor=f"open-{pitch.id}"), 303)
    return redirect(url_for(".show", pitch_id=pitch.id), 303)


@bp.post(f"{PITCH}/keep")
@access(may_tend_pitch, pitch=pitch_in)
def keep_offered(pitch: Pitch) -> ResponseReturnValue:
    try:
        keep_pitch(pitch, now=clock.now(), by=actor())
    except PitchSettled as refusal:
        flash(WHY_NOT[refusal.state], "error")
    else:
        commit()
        flash("Good: it stays on offer for the next round.", "success")
    return redirect(url_for(".show", pitch_id=pitch.id), 303)


def _day(on: date) -> tuple[str, str]:
    """The date as ISO says it, and in words."""
    return on.isoformat(), date_words(on)


def _thread(pitch: Pitch) -> ToldThread | None:
    """What is said about the pitch, where the viewer may read it."""
    matter = matter_of_pitch(g.group, pitch.id)
    if matter is None or not may_see_matter(actor(), matter, g.group):
        return None
    return told_thread(g.group, matter, now=clock.now(), asking=actor())
