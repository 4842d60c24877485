"""Pages of the archive, for whom the group shows it to."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import Any, cast

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    may_hide_speaker,
    may_see_archive,
    may_see_discussion,
    may_see_session,
    may_tend_talk,
)
from readinggroup.archive import queries
from readinggroup.archive.forms import filters_in, page_in
from readinggroup.archive.listing import SessionRow
from readinggroup.archive.queries import ON_A_PAGE, UNDATED, Choices, Filters, Neighbours
from readinggroup.archive.telling import (
    by_kind,
    counted,
    gone_talks,
    strip_of,
    told_talks,
    topics_of,
    when_of,
)
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.groups.speaker_actions import account_is_taken
from readinggroup.groups.speakers import claim_of
from readinggroup.models import Series, Speaker, Talk
from readinggroup.scheduling.views import MeetingView
from readinggroup.web.pagecache import kept

bp = Blueprint("archive", __name__)
UNDATED_WORDS = "Date not recorded"


@bp.get("/<group_slug>/sessions/")
@access(may_see_archive)
@kept
def sessions() -> ResponseReturnValue:
    filters, page = filters_in(request.args), page_in(request.args)
    choices = queries.choices_of(g.group, filters)
    is_there = page is not None and page <= max(1, ceil(choices.found / ON_A_PAGE))
    rows = queries.held_sessions(g.group, filters, page=page or 1) if is_there else []
    words = render_template(
        "archive/sessions.html",
        years=_by_year(rows),
        filters=filters,
        choices=choices,
        found_words=_found_words(filters, choices),
        is_there=is_there,
        first_page=url_for(".sessions", **_address(filters)),
        **_pages(page or 1, choices.found if is_there else 0, filters),
    )
    return words, 200 if is_there else 404


@bp.get("/<group_slug>/sessions/<int:number>")
@access(may_see_session, found=queries.session_in)
@kept
def session(found: Neighbours) -> ResponseReturnValue:
    meeting = found.meeting
    return render_template(
        "archive/session.html",
        meeting=meeting,
        title=meeting.headline,
        when=when_of(meeting.on, meeting.starts_at_utc, meeting.zone),
        strip=strip_of(meeting),
        talks=told_talks(g.group, meeting, now=clock.now()),
        gone=gone_talks(meeting),
        tended=_tended(meeting),
        discusses=may_see_discussion(actor(), g.group),
        materials=by_kind(meeting.materials),
        topics=topics_of(meeting),
        before=found.before and (found.before.number, found.before.headline),
        after=found.after and (found.after.number, found.after.headline),
    )


@bp.get("/<group_slug>/speakers/")
@access(may_see_archive)
@kept
def speakers() -> ResponseReturnValue:
    return render_template("archive/speakers.html", speakers=queries.speakers_of(g.group))


@bp.get("/<group_slug>/speakers/<slug>")
@access(may_see_archive, speaker=queries.speaker_in)
@kept
def speaker(speaker: Speaker) -> ResponseReturnValue:
    if (request.view_args or {}).get("slug") != speaker.slug:
        return redirect(url_for(".speaker", slug=speaker.slug), 302)
    if speaker.hidden_at is not None and not may_hide_speaker(actor(), speaker):
        abort(404)
    rows = queries.sessions_of_speaker(g.group, speaker)
    coming = [row for row in rows if row.state is not MeetingState.HELD]
    held = [row for row in rows if row.state is MeetingState.HELD]
    return render_template(
        "archive/speaker.html",
        speaker=speaker,
        coming=coming[::-1],
        years=_by_year(held),
        may_hide=may_hide_speaker(actor(), speaker),
        may_claim=_may_claim(speaker),
        claim=claim_of(g.group, user_id) if (user_id := actor().user_id) else None,
    )


@bp.get("/<group_slug>/series/<slug>")
@access(may_see_archive, series=queries.series_in)
@kept
def series(series: Series) -> ResponseReturnValue:
    return render_template(
        "archive/series.html", series=series, sessions=queries.sessions_of_series(g.group, series)
    )


@bp.get("/<group_slug>/reading")
@access(may_see_archive)
@kept
def reading() -> ResponseReturnValue:
    page = page_in(request.args)
    sessions, titles = queries.count_read(g.group)
    is_there = page is not None and page <= max(1, ceil(sessions / ON_A_PAGE))
    words = render_template(
        "archive/reading.html",
        sessions=queries.read_sessions(g.group, page=page or 1) if is_there else [],
        found_words=f"{counted(titles, 'title')} for {counted(sessions, 'session')}",
        is_there=is_there,
        newer_url=url_for(".reading", page=page - 1) if is_there and page and page > 1 else "",
        older_url=url_for(".reading", page=page + 1)
        if is_there and page and page * ON_A_PAGE < sessions
        else "",
    )
    return words, 200 if is_there else 404


def _may_claim(speaker: Speaker) -> bool:
    """Whether the viewer can say that this is them: neither is linked yet."""
    user = actor().user
    return user is not None and speaker.user_id is None and not account_is_taken(g.group, user)


def _tended(meeting: MeetingView) -> list[int]:
    """The ids of the talks that the viewer may add reading and slides to."""
    # A view has of a talk what the rule asks: its speakers, and whether they have accounts.
    return [talk.id for talk in meeting.talks if may_tend_talk(actor(), cast(Talk, talk))]


def _by_year(rows: Sequence[SessionRow]) -> list[tuple[str, list[SessionRow]]]:
    """The rows under their years, in the order that they have."""
    years = groupby(rows, key=lambda row: str(row.on.year) if row.on else UNDATED_WORDS)
    return [(heading, list(of_year)) for heading, of_year in years]


def _found_words(filters: Filters, choices: Choices) -> str:
    """ "3 sessions about Privacy by Mo in 2022 with “gradient”"."""
    words = [counted(choices.found, "session")]
    if filters.topic:
        words.append(f"about {dict(choices.topics).get(filters.topic, filters.topic)}")
    if filters.speaker:
        words.append(f"by {dict(choices.speakers).get(filters.speaker, filters.speaker)}")
    if filters.year:
        words.append("without a recorded date" if filters.year == UNDATED else f"in {filters.year}")
    if filters.q:
        words.append(f"with “{filters.q}”")
    return " ".join(words)


def _pages(page: int, found: int, filters: Filters) -> Mapping[str, str]:
    """The addresses of the pages beside this one; empty where there is none."""
    here = _address(filters)
    return {
        "newer_url": url_for(".sessions", **here, page=page - 1) if page > 1 and found else "",
        "older_url": url_for(".sessions", **here, page=page + 1) if page * ON_A_PAGE < found else "",
    }


def _address(filters: Filters) -> dict[str, Any]:
    asked = {"q": filters.q, "topic": filters.topic, "speaker": filters.speaker, "year": filters.year}
    return {name: value for name, value in asked.items() if value}
