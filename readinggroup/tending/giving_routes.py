"""One page each for what is asked for after a session: a talk's slides and the session's recording."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import holds_link, is_co_lead, may_tend_talk
from readinggroup.db import commit
from readinggroup.models import Meeting, SpeakingLink, Talk
from readinggroup.scheduling.queries import meeting_in, meeting_of, talk_in
from readinggroup.scheduling.speaking_actions import note_use
from readinggroup.scheduling.speaking_queries import link_by_token, talk_of_link
from readinggroup.tending.blueprint import bp
from readinggroup.tending.forms import GiveForm
from readinggroup.tending.giving_actions import give, given, say_none
from readinggroup.web.headers import private


@bp.route("/<group_slug>/talks/<int:talk_id>/slides", methods=["GET", "POST"])
@access(may_tend_talk, talk=talk_in)
def give_slides(talk: Talk) -> ResponseReturnValue:
    return _answer(talk, meeting_of(talk), url_for(".give_slides", talk_id=talk.id), by=actor())


@bp.route("/<group_slug>/sessions/<int:number>/recording", methods=["GET", "POST"])
@access(is_co_lead, meeting=meeting_in)
def give_recording(meeting: Meeting) -> ResponseReturnValue:
    return _answer(meeting, meeting, url_for(".give_recording", number=meeting.number), by=actor())


@bp.route("/<group_slug>/speaking/<speaking_token>/slides", methods=["GET", "POST"])
@access(holds_link, link=link_by_token)
def give_slides_by_link(link: SpeakingLink) -> ResponseReturnValue:
    talk = talk_of_link(g.group, link, clock.now())
    if talk is None:
        return private(render_template("scheduling/speaking_ended.html"), 410)
    here = url_for(".give_slides_by_link", **(request.view_args or {}))
    return private(make_response(_answer(talk, meeting_of(talk), here, by=THE_SITE, link=link)))


def _answer(
    of: Talk | Meeting, meeting: Meeting, here: str, *, by: Actor, link: SpeakingLink | None = None
) -> ResponseReturnValue:
    """The page that takes the address, or that there is none; ``link`` is how somebody without an account came."""
    form, now = GiveForm(), clock.now()
    if not form.validate_on_submit():
        page = render_template(
            "tending/give.html",
            form=form,
            of=of,
            is_talk=isinstance(of, Talk),
            meeting=meeting,
            there=given(of),
            by_link=link is not None,
        )
        return page, 422 if form.errors else 200
    if form.none.data:
        say_none(of, is_so=form.none.data == "yes", now=now, by=by)
    else:
        give(of, form.url.data or "", now=now, by=by)
    if link is not None:
        note_use(link, "slides", now=now)
    commit()
    flash("Noted." if form.none.data else "Added. Thank you!")
    return redirect(here, 303)
