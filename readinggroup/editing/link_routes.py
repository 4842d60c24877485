"""The links that don't answer any more, for co-leads: replace them, take them out, or say that they work."""

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import is_co_lead
from readinggroup.db import commit
from readinggroup.editing import link_actions
from readinggroup.editing.blueprint import bp
from readinggroup.editing.forms import LinkForm
from readinggroup.editing.link_queries import Link, dead_links, link_in
from readinggroup.scheduling.refusals import AlreadyThere


@bp.get("/<group_slug>/links")
@access(is_co_lead)
def links() -> ResponseReturnValue:
    return _page(None, "")


@bp.post("/<group_slug>/links/<link>/replace")
@access(is_co_lead, link=link_in)
def replace_link(link: Link) -> ResponseReturnValue:
    key = (request.view_args or {})["link"]
    form = LinkForm(prefix=f"{key}-")
    if form.validate():
        try:
            link_actions.replace_link(link, form.url.data or "", now=clock.now(), by=actor())
        except AlreadyThere:
            form.url.errors = ["That address is there already."]
        else:
            return _done("The link leads there now.")
    return _page(form, key), 422


@bp.post("/<group_slug>/links/<link>/remove")
@access(is_co_lead, link=link_in)
def remove_link(link: Link) -> ResponseReturnValue:
    link_actions.take_out_link(link, now=clock.now(), by=actor())
    return _done("Taken out. The record keeps its address.")


@bp.post("/<group_slug>/links/<link>/works")
@access(is_co_lead, link=link_in)
def link_works(link: Link) -> ResponseReturnValue:
    link_actions.say_that_it_works(link, now=clock.now(), by=actor())
    return _done("Good: it isn’t called dead any more.")


def _done(words: str) -> ResponseReturnValue:
    commit()
    flash(words, "success")
    return redirect(url_for(".links"), 303)


def _page(sent: LinkForm | None, key: str) -> str:
    """All dead links, each with its form; the one that was ``sent`` holds what was typed."""
    found = dead_links(g.group)
    if sent is not None and key not in {dead.key for dead in found}:
        abort(404)
    forms = {
        dead.key: LinkForm(formdata=None, prefix=f"{dead.key}-", data={"url": dead.thing.url})
        for dead in found
    }
    if sent is not None:
        forms[key] = sent
    return render_template(
        "editing/links.html",
        links=[(dead, forms[dead.key]) for dead in found],
        sent=sent,
        looks=current_app.config["SETTINGS"].lookups,
    )
