"""What speakers with an account, and co-leads, do for a talk: confirm it, reword it, add reading and slides."""

from datetime import date

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import may_tend_talk
from readinggroup.db import begin_writing, commit
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Talk
from readinggroup.scheduling import part_actions, queries, speaking_actions
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.queries import talk_in
from readinggroup.scheduling.refusals import AlreadyThere, TalkOver
from readinggroup.scheduling.sent_materials import THERE_ALREADY, add_sent
from readinggroup.scheduling.speaking_forms import DeskForms, desk_forms
from readinggroup.scheduling.speaking_queries import days_away_of, own_speaker
from readinggroup.scheduling.swap_queries import live_swap_of
from readinggroup.scheduling.telling import told_answer
from readinggroup.uploads.receiving import takes_files

TOO_LATE = "The talk isn't to come any more, so that can't be changed."


@bp.get("/<group_slug>/talks/<int:talk_id>/edit")
@access(may_tend_talk, talk=talk_in)
def tend_talk(talk: Talk) -> ResponseReturnValue:
    return _page(talk, _forms(talk))


@bp.post("/<group_slug>/talks/<int:talk_id>/confirm")
@access(may_tend_talk, talk=talk_in)
def confirm_talk(talk: Talk) -> ResponseReturnValue:
    try:
        speaking_actions.confirm_talk(g.group, talk, now=clock.now(), by=actor())
    except TalkOver:
        flash(TOO_LATE, "error")
        return _back(talk)
    return _done(talk, "Confirmed.")


@bp.post("/<group_slug>/talks/<int:talk_id>/words")
@access(may_tend_talk, talk=talk_in)
def reword_talk(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="words")
    if not forms.words.validate():
        return _page(talk, forms), 422
    try:
        speaking_actions.reword_talk(g.group, talk, **forms.words.change(), now=clock.now(), by=actor())
    except TalkOver:
        flash(TOO_LATE, "error")
        return _back(talk)
    return _done(talk, "Saved.")


@bp.post("/<group_slug>/talks/<int:talk_id>/away")
@access(may_tend_talk, talk=talk_in)
def be_away(talk: Talk) -> ResponseReturnValue:
    forms, speaker = _forms(talk, sent="away"), own_speaker(talk, actor().user)
    if speaker is None or not forms.away.validate():
        return _page(talk, forms), 422
    now, by = clock.now(), actor()
    speaking_actions.set_days_away(speaker, forms.away.days.data, from_on=_today(), now=now, by=by)
    return _done(talk, "Noted.")


@bp.post("/<group_slug>/talks/<int:talk_id>/reading")
@access(may_tend_talk, talk=talk_in)
def add_reading(talk: Talk) -> ResponseReturnValue:
    forms = _forms(talk, sent="reading")
    if forms.reading.validate():
        try:
            part_actions.add_reading(talk, **forms.reading.change(), now=clock.now(), by=actor())
        except AlreadyThere:
            forms.reading.url.errors = [THERE_ALREADY]
        else:
            return _done(talk, "Reading posted.")
    return _page(talk, forms), 422


@bp.post("/<group_slug>/talks/<int:talk_id>/reading/<int:reading_id>/remove")
@access(may_tend_talk, talk=talk_in)
def remove_reading(talk: Talk, reading_id: int) -> ResponseReturnValue:
    reading = queries.reading_of(talk, reading_id)
    if reading is None:
        abort(404)
    part_actions.remove_reading(talk, reading, now=clock.now(), by=actor())
    return _done(talk, "Removed.")


@bp.post("/<group_slug>/talks/<int:talk_id>/materials")
@access(may_tend_talk, begins=False, talk=talk_in)
@takes_files
def add_talk_material(talk: Talk) -> ResponseReturnValue:
    forms, talk_id = _forms(talk, sent="material"), talk.id
    if forms.material.validate():
        begin_writing()
        talk = talk_in(g.group, talk_id) or abort(404)
        if add_sent(talk, forms.material, by=actor()):
            return _done(talk, "Added.")
    return _page(talk, forms), 422


@bp.post("/<group_slug>/talks/<int:talk_id>/materials/<int:material_id>/remove")
@access(may_tend_talk, talk=talk_in)
def remove_talk_material(talk: Talk, material_id: int) -> ResponseReturnValue:
    material = queries.material_of(talk, material_id)
    if material is None:
        abort(404)
    part_actions.remove_material(talk, material, now=clock.now(), by=actor())
    return _done(talk, "Removed.")


def _forms(talk: Talk, *, sent: str = "") -> DeskForms:
    speaker = own_speaker(talk, actor().user)
    return desk_forms(talk, days_away_of(speaker, from_on=_today()) if speaker else (), sent=sent)


def _page(talk: Talk, forms: DeskForms) -> str:
    told = queries.talk_view_in(g.group, talk.id)
    if told is None:
        abort(404)
    return render_template(
        "scheduling/tend_talk.html",
        talk=told,
        forms=forms,
        answer=told_answer(told, today=_today()),
        swap=live_swap_of(talk),
        speaker=own_speaker(talk, actor().user),
    )


def _done(talk: Talk, words: str) -> Response:
    commit()
    flash(words)
    return _back(talk)


def _back(talk: Talk) -> Response:
    return redirect(url_for(".tend_talk", talk_id=talk.id), 303)


def _today() -> date:
    return clock.now().astimezone(zone_at(g.group.zone)).date()
