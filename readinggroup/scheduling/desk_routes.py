"""The co-leads' desk for speakers: who says to be one, merged names, and links for those without an account."""

from flask import abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.groups.speakers import claims_of, merges_of
from readinggroup.models import SpeakingLink, Talk
from readinggroup.scheduling import asking
from readinggroup.scheduling.blueprint import bp
from readinggroup.scheduling.queries import talk_in
from readinggroup.scheduling.speaking_queries import link_in, outside_talks, outsider_of, running_links
from readinggroup.web.forms import id_in

FRESH = "speaking_link"


@bp.get("/<group_slug>/speaking")
@access(is_co_lead)
def speaking_desk() -> ResponseReturnValue:
    path = session.pop(FRESH, None)
    return render_template(
        "scheduling/desk.html",
        claims=claims_of(g.group),
        merges=merges_of(g.group),
        talks=outside_talks(g.group),
        links=running_links(g.group, clock.now()),
        fresh=current_app.config["SETTINGS"].site_url + path if isinstance(path, str) else "",
    )


@bp.post("/<group_slug>/talks/<int:talk_id>/links")
@access(is_co_lead, talk=talk_in)
def make_speaking_link(talk: Talk) -> ResponseReturnValue:
    speaker = outsider_of(talk, id_in(request.form.get("speaker")))
    if speaker is None:
        abort(404)
    now = clock.now()
    if request.form.get("send") and speaker.email:
        about = f"talk:{talk.id}:link:{now.isoformat()}"
        asking.send_link(g.group, talk, speaker, kind="talk.asked", about=about, now=now, by=actor())
        flash(f"{speaker.name} gets the link by mail.", "success")
    else:  # Shown once; the database has only its digest.
        session[FRESH] = asking.make_link(g.group, talk, speaker, now=now, by=actor())
    commit()
    return redirect(url_for(".speaking_desk", _anchor="links"), 303)


@bp.post("/<group_slug>/speaking/links/<int:link_id>/revoke")
@access(is_co_lead, link=link_in)
def revoke_speaking_link(link: SpeakingLink) -> ResponseReturnValue:
    asking.revoke_link(link, now=clock.now(), by=actor())
    commit()
    flash("The link has ended.", "success")
    return redirect(url_for(".speaking_desk", _anchor="links"), 303)
