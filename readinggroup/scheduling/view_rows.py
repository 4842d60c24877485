"""The queries behind ``views``: rows of sessions and talks, and of what belongs to them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import aliased

from readinggroup.models import (
    Group,
    JointSession,
    JointState,
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
    Upload,
)
from readinggroup.nested import rows_of


def _materials(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    kind = type_coerce(Material.kind, String)
    dead = (Material.dead_since, Material.last_worked)
    chosen = select(Material.position, Material.id, kind, Material.title, Material.url, Upload.alt, *dead)
    return chosen.outerjoin(Upload, Upload.material_id == Material.id).where(*where)


SPEAKERS = select(
    TalkSpeaker.position, Speaker.id, Speaker.name, Speaker.slug, Speaker.user_id, Speaker.hidden_at.is_(None)
).where(TalkSpeaker.talk_id == Talk.id, Speaker.id == TalkSpeaker.speaker_id)
TOPICS = select(Topic.name, Topic.slug).where(TalkTopic.talk_id == Talk.id, Topic.id == TalkTopic.topic_id)
READINGS = select(
    Reading.position,
    Reading.id,
    Reading.title,
    Reading.url,
    Reading.posted_at,
    Reading.dead_since,
    Reading.last_worked,
).where(Reading.talk_id == Talk.id)
GUESTS = select(Group.name, Group.slug).where(
    JointSession.meeting_id == Meeting.id,
    JointSession.state == JointState.ACCEPTED,
    Group.id == JointSession.guest_id,
)
PLACES = select(Place.position, Place.talk_minutes, Place.question_minutes).where(
    Place.meeting_id == Meeting.id
)
_INSTEAD = aliased(Talk)
# Written down once: making such a statement anew costs more than running it.
MEETINGS = select(
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
    Meeting.closed_at,
    Meeting.has_no_recording,
    (Meeting.join_url != "").label("has_own_room"),
    Meeting.cancelled_because,
    Meeting.sequence,
    Series.slug.label("series_slug"),
    Series.name.label("series_name"),
    rows_of(PLACES.correlate(Meeting)).label("places"),
    rows_of(GUESTS.correlate(Meeting)).label("guests"),
    rows_of(_materials(Material.meeting_id == Meeting.id).correlate(Meeting)).label("materials"),
).outerjoin(Series, Series.id == Meeting.series_id)
"""Sessions, each with its series, its places, its guests, and what it left behind as a whole."""
TALKS = (
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
        Talk.placed_at,
        Talk.meeting_id,
        Meeting.number.label("meeting_number"),
        Meeting.on.label("meeting_on"),
        Meeting.state.label("meeting_state"),
        Talk.answer_by,
        Talk.declined_at,
        Talk.declined_because,
        Talk.has_no_slides,
        Talk.replaced_by_id,
        func.coalesce(_INSTEAD.title, "").label("replaced_by_title"),
        Series.slug.label("series_slug"),
        Series.name.label("series_name"),
        rows_of(SPEAKERS.correlate(Talk)).label("speakers"),
        rows_of(TOPICS.correlate(Talk)).label("topics"),
        rows_of(READINGS.correlate(Talk)).label("readings"),
        rows_of(_materials(Material.talk_id == Talk.id).correlate(Talk)).label("materials"),
    )
    .join(Meeting, Meeting.id == Talk.meeting_id)
    .outerjoin(Series, Series.id == Talk.series_id)
    .outerjoin(_INSTEAD, _INSTEAD.id == Talk.replaced_by_id)
)
"""Talks, each with its session, its series, what belongs to it, and the title of what replaced it."""
TALKS_OF_MEETING = TALKS.where(Talk.meeting_id == bindparam("meeting")).order_by(Talk.position, Talk.id)
TALKS_OF_MEETINGS = TALKS.where(Talk.meeting_id.in_(bindparam("meetings", expanding=True))).order_by(
    Meeting.number, Talk.position, Talk.id
)
