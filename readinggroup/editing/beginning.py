"""What a recap is begun with, while nobody has written any."""

from readinggroup.models import Group, Meeting
from readinggroup.scheduling.queries import meeting_view_in


def beginning_of(group: Group, meeting: Meeting) -> str:
    """A heading for each talk of the session, in Markdown; what to say below them is the co-leads'."""
    told = meeting_view_in(group, meeting.number, with_unpublished=True)
    talks = told.talks if told else ()
    return "\n\n".join(f"## {talk.title}" for talk in talks) if len(talks) > 1 else ""
