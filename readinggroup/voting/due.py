"""What the clock asks for and nobody has done yet: whoever comes first does it, where ``flask tick`` hasn't run."""

from datetime import datetime

from readinggroup.db import commit, writing
from readinggroup.models import Group
from readinggroup.voting import queries
from readinggroup.voting.actions import open_due_rounds
from readinggroup.voting.ending_actions import note_ends


def catch_up(group: Group, now: datetime) -> None:
    """Open the group's round whose time has come, and note that one is over, in a transaction of their own.

    For the beginning of a request by a member, which then finds the round as it should be; a page that has told
    somebody that a round is over is never contradicted.  It asks one question where nothing is due.
    """
    if not queries.is_due(group, now):
        return
    with writing():
        note_ends(group, now)
        open_due_rounds(now, group)
        commit()
