"""Addresses for templates: built once, since every page asks for many, and for the same ones again and again."""

from flask import g, has_request_context, request, url_for

from readinggroup.access.doors import seen_as_public

MOST = 20_000
_known: dict[object, str] = {}


def link(endpoint: str, **values: object) -> str:
    """What ``url_for`` gives, which depends on the request at hand by what ``link_base`` says and by nothing else."""
    if "_external" in values:
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    key = (endpoint, link_base(), *values.items())
    try:
        found = _known.get(key)
    except TypeError:  # A list can't be part of a key.
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    if found is None:
        found = url_for(endpoint, **values)  # type: ignore[arg-type]
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = found
    return found


def link_base() -> object:
    """What all links of this request have in common."""
    found = g.get("link_base")
    if found is None and has_request_context():
        found = g.link_base = (request.script_root, request.blueprint, g.get("group_slug"), seen_as_public())
    return found
