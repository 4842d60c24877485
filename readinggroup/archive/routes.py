"""Pages of the archive, for whom the group shows it to."""

from collections.abc import Sequence
from typing import cast

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    may_give_feedback,
    may_hide_speaker,
    may_see_archive,
    may_see_discussion,
    may_see_joint,
    may_see_pitches,
    may_see_schedule,
    may_see_session,
    may_tend_talk,
)
from readinggroup.accounts.queries import links_of
from readinggroup.archive import queries, reading_routes
from readinggroup.archive.blueprint import bp
from readinggroup.archive.counts import counts_of
from readinggroup.archive.finding import NOTHING, Filters, found_sessions, is_year, suggestions
from readinggroup.archive.forms import below_in, filters_in, page_in
from readinggroup.archive.list_page import (
    beside,
    by_year,
    found_words,
    ribbon_of,
    shows_a_year,
    states_shown,
    visits_shown,
)
from readinggroup.archive.listing import SessionRow
from readinggroup.archive.marks import card_of_session, event_of
from readinggroup.archive.overview import overview_of
from readinggroup.archive.queries import Beside, Neighbours
from readinggroup.archive.telling import (
    by_kind,
    gone_talks,
    strip_of,
    told_talks,
    topics_of,
    when_of,
    without_links,
)
from readinggroup.domain.after import feedback_until
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.groups.speaker_actions import account_is_taken
from readinggroup.groups.speakers import claim_of
from readinggroup.holding.queries import AskedQuestion, questions_to
from readinggroup.models import Series, SeriesKind, Speaker, Talk, Topic
from readinggroup.scheduling.joint_queries import JointView, joint_in
from readinggroup.scheduling.views import MeetingView
from readinggroup.series.chapters import chapters_of, pitches_of_chapters, progress_of
from readinggroup.series.queries import all_series as all_series_of
from readinggroup.series.queries import series_in
from readinggroup.web.errors import page
from readinggroup.web.links import link
from readinggroup.web.pagecache import kept

__all__ = ["bp", "reading_routes"]


@bp.get("/<group_slug>/sessions/")
@access(may_see_archive)
@kept
def sessions() -> ResponseReturnValue:
    filters, number = filters_in(request.args), page_in(request.args)
    overview = overview_of(g.group, int(filters.year) if is_year(filters.year) else None)
    found = found_sessions(g.group, filters, page=number, below=below_in(request.args)) if number else NOTHING
    is_there = number == 1 or bool(found.rows)
    words = render_template(
        "archive/sessions.html",
        years=[("", found.rows)] if filters.q and found.rows else by_year(found.rows),
        found=found,
        filters=filters,
        overview=overview,
        ribbon=ribbon_of(overview) if number == 1 and _draws_a_year(filters) else None,
        visits=visits_shown(overview, filters) if number == 1 else [],
        counts=counts_of(g.group, filters) if request.args.get("counts") else {},
        counts_url=link(".sessions", **filters.asked(), counts="yes"),
        found_words=found_words(filters, overview, found.total),
        suggestions=suggestions(g.group, filters) if is_there and not found.rows else [],
        is_there=is_there,
        first_page=link(".sessions", **filters.asked()),
        **beside(filters, found, number or 1, is_there=is_there),
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
        card=card_of_session(g.group, meeting),
        event=event_of(g.group, meeting, site_url=current_app.config["SETTINGS"].site_url),
        when=when_of(meeting.on, meeting.starts_at_utc, meeting.zone),
        strip=strip_of(meeting),
        talks=told_talks(g.group, meeting, now=clock.now()),
        asked=_asked(meeting),
        gone=gone_talks(meeting),
        tended=_tended(meeting),
        discusses=may_see_discussion(actor(), g.group),
        spoken_of=_spoken_of(meeting),
        materials=by_kind(meeting.materials),
        topics=topics_of(meeting),
        before=_beside(found.before),
        after=_beside(found.after),
    )


@bp.get("/<group_slug>/joint/<int:joint_id>")
@access(may_see_joint, joint=joint_in)
@kept
def joint(joint: JointView) -> ResponseReturnValue:
    meeting = joint.meeting
    return render_template(
        "archive/joint.html",
        joint=joint,
        meeting=meeting,
        when=when_of(meeting.on, meeting.starts_at_utc, meeting.zone),
        strip=strip_of(meeting),
        talks=[without_links(talk) for talk in told_talks(joint.host, meeting, now=clock.now())],
        materials=by_kind(meeting.materials),
        is_open=joint.host_audience is Audience.PUBLIC,
    )


@bp.get("/<group_slug>/speakers/")
@access(may_see_archive)
@kept
def speakers() -> ResponseReturnValue:
    return render_template("archive/speakers.html", speakers=queries.speakers_of(g.group, states_shown()))


