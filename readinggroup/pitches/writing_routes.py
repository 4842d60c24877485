"""Writing a pitch: the form, its preview, drafts that are kept as one types, and changing what is on offer."""

from typing import Any

from flask import abort, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_member, may_tend_pitch
from readinggroup.db import commit
from readinggroup.domain.lifecycle import PitchKind, PitchState
from readinggroup.domain.rhythm import zone_at
from readinggroup.groups.books import LONGEST_BOOK, books_of
from readinggroup.groups.topics import topics_of
from readinggroup.models import Pitch
from readinggroup.pitches import echoes, queries
from readinggroup.pitches.actions import (
    MOST_WAITING,
    TooManyPitches,
    Typed,
    pitch_talk,
    revise_pitch,
    save_draft,
)
from readinggroup.pitches.blueprint import PITCH, bp
from readinggroup.pitches.forms import WHY_NOT, PitchForm
from readinggroup.pitches.offers import Chapter, Offer, offer_of
from readinggroup.pitches.queries import pitch_in
from readinggroup.pitches.telling import told_discussions
from readinggroup.pitches.writing import PitchSettled
from readinggroup.web.forms import tidy
from readinggroup.web.tenancy import LARGEST_ID
from readinggroup.web.when import moment

NOT_SAVED = "Nothing was saved; copy what you want to keep."
TOO_MANY = f"You have {MOST_WAITING} drafts and pitches that wait already. Withdraw one of them first."


@bp.route("/<group_slug>/pitches/new", methods=["GET", "POST"])
@access(is_member)
def new() -> ResponseReturnValue:
    form = pitch_form(_suggested())
    if form.is_submitted() and form.as_draft:
        return _keep(form, None)
    if not form.is_preview and form.validate_on_submit():
        try:
            pitch = pitch_talk(g.group, form.offer(), now=clock.now(), by=actor())
        except TooManyPitches:
            form.refuse(TOO_MANY)
        else:
            commit()
            flash("Your pitch is on the board.", "success")
            return redirect(url_for(".show", pitch_id=pitch.id), 303)
    return _page(form, None)


def _suggested() -> Offer:
    """What the form begins with: the member as the speaker, and the chapter of a book that the address names."""
    asked = {name: tidy(request.args.get(name)) for name in ("title", "book", "number")}
    book, number = asked["book"][:LONGEST_BOOK], asked["number"]
    if not (book and number.isascii() and number.isdigit() and len(number) <= 4):
        return Offer(title="", speakers=(actor().name,))
    chapter = Chapter(book, int(number))
    return Offer(
        title=asked["title"][:200], speakers=(actor().name,), kind=PitchKind.CHAPTER, chapter=chapter
    )


@bp.route(f"{PITCH}/edit", methods=["GET", "POST"])
@access(may_tend_pitch, pitch=pitch_in)
def edit(pitch: Pitch) -> ResponseReturnValue:
    form, was_draft = pitch_form(offer_of(pitch), pitch.typed), pitch.state is PitchState.DRAFT
    if form.is_submitted() and form.as_draft and was_draft:
        return _keep(form, pitch)
    if not form.is_preview and form.validate_on_submit():
        try:
            revise_pitch(g.group, pitch, form.offer(), now=clock.now(), by=actor())
        except PitchSettled as refusal:
            form.refuse(f"{WHY_NOT[refusal.state]} {NOT_SAVED}")
        else:
            commit()
            flash("Your pitch is on the board." if was_draft else "Saved.", "success")
            return redirect(url_for(".show", pitch_id=pitch.id), 303)
    return _page(form, pitch)


@bp.post("/<group_slug>/pitches/draft")
@access(is_member)
def keep_new() -> ResponseReturnValue:
    """For the browser that saves as one types: a new draft."""
    return _kept(None)


@bp.post(f"{PITCH}/draft")
@access(may_tend_pitch, pitch=pitch_in)
def keep(pitch: Pitch) -> ResponseReturnValue:
    """For the browser that saves as one types: the draft as it stands in the form now."""
    return _kept(pitch)


@bp.post("/<group_slug>/pitches/alike")
@access(is_member)
def alike() -> ResponseReturnValue:
    """For the browser that asks as one types: what is like the pitch in the form, as a fragment."""
    form = pitch_form(Offer(title="", speakers=()))
    besides = request.form.get("besides", 0, type=int)
    commit()
    told = _echoes(form, besides if 0 < besides <= LARGEST_ID else None)
    return render_template("pitches/_echoes.html", **told)


def _kept(pitch: Pitch | None) -> ResponseReturnValue:
    """When it was saved, and where the draft is edited and saved from now on; 409 with the reason where it wasn't."""
    try:
        draft = _save(pitch_form(Offer(title="", speakers=())), pitch)
    except PitchSettled as refusal:
        return jsonify(problem=WHY_NOT[refusal.state]), 409
    except TooManyPitches:
        return jsonify(problem=TOO_MANY), 409
    commit()
    return jsonify(
        saved_at=moment(draft.changed_at, g.group.zone).time_words,
        edit=url_for(".edit", pitch_id=draft.id),
        save=url_for(".keep", pitch_id=draft.id),
    )


def _keep(form: PitchForm, pitch: Pitch | None) -> ResponseReturnValue:
    """For the button: the draft is saved whatever it says, and one goes on writing."""
    try:
        draft = _save(form, pitch)
    except PitchSettled as refusal:
        form.refuse(f"{WHY_NOT[refusal.state]} {NOT_SAVED}")
    except TooManyPitches:
        form.refuse(TOO_MANY)
    else:
        commit()
        saved_at = moment(draft.changed_at, g.group.zone).time_words
        flash(f"Kept as a draft that only you see. Saved at {saved_at}.", "success")
        return redirect(url_for(".edit", pitch_id=draft.id), 303)
    return _page(form, pitch)


def _save(form: PitchForm, pitch: Pitch | None) -> Pitch:
    typed = form.typed()
    if sum(len(text) for texts in typed.values() for text in texts) > queries.LONGEST_DRAFT:
        abort(413)
    return save_draft(g.group, pitch, typed, **form.line(), now=clock.now(), by=actor())


def pitch_form(offer: Offer, typed: Typed | None = None) -> PitchForm:
    """The form, filled in with the offer, or with a draft as it was typed."""
    today = clock.now().astimezone(zone_at(g.group.zone)).date()
    return PitchForm(
        offer,
        typed=typed,
        today=today,
        session_days=queries.session_days_of(g.group, today),
        looks_papers_up=g.group.looks_papers_up and current_app.config["SETTINGS"].lookups,
    )


def _page(form: PitchForm, pitch: Pitch | None) -> ResponseReturnValue:
    """The form with what was typed; nothing was changed, so others needn't wait until the text is rendered."""
    if form.is_submitted():
        commit()
    told = _echoes(form, pitch.id if pitch else None)
    known = {"topics": topics_of(g.group), "books": books_of(g.group)}
    words = render_template("pitches/edit.html", form=form, pitch=pitch, **known, **told)
    return words, 422 if form.errors else 200


def _echoes(form: PitchForm, besides: int | None) -> dict[str, Any]:
    addresses = form.addresses()
    return {
        "discussed": told_discussions(g.group, addresses),
        "alike": echoes.alike(g.group, form.title.data or "", addresses, besides=besides),
    }
