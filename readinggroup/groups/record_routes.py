"""The audit trail of the group, for its co-leads."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup.access.deeds import WORDS
from readinggroup.access.doors import access
from readinggroup.access.rules import may_read_records
from readinggroup.domain.rhythm import place_of_zone, zone_at
from readinggroup.groups.blueprint import bp
from readinggroup.groups.record_queries import ON_A_PAGE, Area, Deed, Named, deeds_of, doers_of, names_of
from readinggroup.web.when import moment

PAGES = {
    "pitch": ("pitches.show", "pitch_id"),
    "round": ("voting.show", "round_id"),
    "meeting": ("archive.session", "number"),
    "talk": ("archive.session", "number"),
    "speaker": ("archive.speaker", "slug"),
    "series": ("archive.series", "slug"),
}
"""Where a thing is looked at, by its table: the endpoint, and what its address takes."""
FIXED_PAGES = {
    "membership": "groups.members",
    "invitation": "groups.invitations",
    "group": "groups.settings",
}
LONGEST, MOST = 60, 4
TOLD = {("meeting", "number"), ("talk", "title"), ("round", "title")}
"""What the name of a thing says already, by its table."""
AREAS = {
    Area.PEOPLE: "People",
    Area.SETTINGS: "Settings",
    Area.PITCHES: "Pitches",
    Area.ROUNDS: "Rounds",
    Area.PROGRAMME: "Programme",
}


@bp.get("/<group_slug>/records")
@access(may_read_records)
def records() -> ResponseReturnValue:
    area = request.args.get("area", type=Area)
    by_id, before = request.args.get("by", type=int), request.args.get("before", type=int)
    by_id, before = (number if number and 0 < number < 2**31 else None for number in (by_id, before))
    found = deeds_of(g.group, area=area, by_id=by_id, before_id=before)
    shown = found[:ON_A_PAGE]
    filters: dict[str, Any] = {"area": area.value if area else None, "by": by_id}
    return render_template(
        "groups/records.html",
        lines=list(_told(shown)),
        place=place_of_zone(g.group.zone),
        areas=[(each.value, words) for each, words in AREAS.items()],
        area=area.value if area else "",
        doers=doers_of(g.group),
        by_id=by_id,
        newest_url=url_for(".records", **filters) if before else "",
        older_url=url_for(".records", before=shown[-1].id, **filters) if len(found) > ON_A_PAGE else "",
    )


def _told(deeds: list[Deed]) -> Iterator[dict[str, Any]]:
    """Each deed with its words around what it is about, that thing's name and address, and what changed."""
    names = names_of(g.group, deeds)
    for deed in deeds:
        ahead, has_thing, behind = WORDS.get(deed.what, deed.what).partition("{}")
        named = names.get((deed.thing, deed.thing_id))
        yield {
            "when": moment(deed.at, g.group.zone),
            "year": deed.at.astimezone(zone_at(g.group.zone)).year,
            "by": deed.by or "The site",
            "ahead": ahead,
            "behind": behind,
            "thing": (named.words if named else GONE.get(deed.thing, "what is gone")) if has_thing else "",
            "url": _url(deed.thing, named),
            "details": _details(deed),
        }


GONE = {
    "invitation": "an invitation",
    "membership": "a former member",
    "round": "a round",
    "talk": "a talk",
    "series": "a series",
}


def _url(thing: str, named: Named | None) -> str:
    if thing in FIXED_PAGES:
        return url_for(FIXED_PAGES[thing])
    if thing not in PAGES or named is None or named.value is None:
        return ""
    endpoint, key = PAGES[thing]
    value: Any = named.value
    return url_for(endpoint, **{key: value})


def _details(deed: Deed) -> str:
    """What changed, in short; of a pitch nothing, since it may have been a draft then."""
    if deed.thing == "pitch":
        return ""
    said = deed.after or deed.before
    keys = [key for key in said if (deed.thing, key) not in TOLD and _is_short(deed.before, key, deed.after)]
    return "; ".join(_change(key, deed.before, deed.after) for key in keys[:MOST])


def _is_short(before: Mapping[str, Any], key: str, after: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str | int | float | None) for value in (before.get(key), after.get(key)))


def _change(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    label = key.replace("_", " ")
    old, new = (_plain(values.get(key)) for values in (before, after))
    if max(len(old), len(new)) > LONGEST:
        return f"{label} changed" if old else f"{label}: {new[:LONGEST]}…"
    return f"{label}: {old} → {new or 'nothing'}" if old else f"{label}: {new or 'nothing'}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).replace("_", "-")
