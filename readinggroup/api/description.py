"""The API described for programs (OpenAPI 3.1); the tests hold every answer against it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import current_app

from readinggroup import __version__
from readinggroup.domain.lifecycle import (
    JoinPolicy,
    MaterialKind,
    MeetingState,
    PitchKind,
    PitchState,
    RoundRule,
    RoundState,
    TalkState,
)
from readinggroup.models import SeriesKind

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
URL: Schema = {"type": "string", "format": "uri-reference"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
HIGHEST = 2**31 - 1


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(values: Any) -> Schema:
    return {"type": "string", "enum": [value.value for value in values]}


def _thing(**properties: Schema) -> Schema:
    """An object with just these properties, each always there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


NAMED = _thing(slug=TEXT, name=TEXT)
MATERIAL = _thing(kind=_one_of(MaterialKind), title=TEXT, url=URL)
SCHEMAS: Mapping[str, Schema] = {
    "Group": _thing(
        slug=TEXT, name=TEXT, mission=TEXT, zone=TEXT, join_policy=_one_of(JoinPolicy), url=URL, api_url=URL
    ),
    "Talk": _thing(
        id=WHOLE,
        title=TEXT,
        abstract=TEXT,
        kind=_one_of(PitchKind),
        state=_one_of(TalkState),
        session=WHOLE,
        position=WHOLE,
        series=_or_null(NAMED),
        chapter=_or_null(WHOLE),
        speakers=_list(_thing(name=TEXT, slug=_or_null(TEXT))),
        topics=_list(NAMED),
        reading=_list(_thing(title=TEXT, url=URL)),
        materials=_list(MATERIAL),
        url=URL,
    ),
    "Session": _thing(
        number=WHOLE,
        title=TEXT,
        state=_one_of(MeetingState),
        date=_or_null({"type": "string", "format": "date"}),
        starts_at=_or_null(MOMENT),
        minutes=WHOLE,
        zone=TEXT,
        series=_or_null(NAMED),
        recap=TEXT,
        cancelled_because=TEXT,
        talks=_list(_ref("Talk")),
        materials=_list(MATERIAL),
        url=URL,
    ),
    "SpeakerLine": _thing(name=TEXT, slug=TEXT, talk_count=COUNT, url=URL),
    "Speaker": _thing(name=TEXT, slug=TEXT, links=_list(URL), talks=_list(_ref("Talk")), url=URL),
    "Series": _thing(name=TEXT, slug=TEXT, kind=_one_of(SeriesKind), intro=TEXT, url=URL),
    "Reading": _thing(title=TEXT, url=URL, sessions=_list(WHOLE)),
    "Pitch": _thing(
        id=WHOLE,
        public_id=TEXT,
        title=TEXT,
        abstract=TEXT,
        kind=_one_of(PitchKind),
        state=_one_of(PitchState),
        speakers=_list(TEXT),
        topics=_list(NAMED),
        links=_list(MATERIAL),
        rounds_waited=COUNT,
        made_at=MOMENT,
        url=URL,
    ),
    "Round": _thing(
        id=WHOLE,
        number=WHOLE,
        title=TEXT,
        state=_one_of(RoundState),
        rule=_one_of(RoundRule),
        seats=WHOLE,
        opens_at=MOMENT,
        closes_at=MOMENT,
        released_at=_or_null(MOMENT),
        url=URL,
    ),
    "Results": _thing(
        round=_ref("Round"),
        turnout=COUNT,
        standings=_list(
            _thing(place=WHOLE, pitch_id=WHOLE, title=TEXT, approvals=COUNT, won={"type": "boolean"})
        ),
        round_json=URL,
    ),
    "Problem": {
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT},
        "required": ["type", "title", "status"],
    },
}
PARAMETERS: Mapping[str, Schema] = {
    "group_slug": {"schema": {"type": "string", "minLength": 1}},
    "slug": {"schema": {"type": "string", "minLength": 1}},
    **{
        name: {"schema": {"type": "integer", "minimum": 0, "maximum": HIGHEST}}
        for name in ("number", "talk_id", "pitch_id", "round_id")
    },
}
IN_GROUP = "/api/v1/groups/{group_slug}"
BY_NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": HIGHEST}
BY_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"}
BY_URL: Schema = {"type": "string", "minLength": 1, "maxLength": 2000}
STATE = {
    "name": "state",
    "in": "query",
    "description": "Sessions in this state alone.",
    "schema": _one_of(MeetingState),
}
LISTS: Mapping[str, tuple[str, str, Schema, list[Any]]] = {
    "/api/v1/groups": ("Group", "The groups of this community", BY_SLUG, []),
    f"{IN_GROUP}/sessions": ("Session", "Sessions, the highest number first", BY_NUMBER, [STATE]),
    f"{IN_GROUP}/talks": (
        "Talk",
        "Talks of announced and held sessions, the latest first",
        BY_NUMBER,
        [STATE],
    ),
    f"{IN_GROUP}/speakers": ("SpeakerLine", "Everybody who gave a talk or is announced", BY_SLUG, []),
    f"{IN_GROUP}/series": ("Series", "Series of talks and books", BY_SLUG, []),
    f"{IN_GROUP}/reading": ("Reading", "Everything that was read, by its address", BY_URL, []),
    f"{IN_GROUP}/pitches": ("Pitch", "What is and was on offer, the latest first", BY_NUMBER, []),
    f"{IN_GROUP}/rounds": ("Round", "The rounds, the latest first; for members", BY_NUMBER, []),
}
"""Addresses that answer in pages: what of, in words, the key that pages begin behind, and what else can be asked."""
THINGS: Mapping[str, tuple[str, str]] = {
    IN_GROUP: ("Group", "One group"),
    f"{IN_GROUP}/sessions/{{number}}": ("Session", "One session"),
    f"{IN_GROUP}/talks/{{talk_id}}": ("Talk", "One talk of an announced or held session"),
    f"{IN_GROUP}/speakers/{{slug}}": ("Speaker", "One speaker with their talks"),
    f"{IN_GROUP}/series/{{slug}}": ("Series", "One series"),
    f"{IN_GROUP}/pitches/{{pitch_id}}": ("Pitch", "One pitch"),
    f"{IN_GROUP}/rounds/{{round_id}}": ("Round", "One round; for members"),
    f"{IN_GROUP}/rounds/{{round_id}}/results": ("Results", "What came out of a round, once it is released"),
}


