"""The page of a speaker without an account, behind a link of their own; nothing changes on GET."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.access.doors import access
from readinggroup.access.rules import holds_link
from readinggroup.db import begin_writing, commit
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import SpeakingLink, Talk
from readinggroup.scheduling import part_actions, queries, speaking_actions
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.drop_actions import decline_talk
from readinggroup.scheduling.refusals import AlreadyThere, TalkOver
from readinggroup.scheduling.sent_materials import THERE_ALREADY, add_sent
from readinggroup.scheduling.speaking_forms import DeskForms, desk_forms
from readinggroup.scheduling.speaking_queries import days_away_of, link_by_token, talk_of_link
from readinggroup.scheduling.telling import strip_of, told_answer
from readinggroup.uploads.receiving import takes_files
from readinggroup.web.headers import private


@dataclass(frozen=True, slots=True)
class Desk:
    """A speaker at work on their talk."""

    link: SpeakingLink
    talk: Talk
    forms: DeskForms
    today: date


@bp.get("/<group_slug>/speaking/<speaking_token>")
@access(holds_link, link=link_by_token)
def speaking(link: SpeakingLink) -> ResponseReturnValue:
    desk = _desk(link)
    return private(_page(desk), 200) if desk else _ended()


@bp.post("/<group_slug>/speaking/<speaking_token>/<step>")
@access(holds_link, link=link_by_token)
def speaking_step(link: SpeakingLink, step: str) -> ResponseReturnValue:
    if step not in STEPS:
        abort(404)
    form_name, do, words = STEPS[step]
    desk = _desk(link, sent=form_name)
    if desk is None:
        return _ended()
    if desk.forms.sent is not None and not desk.forms.sent.validate():
        return private(_page(desk), 422)
    try:
        do(desk)
    except TalkOver:
        flash("The talk isn't to come any more, so that can't be changed.", "error")
        return _back()
    except AlreadyThere:
        desk.forms.sent.url.errors = [THERE_ALREADY]  # type: ignore[union-attr]
        return private(_page(desk), 422)
    return _used(desk, step, words)


@bp.post("/<group_slug>/speaking/<speaking_token>/materials")
@access(holds_link, begins=False, link=link_by_token)
@takes_files
def speaking_add_material(link: SpeakingLink) -> ResponseReturnValue:
    desk = _desk(link, sent="material")
    if desk is None:
        return _ended()
    if desk.forms.material.validate():
        begin_writing()
        desk = _desk(link_by_token(g.group, _token()) or abort(404), sent="material", forms=desk.forms)
        if desk is None:
            return _ended()
        if add_sent(desk.talk, desk.forms.material, by=THE_SITE):
            return _used(desk, "materials", "Added.")
    return private(_page(desk), 422)


@bp.post("/<group_slug>/speaking/<speaking_token>/reading/<int:reading_id>/remove")
@access(holds_link, link=link_by_token)
def speaking_remove_reading(link: SpeakingLink, reading_id: int) -> ResponseReturnValue:
    desk = _desk(link)
    if desk is None:
        return _ended()
    reading = queries.reading_of(desk.talk, reading_id)
    if reading is None:
        abort(404)
    part_actions.remove_reading(desk.talk, reading, now=clock.now(), by=THE_SITE)
    return _used(desk, "reading removed", "Removed.")


@bp.post("/<group_slug>/speaking/<speaking_token>/materials/<int:material_id>/remove")
@access(holds_link, link=link_by_token)
def speaking_remove_material(link: SpeakingLink, material_id: int) -> ResponseReturnValue:
    desk = _desk(link)
    if desk is None:
        return _ended()
    material = queries.material_of(desk.talk, material_id)
    if material is None:
        abort(404)
    part_actions.remove_material(desk.talk, material, now=clock.now(), by=THE_SITE)
    return _used(desk, "material removed", "Removed.")


def _confirm(desk: Desk) -> None:
    speaking_actions.confirm_talk(g.group, desk.talk, now=clock.now(), by=THE_SITE)


def _decline(desk: Desk) -> None:
    decline_talk(g.group, desk.talk, **desk.forms.decline.change(), now=clock.now(), by=THE_SITE)


def _reword(desk: Desk) -> None:
    speaking_actions.reword_talk(
        g.group, desk.talk, **desk.forms.words.change(), now=clock.now(), by=THE_SITE
    )


def _read(desk: Desk) -> None:
    part_actions.add_reading(desk.talk, **desk.forms.reading.change(), now=clock.now(), by=THE_SITE)


def _be_away(desk: Desk) -> None:
    days, speaker = desk.forms.away.days.data, desk.link.speaker
    speaking_actions.set_days_away(speaker, days, from_on=desk.today, now=clock.now(), by=THE_SITE)


Step = tuple[str, Callable[[Desk], None], str]
STEPS: Mapping[str, Step] = {
    "confirm": ("", _confirm, "Good: you come. The co-leads see it."),
    "decline": ("decline", _decline, "The co-leads are told at once. Thank you for saying so."),
    "words": ("words", _reword, "Saved."),
    "reading": ("reading", _read, "Reading posted."),
    "away": ("away", _be_away, "Noted."),
}
"""What can be done, by the last part of its address: the form that is sent, the act, and what is said then."""


def _desk(link: SpeakingLink, *, sent: str = "", forms: DeskForms | None = None) -> Desk | None:
    """The speaker's desk, with ``forms`` that are filled in already; None where the link has ended."""
    now = clock.now()
    talk = talk_of_link(g.group, link, now)
    if talk is None:
        return None
    today = now.astimezone(zone_at(g.group.zone)).date()
    days = days_away_of(link.speaker, from_on=today)
    return Desk(link, talk, forms or desk_forms(talk, days, sent=sent), today)


def _page(desk: Desk) -> str:
    told = queries.talk_view_in(g.group, desk.talk.id)
    meeting = queries.meeting_view_in(g.group, told.meeting_number) if told else None
    if told is None or meeting is None:
        abort(404)
    place = next((each for each in meeting.places if each.position == told.position), None)
    return render_template(
        "scheduling/speaking.html",
        speaker=desk.link.speaker,
        talk=told,
        meeting=meeting,
        place=place,
        strip=strip_of(meeting),
        answer=told_answer(told, today=desk.today),
        forms=desk.forms,
        token=_token(),
    )


def _used(desk: Desk, did: str, words: str) -> Response:
    speaking_actions.note_use(desk.link, did, now=clock.now())
    commit()
    flash(words, "success")
    return _back()


def _back() -> Response:
    return private(redirect(url_for(".speaking", speaking_token=_token()), 303))


def _ended() -> Response:
    return private(render_template("scheduling/speaking_ended.html"), 410)


def _token() -> str:
    return str((request.view_args or {})["speaking_token"])
