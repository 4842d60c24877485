"""The queries behind ``views``: rows of sessions and talks, and of what belongs to them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    String,
    bindparam,
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

HIDDEN = "hidden"
"""The kind of a speaker whose page the public doesn't see; others have none."""
Parts = defaultdict[tuple[str, int], list[Any]]


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
).outerjoin(Series, Series.id == Meeting.series_id)
"""Sessions, each with its series."""
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
    )
    .join(Meeting, Meeting.id == Talk.meeting_id)
    .outerjoin(Series, Series.id == Talk.series_id)
    .outerjoin(_INSTEAD, _INSTEAD.id == Talk.replaced_by_id)
)
"""Talks, each with its session, its series, and the title of what replaced it."""
TALKS_OF_MEETINGS = TALKS.where(Talk.meeting_id.in_(bindparam("meetings", expanding=True))).order_by(
    Meeting.number, Talk.position, Talk.id
)


def parts_of(talk_ids: Sequence[int], meeting_ids: Sequence[int] = ()) -> Parts:
    """What belongs to talks and to sessions as a whole, by its kind and the id of what it belongs to, by one query.

    Of talks "speaker", "topic", "reading" and "material", of sessions "place" and "material of session"; in order,
    topics by name.
    """
    found: Parts = defaultdict(list)
    asked = {"talks": list(talk_ids), "meetings": list(meeting_ids)}
    for row in db.session.execute(PARTS, asked):
        found[row.what, row.of].append(row)
    return found


def _parts() -> Select[*tuple[Any, ...]]:
    talks: BindParameter[int] = bindparam("talks", expanding=True)
    meetings: BindParameter[int] = bindparam("meetings", expanding=True)
    speaker, topic, reading, material, place, upload = (
        kind.__table__.c for kind in (Speaker, Topic, Reading, Material, Place, Upload)
    )
    joint, group = JointSession.__table__.c, Group.__table__.c
    by, about = TalkSpeaker.__table__.c, TalkTopic.__table__.c
    none, never = literal(""), cast(null(), Reading.__table__.c.posted_at.type)
    nobody, zero, no_picture = cast(null(), Integer), literal(0), cast(null(), String)
    kept = (material.position, material.id, material.title, material.url, type_coerce(material.kind, String))
    of_material = upload.material_id == material.id
    lines = union_all(
        select(
            literal("speaker").label("what"),
            by.talk_id.label("of"),
            by.position.label("position"),
            speaker.id.label("id"),
            speaker.name.label("title"),
            speaker.slug.label("address"),
            case((speaker.hidden_at.is_not(None), HIDDEN), else_="").label("kind"),
            speaker.user_id.label("user_id"),
            never.label("posted_at"),
            zero.label("talk_minutes"),
            zero.label("question_minutes"),
            no_picture.label("alt"),
        )
        .join_from(TalkSpeaker.__table__, Speaker.__table__)
        .where(by.talk_id.in_(talks)),
        select(
            literal("topic"), about.talk_id, zero, topic.id, topic.name, topic.slug, none, nobody, never, zero, zero,
            no_picture,
        )
        .join_from(TalkTopic.__table__, Topic.__table__)
        .where(about.talk_id.in_(talks)),
        select(
            literal("reading"), reading.talk_id, reading.position, reading.id, reading.title, reading.url,
            none, nobody, reading.posted_at, zero, zero, no_picture,
        ).where(reading.talk_id.in_(talks)),
        select(literal("material"), material.talk_id, *kept, nobody, never, zero, zero, upload.alt)
        .join_from(Material.__table__, Upload.__table__, of_material, isouter=True)
        .where(material.talk_id.in_(talks)),
        select(literal("material of session"), material.meeting_id, *kept, nobody, never, zero, zero, upload.alt)
        .join_from(Material.__table__, Upload.__table__, of_material, isouter=True)
        .where(material.meeting_id.in_(meetings)),
        select(
            literal("place"), place.meeting_id, place.position, zero, none, none, none, nobody, never,
            place.talk_minutes, place.question_minutes, no_picture,
        ).where(place.meeting_id.in_(meetings)),
        select(
            literal("guest"), joint.meeting_id, zero, group.id, group.name, group.slug, none, nobody, never,
            zero, zero, no_picture,
        )
        .join_from(JointSession.__table__, Group.__table__, group.id == joint.guest_id)
        .where(joint.meeting_id.in_(meetings), joint.state == JointState.ACCEPTED),
    ).subquery()  # fmt: skip
    by_name = case((lines.c.what.in_(("topic", "guest")), lines.c.title), else_="")
    return select(lines).order_by(lines.c.position, by_name, lines.c.id)


PARTS = _parts()
