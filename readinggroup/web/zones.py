"""Time zones to choose from, by place."""

from functools import cache

from readinggroup.domain.rhythm import place_zones

NONE = ("", "Show the group's time alone")


def zone_choices() -> dict[str, list[tuple[str, str]]]:
    """Every place as (zone, words), by area, for a select field with groups; no place comes first."""
    return {"Not said": [NONE], **place_choices()}


@cache
def place_choices() -> dict[str, list[tuple[str, str]]]:
    """Every place as (zone, words), by area: for what has to have one."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for zone in place_zones():
        area, _, place = zone.partition("/")
        words = ", ".join(reversed(place.replace("_", " ").split("/")))
        areas.setdefault(area, []).append((zone, words))
    return {area: sorted(areas[area], key=lambda choice: choice[1]) for area in sorted(areas)}
