"""What a text said before: who changed what, and bringing it back."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead, may_tend_talk
from readinggroup.access.versions import Thing, words_of
from readinggroup.db import commit
from readinggroup.editing import actions
from readinggroup.editing.blueprint import bp
from readinggroup.editing.queries import version_of
from readinggroup.editing.telling import told_versions
from readinggroup.models import Meeting, Talk
from readinggroup.scheduling.queries import meeting_in, talk_in

OF_SESSION = "/<group_slug>/sessions/<int:number>/recap/versions"
OF_TALK = "/<group_slug>/talks/<int:talk_id>/versions"


@bp.get(OF_SESSION)
@access(is_co_lead, meeting=meeting_in)
def recap_versions(meeting: Meeting) -> ResponseReturnValue:
    return _page(meeting, back=url_for(".recap", number=meeting.number))


@bp.get(OF_TALK)
@access(may_tend_talk, talk=talk_in)
def talk_versions(talk: Talk) -> ResponseReturnValue:
    return _page(talk, back=url_for("scheduling.tend_talk", talk_id=talk.id))


@bp.post(f"{OF_SESSION}/<int:version>")
@access(is_co_lead, meeting=meeting_in)
def restore_recap(meeting: Meeting, version: int) -> ResponseReturnValue:
    _bring_back(meeting, version)
    return redirect(url_for(".recap_versions", number=meeting.number), 303)


@bp.post(f"{OF_TALK}/<int:version>")
@access(may_tend_talk, talk=talk_in)
def restore_talk(talk: Talk, version: int) -> ResponseReturnValue:
    _bring_back(talk, version)
    return redirect(url_for(".talk_versions", talk_id=talk.id), 303)


def _bring_back(thing: Thing, number: int) -> None:
    version = version_of(thing, number) or abort(404)
    changed = actions.bring_back(thing, version, now=clock.now(), by=actor())
    commit()
    flash(f"It says again what version {number} said." if changed else "It says that already.", "success")


def _page(thing: Thing, *, back: str) -> str:
    return render_template(
        "editing/versions.html",
        thing=thing,
        words=words_of(thing),
        is_talk=isinstance(thing, Talk),
        versions=told_versions(thing, g.group.zone),
        back=back,
    )
