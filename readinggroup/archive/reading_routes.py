"""Everything that was read: a page, and files for those who cite."""

from math import ceil

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import may_see_archive
from readinggroup.archive.blueprint import bp
from readinggroup.archive.citations import bibtex, csl_json
from readinggroup.archive.finding import ON_A_PAGE
from readinggroup.archive.forms import page_in
from readinggroup.archive.list_page import states_shown
from readinggroup.archive.reading import cited, count_read, read_sessions
from readinggroup.archive.telling import counted
from readinggroup.web.pagecache import kept


@bp.get("/<group_slug>/reading")
@access(may_see_archive)
@kept
def reading() -> ResponseReturnValue:
    page = page_in(request.args)
    sessions, titles = count_read(g.group, states_shown())
    is_there = page is not None and page <= max(1, ceil(sessions / ON_A_PAGE))
    words = render_template(
        "archive/reading.html",
        sessions=read_sessions(g.group, states_shown(), page=page or 1) if is_there else [],
        found_words=f"{counted(titles, 'title')} for {counted(sessions, 'session')}",
        is_there=is_there,
        newer_url=url_for(".reading", page=page - 1) if is_there and page and page > 1 else "",
        older_url=url_for(".reading", page=page + 1)
        if is_there and page and page * ON_A_PAGE < sessions
        else "",
    )
    return words, 200 if is_there else 404


@bp.get("/<group_slug>/reading.bib")
@access(may_see_archive)
@kept
def reading_bibtex() -> ResponseReturnValue:
    return _file(bibtex(g.group.name, cited(g.group, states_shown())), "application/x-bibtex", "bib")


@bp.get("/<group_slug>/reading.json")
@access(may_see_archive)
@kept
def reading_csl() -> ResponseReturnValue:
    return _file(
        csl_json(g.group.name, cited(g.group, states_shown())),
        "application/vnd.citationstyles.csl+json",
        "json",
    )


def _file(body: str, kind: str, ending: str) -> Response:
    name = f"{g.group.slug}-reading.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=f"{kind}; charset=utf-8", headers=headers)