REFUSALS: Mapping[str, str] = {
    "400": "A parameter doesn’t fit.",
    "401": "It isn’t public, or the token isn’t right.",
    "403": "It isn’t open to whoever asks.",
    "404": "There is no such thing.",
}
SECONDS: Schema = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}


@cache
def _paths() -> Schema:
    paths = {path: _operation(path, words, _ref(name), []) for path, (name, words) in THINGS.items()}
    for path, (name, words, key, more) in LISTS.items():
        page = _thing(items=_list(_ref(name)), next=_or_null(URL))
        limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
        asked = [
            {
                "name": "after",
                "in": "query",
                "description": "Where the page begins; next says it.",
                "schema": key,
            },
            {"name": "limit", "in": "query", "description": "How many things a page has.", "schema": limit},
        ]
        paths[path] = _operation(path, words, page, [*asked, *more])
    about = {"type": "object", "required": ["openapi"]}
    paths["/api/v1/openapi.json"] = _operation("/api/v1/openapi.json", "This description", about, [])
    return dict(sorted(paths.items()))


def _operation(path: str, words: str, schema: Schema, asked: list[Any]) -> Schema:
    named = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    inside = [{"name": name, "in": "path", "required": True, **PARAMETERS[name]} for name in named]
    answers = {
        "200": {"description": words, "content": {"application/json": {"schema": schema}}},
        "304": {"description": "It is as If-None-Match says."},
        **{status: _problem(words) for status, words in REFUSALS.items()},
        "429": _problem("That was too often.") | {"headers": {"Retry-After": SECONDS}},
        "default": _problem("It can’t be answered."),
    }
    return {"get": {"summary": words, "parameters": [*inside, *asked], "responses": answers}}


def _problem(words: str) -> Schema:
    return {"description": words, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def description() -> Schema:
    """The whole document, for this installation's address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reading Group",
            "version": __version__,
            "description": "Reads what the pages show, for whoever may see the pages. Texts are Markdown.",
        },
        "servers": [{"url": current_app.config["SETTINGS"].site_url}],
        "security": [{}, {"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of a member, made on the account's page.",
                }
            },
        },
    }
