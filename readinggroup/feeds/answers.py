"""What the addresses of calendars answer, and the ways in which pages offer them."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import quote, urlsplit

from flask import Response, current_app, request

from readinggroup import clock
from readinggroup.feeds.calendar import Entry, calendar_of

ALARMS = {"": "No reminder", "15": "15 minutes before", "60": "An hour before", "1440": "A day before"}
LONGEST_ALARM = 7 * 24 * 60


def ics(name: str, entries: Iterable[Entry], *, reader_id: int | None = None) -> Response:
    """The calendar called ``name``, with the reminders that the address asks for."""
    site_url = current_app.config["SETTINGS"].site_url
    now = clock.now()
    body = calendar_of(name, entries, site_url=site_url, now=now, alarm=_alarm(), reader_id=reader_id)
    return Response(body, content_type="text/calendar; charset=utf-8")


def ways_to(path: str) -> dict[str, str]:
    """The calendar at ``path`` as programs want to be handed it, for ``feeds/_ways.html``."""
    address = current_app.config["SETTINGS"].site_url + path
    subscribe = f"webcal://{urlsplit(address).netloc}{path}"
    return {
        "path": path,
        "address": address,
        "subscribe": subscribe,
        "google": f"https://calendar.google.com/calendar/render?cid={quote(subscribe, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
    }


def _alarm() -> timedelta | None:
    """How long before a session the address asks to be reminded; nonsense asks for nothing."""
    asked = request.args.get("alarm", "")
    minutes = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return timedelta(minutes=minutes) if 0 < minutes <= LONGEST_ALARM else None
