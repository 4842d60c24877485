"""The queries behind ``views``: rows of sessions and talks, and of what belongs to them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from readinggroup.db import db
from readinggroup.models import (
    Group,
    Material,
    Meeting,
    Place,
    Reading,
    Series,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)

HIDDEN = "hidden"
"""The kind of a speaker whose page the public doesn't see; others have none."""
Parts = defaultdict[tuple[str, int], list[Any]]


def meeting_rows(group: Group) -> Select[*tuple[Any, ...]]:
    """The group's sessions, each with its series."""
    return (
        select(
            Meeting.id,
            Meeting.number,
            Meeting.title,
            Meeting.on.label("on"),
            Meeting.starts_at,
            Meeting.minutes,
            Meeting.zone,
            Meeting.starts_at_utc,
            Meeting.state,
            Meeting.locked,
            Meeting.recap,
            Meeting.join_url,
            Meeting.cancelled_because,
            Meeting.sequence,
            Series.slug.label("series_slug"),
            Series.name.label("series_name"),
        )
        .outerjoin(Series, Series.id == Meeting.series_id)
        .where(Meeting.group_id == group.id)
    )


def talk_rows(group: Group) -> Select[*tuple[Any, ...]]:
    """The group's talks, each with its session, its series, and the title of what replaced it."""
    instead = aliased(Talk)
    return (
        select(
            Talk.id,
            Talk.pitch_id,
            Talk.title,
            Talk.abstract,
            Talk.kind,
            Talk.state,
            Talk.note,
            Talk.position,
            Talk.chapter,
            Talk.meeting_id,
            Meeting.number.label("meeting_number"),
            Meeting.on.label("meeting_on"),
            Meeting.state.label("meeting_state"),
            Talk.declined_at,
            Talk.declined_because,
            Talk.replaced_by_id,
            func.coalesce(instead.title, "").label("replaced_by_title"),
            Series.slug.label("series_slug"),
            Series.name.label("series_name"),
        )
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .outerjoin(Series, Series.id == Talk.series_id)
        .outerjoin(instead, instead.id == Talk.replaced_by_id)
        .where(Talk.group_id == group.id)
    )


def parts_of_talks(talk_ids: Sequence[int]) -> Parts:
    """Speakers, topics, readings and materials by their kind and the id of their talk, in order, by one query."""
    nobody, no_time, none = cast(null(), Integer), cast(null(), Reading.posted_at.type), literal("")
    speakers = (
        select(
            literal("speaker").label("what"),
            TalkSpeaker.talk_id.label("of"),
            TalkSpeaker.position.label("position"),
            Speaker.id.label("id"),
            Speaker.name.label("title"),
            Speaker.slug.label("address"),
            case((Speaker.hidden_at.is_not(None), HIDDEN), else_="").label("kind"),
            Speaker.user_id.label("user_id"),
            no_time.label("posted_at"),
        )
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .where(TalkSpeaker.talk_id.in_(talk_ids))
    )
    rank = func.row_number().over(order_by=(Topic.name, Topic.id))
    topics = (
        select(
            literal("topic"), TalkTopic.talk_id, rank, Topic.id, Topic.name, Topic.slug, none, nobody, no_time
        )
        .join(Topic, Topic.id == TalkTopic.topic_id)
        .where(TalkTopic.talk_id.in_(talk_ids))
    )
    reading = (Reading.talk_id, Reading.position, Reading.id, Reading.title, Reading.url)
    readings = select(literal("reading"), *reading, none, nobody, Reading.posted_at)
    kept = (Material.talk_id, Material.position, Material.id, Material.title, Material.url)
    materials = select(literal("material"), *kept, type_coerce(Material.kind, String), nobody, no_time)
    return _parts(
        speakers,
        topics,
        readings.where(Reading.talk_id.in_(talk_ids)),
        materials.where(Material.talk_id.in_(talk_ids)),
    )


def parts_of_meetings(meeting_ids: Sequence[int]) -> Parts:
    """Places, and materials of the sessions as a whole, by their kind and the id of their session, in order."""
    number, none = cast(null(), Integer), literal("")
    places = select(
        literal("place").label("what"),
        Place.meeting_id.label("of"),
        Place.position.label("position"),
        cast(null(), Integer).label("id"),
        Place.talk_minutes.label("talk_minutes"),
        Place.question_minutes.label("question_minutes"),
        none.label("title"),
        none.label("address"),
        none.label("kind"),
    )
    kept = (Material.meeting_id, Material.position, Material.id, number, number, Material.title, Material.url)
    materials = select(literal("material"), *kept, type_coerce(Material.kind, String))
    return _parts(
        places.where(Place.meeting_id.in_(meeting_ids)), materials.where(Material.meeting_id.in_(meeting_ids))
    )


def _parts(*kinds: Select[*tuple[Any, ...]]) -> Parts:
    found: Parts = defaultdict(list)
    lines = union_all(*kinds).subquery()
    for row in db.session.execute(select(lines).order_by(lines.c.of, lines.c.position, lines.c.id)):
        found[row.what, row.of].append(row)
    return found
