"""What the programme refuses; routes turn these into words for people."""


class ProgrammeChanged(Exception):
    """Somebody changed the programme after the page was made that this change came from."""


class PlaceTaken(Exception):
    """The place is held by another talk, was given twice, or can't take a talk any more."""


class DateTaken(Exception):
    """The group has a session on that date at that time."""


class InThePast(Exception):
    """That moment is over."""


class NotBegun(Exception):
    """The session hasn't begun, so nothing happened at it."""


class SessionOver(Exception):
    """The session was held or is cancelled, which this change doesn't allow."""


class TalkOver(Exception):
    """The talk was given, withdrawn or replaced, which this change doesn't allow."""


class AlreadyThere(Exception):
    """The talk or session has that address already."""


class NothingDrafted(Exception):
    """There is no draft, or nothing of it can be done any more."""


class AlreadyInASwap(Exception):
    """One of the talks is in a swap that isn't over yet."""


class SwapOver(Exception):
    """The swap was answered, stopped or done, which this doesn't allow any more."""
