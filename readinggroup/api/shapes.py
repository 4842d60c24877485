"""What the API says of each thing, as plain values; ``description.py`` describes these shapes for programs.

Texts are Markdown as people wrote it; addresses are whole.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from readinggroup.archive.citations import Cited
from readinggroup.archive.queries import NamedLine
from readinggroup.models import Group, Pitch, Round, Series, Speaker, Standing
from readinggroup.scheduling.views import MaterialView, MeetingView, SpeakerView, TalkView

Shape = dict[str, Any]


def whole(path: str) -> str:
    """An address on this site, or elsewhere, as others need it."""
    site_url: str = current_app.config["SETTINGS"].site_url
    return site_url + path if path.startswith("/") else path


def page_url(endpoint: str, **values: Any) -> str:
    """The whole address of one of this site's pages."""
    return whole(url_for(endpoint, **values))


def group_shape(group: Group) -> Shape:
    """A group as everybody sees it."""
    return {
        "slug": group.slug,
        "name": group.name,
        "mission": group.mission,
        "zone": group.zone,
        "join_policy": group.join_policy.value,
        "url": page_url("front.group", group_slug=group.slug),
        "api_url": page_url("api.group", group_slug=group.slug),
    }


def session_shape(meeting: MeetingView) -> Shape:
    """A session with its talks; where to join it only its page leads to."""
    return {
        "number": meeting.number,
        "title": meeting.title,
        "state": meeting.state.value,
        "date": meeting.on.isoformat() if meeting.on else None,
        "starts_at": _moment(meeting.starts_at_utc),
        "minutes": meeting.minutes,
        "zone": meeting.zone,
        "series": _named(meeting.series),
        "recap": meeting.recap,
        "cancelled_because": meeting.cancelled_because,
        "talks": [talk_shape(talk) for talk in meeting.talks],
        "materials": _materials(meeting.materials),
        "url": page_url("archive.session", number=meeting.number),
    }


def talk_shape(talk: TalkView) -> Shape:
    """A talk with everything that belongs to it."""
    return {
        "id": talk.id,
        "title": talk.title,
        "abstract": talk.abstract,
        "kind": talk.kind.value,
        "state": talk.state.value,
        "session": talk.meeting_number,
        "position": talk.position,
        "series": _named(talk.series),
        "chapter": talk.chapter,
        "speakers": [_speaker(speaker) for speaker in talk.speakers],
        "topics": [_named(topic) for topic in talk.topics],
        "reading": [{"title": each.title, "url": whole(each.url)} for each in talk.readings],
        "materials": _materials(talk.materials),
        "url": page_url("archive.session", number=talk.meeting_number),
    }


def speaker_line(line: NamedLine) -> Shape:
    """A speaker in a list."""
    return {
        "name": line.name,
        "slug": line.slug,
        "talk_count": line.talks,
        "url": page_url("archive.speaker", slug=line.slug),
    }


def speaker_shape(speaker: Speaker, links: Sequence[str], talks: Sequence[TalkView]) -> Shape:
    """A speaker with their talks."""
    return {
        "name": speaker.name,
        "slug": speaker.slug,
        "links": list(links),
        "talks": [talk_shape(talk) for talk in talks],
        "url": page_url("archive.speaker", slug=speaker.slug),
    }


def series_shape(series: Series) -> Shape:
    """A series."""
    return {
        "name": series.name,
        "slug": series.slug,
        "kind": series.kind.value,
        "intro": series.intro,
        "url": page_url("archive.series", slug=series.slug),
    }


def reading_shape(cited: Cited) -> Shape:
    """Something that was read, and for which sessions."""
    return {"title": cited.title, "url": whole(cited.url), "sessions": list(cited.sessions)}


def pitch_shape(pitch: Pitch) -> Shape:
    """A pitch as whoever sees the board sees it: without what is for the co-leads alone."""
    return {
        "id": pitch.id,
        "public_id": pitch.public_id,
        "title": pitch.title,
        "abstract": pitch.abstract,
        "kind": pitch.kind.value,
        "state": pitch.state.value,
        "speakers": [speaker.name for speaker in pitch.speakers],
        "topics": [_named(topic) for topic in pitch.topics],
        "links": [
            {"kind": link.kind.value, "title": link.title, "url": whole(link.url)} for link in pitch.links
        ],
        "rounds_waited": pitch.rounds_waited,
        "made_at": _moment(pitch.created_at),
        "url": page_url("pitches.show", pitch_id=pitch.id),
    }


def round_shape(round_: Round) -> Shape:
    """A round without anything of what came out."""
    return {
        "id": round_.id,
        "number": round_.number,
        "title": round_.title,
        "state": round_.state.value,
        "rule": round_.rule.value,
        "seats": round_.seats,
        "opens_at": _moment(round_.opens_at),
        "closes_at": _moment(round_.closes_at),
        "released_at": _moment(round_.released_at),
        "url": page_url("voting.show", round_id=round_.id),
    }


def results_shape(round_: Round, standings: Sequence[Standing]) -> Shape:
    """What came out of a released round.  Ask ``may_see_totals`` first."""
    return {
        "round": round_shape(round_),
        "turnout": round_.turnout or 0,
        "standings": [
            {
                "place": line.place,
                "pitch_id": line.pitch_id,
                "title": line.pitch.title,
                "approvals": line.approvals,
                "won": line.won,
            }
            for line in standings
        ],
        "round_json": page_url("voting.round_json", round_id=round_.id),
    }


def _speaker(speaker: SpeakerView) -> Shape:
    return {"name": speaker.name, "slug": speaker.slug if speaker.has_page else None}


def _named(thing: Any) -> Shape | None:
    return {"slug": thing.slug, "name": thing.name} if thing is not None else None


def _materials(materials: Sequence[MaterialView]) -> list[Shape]:
    return [{"kind": each.kind.value, "title": each.title, "url": whole(each.url)} for each in materials]


def _moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at is not None else None
