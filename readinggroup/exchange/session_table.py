"""Sessions and talks as a table that spreadsheets open: a line for each talk, and for each session without one."""

from collections.abc import Iterator, Sequence

from readinggroup.models import Group
from readinggroup.scheduling.views import MaterialView, MeetingView, meeting_views
from readinggroup.web.spreadsheets import table

HEAD = ("Session", "Date", "Start", "Zone", "State", "Session title", "Talk", "Speakers", "Topics", "Abstract",
        "Reading", "Materials")  # fmt: skip


def session_table(group: Group) -> bytes:
    """Every session of the group in the order of its numbers, as CSV; talks that aren't announced are left out."""
    return table(HEAD, (line for meeting in meeting_views(group) for line in _lines(meeting)))


def _lines(meeting: MeetingView) -> Iterator[Sequence[str]]:
    of_session = (
        str(meeting.number),
        meeting.on.isoformat() if meeting.on else "",
        f"{meeting.starts_at:%H:%M}" if meeting.starts_at else "",
        meeting.zone,
        meeting.state.value,
        meeting.title,
    )
    for talk in meeting.talks:
        yield (
            *of_session,
            talk.title,
            "; ".join(speaker.name for speaker in talk.speakers),
            "; ".join(topic.name for topic in talk.topics),
            talk.abstract,
            " ".join(reading.url for reading in talk.readings),
            _addresses((*talk.materials, *meeting.materials)),
        )
    if not meeting.talks:
        yield (*of_session, "", "", "", "", "", _addresses(meeting.materials))


def _addresses(materials: Sequence[MaterialView]) -> str:
    return " ".join(material.url for material in materials)