@bp.get("/<group_slug>/speakers/<slug>")
@access(may_see_archive, speaker=queries.speaker_in)
@kept
def speaker(speaker: Speaker) -> ResponseReturnValue:
    if (request.view_args or {}).get("slug") != speaker.slug:
        return redirect(url_for(".speaker", slug=speaker.slug), 302)
    if speaker.hidden_at is not None and not may_hide_speaker(actor(), speaker):
        abort(404)
    rows = _shown(queries.sessions_of_speaker(g.group, speaker))
    coming, held = _coming_and_held(rows or abort(404))
    return render_template(
        "archive/speaker.html",
        speaker=speaker,
        links=links_of(speaker.user_id),
        coming=coming,
        years=by_year(held),
        may_hide=may_hide_speaker(actor(), speaker),
        may_claim=_may_claim(speaker),
        claim=claim_of(g.group, user_id) if (user_id := actor().user_id) else None,
    )


@bp.get("/<group_slug>/series/")
@access(may_see_archive)
@kept
def all_series() -> ResponseReturnValue:
    found = all_series_of(g.group)
    counts = queries.sessions_in_series(g.group, states_shown())
    sees_pitches = may_see_pitches(actor(), g.group)
    return render_template("archive/all_series.html", series=found, counts=counts, sees_pitches=sees_pitches)


@bp.get("/<group_slug>/series/<slug>")
@access(may_see_archive, series=series_in)
@kept
def series(series: Series) -> ResponseReturnValue:
    rows = _shown(queries.sessions_of_series(g.group, series))
    chapters = chapters_of(g.group, series) if series.kind is SeriesKind.BOOK else []
    # Pitches change while nothing public does: they are no part of pages that are kept for visitors.
    sees_pitches = actor().is_member and may_see_pitches(actor(), g.group)
    return render_template(
        "archive/series.html",
        series=series,
        sessions=rows,
        chapters=chapters,
        progress=progress_of(chapters),
        pitches=pitches_of_chapters(series) if chapters and sees_pitches else {},
        sees_schedule=may_see_schedule(actor(), g.group),
    )


@bp.get("/<group_slug>/topics/")
@access(may_see_archive)
@kept
def topics() -> ResponseReturnValue:
    return render_template("archive/topics.html", topics=queries.topics_of(g.group, states_shown()))


@bp.get("/<group_slug>/topics/<slug>")
@access(may_see_archive, topic=queries.topic_in)
@kept
def topic(topic: Topic) -> ResponseReturnValue:
    rows = _shown(queries.sessions_about(g.group, topic))
    coming, held = _coming_and_held(rows or abort(404))
    return render_template("archive/topic.html", topic=topic, coming=coming, years=by_year(held))


def _may_claim(speaker: Speaker) -> bool:
    """Whether the viewer can say that this is them: neither is linked yet."""
    user = actor().user
    return user is not None and speaker.user_id is None and not account_is_taken(g.group, user)


def _tended(meeting: MeetingView) -> list[int]:
    """The ids of the talks that the viewer may add reading and slides to."""
    # A view has of a talk what the rule asks: its speakers, and whether they have accounts.
    return [talk.id for talk in meeting.talks if may_tend_talk(actor(), cast(Talk, talk))]


def _asked(meeting: MeetingView) -> dict[int, tuple[AskedQuestion, ...]]:
    """What was asked at a session that is over, by talk; what was hidden or withdrawn is nobody's here."""
    is_kept = meeting.state is MeetingState.HELD and may_see_discussion(actor(), g.group)
    if not (is_kept and meeting.talks):
        return {}
    found = questions_to([talk.id for talk in meeting.talks], reader_id=None)
    return {
        talk_id: tuple(sorted(asked, key=lambda each: -each.supports)) for talk_id, asked in found.items()
    }


def _spoken_of(meeting: MeetingView) -> list[int]:
    """The ids of the talks to whose speakers the viewer can say now what was good."""
    if meeting.state is not MeetingState.HELD or meeting.on is None:
        return []
    if clock.now() >= feedback_until(meeting.on, g.group.zone):
        return []
    return [talk.id for talk in meeting.talks if may_give_feedback(actor(), cast(Talk, talk))]


def _beside(session: Beside | None) -> tuple[int, str] | None:
    """Number and title of the session before or after this one, where the viewer may see it."""
    if session is None or not may_see_session(actor(), session, g.group):
        return None
    return session.number, session.headline


def _draws_a_year(filters: Filters) -> bool:
    """Whether the year is drawn: with all its sessions, so only for those who see the schedule as well."""
    return shows_a_year(filters) and may_see_schedule(actor(), g.group)


def _shown(rows: Sequence[SessionRow]) -> list[SessionRow]:
    states = states_shown()
    return [row for row in rows if row.state in states]


def _coming_and_held(rows: Sequence[SessionRow]) -> tuple[list[SessionRow], list[SessionRow]]:
    """Those to come, soonest first, and those that were held, latest first."""
    coming = [row for row in rows if row.state is not MeetingState.HELD]
    return coming[::-1], [row for row in rows if row.state is MeetingState.HELD]


@bp.errorhandler(404)
def moved(_error: NotFound) -> ResponseReturnValue:
    """Lead on from an address that a speaker, topic or series had before it was renamed."""
    kind, slug = (request.endpoint or "").rpartition(".")[2], (request.view_args or {}).get("slug")
    new = queries.new_slug(g.group, kind, slug) if g.get("group") and slug else None
    return redirect(url_for(request.endpoint or "", slug=new), 301) if new else (page(404), 404)
