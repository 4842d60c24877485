"""The API: what pages show, as JSON, to whoever may see the pages."""

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access, actor
from readinggroup.access.rules import (
    anyone,
    is_member,
    may_hide_speaker,
    may_see_archive,
    may_see_pitch,
    may_see_pitches,
    may_see_round,
    may_see_schedule,
    may_see_session,
    may_see_sessions,
    may_see_totals,
)
from readinggroup.accounts.queries import links_of
from readinggroup.api import queries, shapes
from readinggroup.api.answering import (
    know_who_asks,
    limit_asked,
    note_token,
    number_after,
    one,
    page,
    slug_after,
    url_after,
)
from readinggroup.api.description import description
from readinggroup.archive.list_page import states_shown
from readinggroup.archive.queries import Neighbours, session_in, speaker_in, speakers_of
from readinggroup.archive.reading import cited
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.groups.queries import groups as all_groups
from readinggroup.models import Pitch, Round, Series, Speaker
from readinggroup.pitches.queries import pitch_in
from readinggroup.series.queries import series_in
from readinggroup.voting.queries import round_in, standings_of

bp = Blueprint("api", __name__, url_prefix="/api")
bp.before_request(know_who_asks)
bp.after_request(note_token)
GROUP = "/v1/groups/<group_slug>"


@bp.get("/v1/openapi.json")
@access(anyone)
def openapi() -> ResponseReturnValue:
    return one(description())


@bp.get("/v1/groups")
@access(anyone)
def groups() -> ResponseReturnValue:
    after, limit = slug_after(), limit_asked()
    found = sorted(
        (each for each in all_groups() if after is None or each.slug > after), key=lambda each: each.slug
    )
    return page(found[: limit + 1], limit, shapes.group_shape, lambda group: group.slug)


@bp.get(GROUP)
@access(anyone)
def group() -> ResponseReturnValue:
    return one(shapes.group_shape(g.group))


@bp.get(f"{GROUP}/sessions")
@access(may_see_sessions)
def sessions() -> ResponseReturnValue:
    after, limit = number_after(), limit_asked()
    found = queries.sessions_page(g.group, _states(), after=after, limit=limit + 1)
    return page(found, limit, shapes.session_shape, lambda meeting: meeting.number)


@bp.get(f"{GROUP}/sessions/<int:number>")
@access(may_see_session, found=session_in)
def session(found: Neighbours) -> ResponseReturnValue:
    return one(shapes.session_shape(found.meeting))


@bp.get(f"{GROUP}/talks")
@access(may_see_sessions)
def talks() -> ResponseReturnValue:
    after, limit = number_after(), limit_asked()
    found = queries.talks_page(g.group, _states(), after=after, limit=limit + 1)
    return page(found, limit, shapes.talk_shape, lambda talk: talk.id)


@bp.get(f"{GROUP}/talks/<int:talk_id>")
@access(may_see_session, found=queries.talk_at)
def talk(found: queries.TalkAt) -> ResponseReturnValue:
    return one(shapes.talk_shape(found.talk))


@bp.get(f"{GROUP}/speakers")
@access(may_see_archive)
def speakers() -> ResponseReturnValue:
    after, limit = slug_after(), limit_asked()
    lines = sorted(speakers_of(g.group, states_shown()), key=lambda line: line.slug)
    found = [line for line in lines if after is None or line.slug > after]
    return page(found[: limit + 1], limit, shapes.speaker_line, lambda line: line.slug)


@bp.get(f"{GROUP}/speakers/<slug>")
@access(may_see_archive, speaker=speaker_in)
def speaker(speaker: Speaker) -> ResponseReturnValue:
    if speaker.hidden_at is not None and not may_hide_speaker(actor(), speaker):
        abort(404)
    states = [state for state in states_shown() if state is not MeetingState.CANCELLED]
    talks = queries.talks_by(g.group, speaker.id, states)
    return one(shapes.speaker_shape(speaker, links_of(speaker.user_id), talks or abort(404)))


@bp.get(f"{GROUP}/series")
@access(may_see_archive)
def series_list() -> ResponseReturnValue:
    after, limit = slug_after(), limit_asked()
    found = queries.series_page(g.group, after=after, limit=limit + 1)
    return page(found, limit, shapes.series_shape, lambda series: series.slug)


@bp.get(f"{GROUP}/series/<slug>")
@access(may_see_archive, series=series_in)
def series(series: Series) -> ResponseReturnValue:
    return one(shapes.series_shape(series))


@bp.get(f"{GROUP}/reading")
@access(may_see_archive)
def reading() -> ResponseReturnValue:
    after, limit = url_after(), limit_asked()
    lines = sorted(cited(g.group, states_shown()), key=lambda each: each.url)
    found = [each for each in lines if after is None or each.url > after]
    return page(found[: limit + 1], limit, shapes.reading_shape, lambda each: each.url)


@bp.get(f"{GROUP}/pitches")
@access(may_see_pitches)
def pitches() -> ResponseReturnValue:
    after, limit = number_after(), limit_asked()
    found = queries.pitches_page(g.group, after=after, limit=limit + 1)
    return page(found, limit, shapes.pitch_shape, lambda pitch: pitch.id)


@bp.get(f"{GROUP}/pitches/<int:pitch_id>")
@access(may_see_pitch, pitch=pitch_in)
def pitch(pitch: Pitch) -> ResponseReturnValue:
    return one(shapes.pitch_shape(pitch))


@bp.get(f"{GROUP}/rounds")
@access(is_member)
def rounds() -> ResponseReturnValue:
    after, limit = number_after(), limit_asked()
    found = queries.rounds_page(g.group, after=after, limit=limit + 1)
    return page(found, limit, shapes.round_shape, lambda round_: round_.number)


@bp.get(f"{GROUP}/rounds/<int:round_id>")
@access(may_see_round, round_=round_in)
def round_(round_: Round) -> ResponseReturnValue:
    return one(shapes.round_shape(round_))


@bp.get(f"{GROUP}/rounds/<int:round_id>/results")
@access(may_see_totals, round_=round_in)
def results(round_: Round) -> ResponseReturnValue:
    return one(shapes.results_shape(round_, standings_of(round_)))


@bp.get("/<path:rest>")
@access(anyone)
def nothing(rest: str) -> ResponseReturnValue:  # noqa: ARG001
    """Every other address below /api/ is answered as programs expect."""
    abort(404)


def _states() -> list[MeetingState]:
    """The states of the sessions that are asked for, of those that whoever asks may see."""
    asked = request.args.get("state")
    if asked is not None and asked not in set(MeetingState):
        abort(400, f"state takes one of {', '.join(MeetingState)}.")
    seen = [state for state in MeetingState if _may_see(state)]
    return [state for state in seen if asked is None or state == asked]


def _may_see(state: MeetingState) -> bool:
    rule = may_see_archive if state is MeetingState.HELD else may_see_schedule
    return rule(actor(), g.group)
