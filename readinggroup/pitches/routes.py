"""The pitch board, and what members do with pitches."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    is_member,
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
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Pitch
from readinggroup.pitches import queries
from readinggroup.pitches.actions import (
    Offer,
    PitchSettled,
    StillOnPaper,
    offer_of,
    pitch_talk,
    reopen_pitch,
    revise_pitch,
    withdraw_pitch,
)
from readinggroup.pitches.forms import WHY_NOT, PitchForm
from readinggroup.pitches.queries import Part, pitch_in
from readinggroup.web.when import date_words

bp = Blueprint("pitches", __name__)


@bp.get("/<group_slug>/pitches/")
@access(may_see_pitches)
def board() -> ResponseReturnValue:
    only, before = request.args.get("part", type=Part), request.args.get("before", type=int)
    parts = queries.board_of(g.group, [only] if only else Part, user_id=actor().user_id, before=before)
    discusses = may_see_discussion(actor(), g.group)
    return render_template("pitches/board.html", parts=parts, only=only, before=before, discusses=discusses)


@bp.route("/<group_slug>/pitches/new", methods=["GET", "POST"])
@access(is_member)
def new() -> ResponseReturnValue:
    form = _form(Offer(title="", speakers=(actor().name,)))
    if not form.is_preview and form.validate_on_submit():
        pitch = pitch_talk(g.group, form.offer(), as_draft=form.as_draft, now=clock.now(), by=actor())
        commit()
        flash(
            "Kept as a draft that only you see." if form.as_draft else "Your pitch is on the board.",
            "success",
        )
        return redirect(url_for(".show", pitch_id=pitch.id), 303)
    return _page(form, None)


@bp.get("/<group_slug>/pitches/<int:pitch_id>")
@access(may_see_pitch, pitch=pitch_in)
def show(pitch: Pitch) -> ResponseReturnValue:
    asking = actor()
    return render_template(
        "pitches/show.html",
        pitch=pitch,
        days_away=[(day.on.isoformat(), date_words(day.on)) for day in pitch.days_away],
        session_number=queries.session_number_of(pitch),
        may_edit=may_edit_pitch(asking, pitch),
        may_withdraw=may_withdraw_pitch(asking, pitch),
        may_reopen=may_reopen_pitch(asking, pitch),
        may_see_note=may_see_note(asking, pitch),
        thread=_thread(pitch),
    )


@bp.route("/<group_slug>/pitches/<int:pitch_id>/edit", methods=["GET", "POST"])
@access(may_tend_pitch, pitch=pitch_in)
def edit(pitch: Pitch) -> ResponseReturnValue:
    form = _form(offer_of(pitch))
    if not form.is_preview and form.validate_on_submit():
        try:
            revise_pitch(pitch, form.offer(), as_draft=form.as_draft, now=clock.now(), by=actor())
        except PitchSettled as refusal:
            form.refuse(f"{WHY_NOT[refusal.state]} Nothing was saved; copy what you want to keep.")
        else:
            commit()
            flash("Saved.", "success")
            return redirect(url_for(".show", pitch_id=pitch.id), 303)
    return _page(form, pitch)


@bp.route("/<group_slug>/pitches/<int:pitch_id>/withdraw", methods=["GET", "POST"])
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


@bp.post("/<group_slug>/pitches/<int:pitch_id>/reopen")
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


def _form(offer: Offer) -> PitchForm:
    today = clock.now().astimezone(zone_at(g.group.zone)).date()
    return PitchForm(offer, today=today, session_days=queries.session_days_of(g.group, today))


def _page(form: PitchForm, pitch: Pitch | None) -> ResponseReturnValue:
    """The form with what was typed; nothing was changed, so others needn't wait until the text is rendered."""
    if form.is_submitted():
        commit()
    words = render_template("pitches/edit.html", form=form, pitch=pitch)
    return words, 422 if form.errors else 200
