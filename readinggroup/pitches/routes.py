"""The pitch board, a pitch's page, and what members do there; importing this hangs all views on the blueprint."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    may_edit_pitch,
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
from readinggroup.models import Pitch
from readinggroup.pitches import queries, writing_routes
from readinggroup.pitches.actions import StillOnPaper, reopen_pitch, withdraw_pitch
from readinggroup.pitches.blueprint import PITCH, bp
from readinggroup.pitches.forms import WHY_NOT
from readinggroup.pitches.queries import Part, pitch_in
from readinggroup.pitches.telling import told_discussions, told_links
from readinggroup.pitches.writing import PitchSettled
from readinggroup.web.when import date_words

__all__ = ["bp", "writing_routes"]


@bp.get("/<group_slug>/pitches/")
@access(may_see_pitches)
def board() -> ResponseReturnValue:
    only, before = request.args.get("part", type=Part), request.args.get("before", type=int)
    parts = queries.board_of(g.group, [only] if only else Part, user_id=actor().user_id, before=before)
    discusses = may_see_discussion(actor(), g.group)
    return render_template("pitches/board.html", parts=parts, only=only, before=before, discusses=discusses)


@bp.get(PITCH)
@access(may_see_pitch, pitch=pitch_in)
def show(pitch: Pitch) -> ResponseReturnValue:
    asking = actor()
    if pitch.state is PitchState.DRAFT:
        return redirect(url_for(".edit", pitch_id=pitch.id))
    return render_template(
        "pitches/show.html",
        pitch=pitch,
        days_away=[(day.on.isoformat(), date_words(day.on)) for day in pitch.days_away],
        session_number=queries.session_number_of(pitch),
        may_edit=may_edit_pitch(asking, pitch),
        may_withdraw=may_withdraw_pitch(asking, pitch),
        may_reopen=may_reopen_pitch(asking, pitch),
        may_see_note=may_see_note(asking, pitch),
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


def _thread(pitch: Pitch) -> ToldThread | None:
    """What is said about the pitch, where the viewer may read it."""
    matter = matter_of_pitch(g.group, pitch.id)
    if matter is None or not may_see_matter(actor(), matter, g.group):
        return None
    return told_thread(g.group, matter, now=clock.now(), asking=actor())
