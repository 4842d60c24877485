"""What voting refuses; routes turn these into words for people."""


class RoundNotOpen(Exception):
    """The round takes no ballots: it is past its closing time, closed or cancelled."""


class RoundNotDraft(Exception):
    """The round was opened or deleted, so it can't be changed any more."""


class RoundStillRuns(Exception):
    """The group has an open round, and no second one opens beside it."""


class RoundNotCounted(Exception):
    """The round has no results that could be published: it isn't closed, or they are published already."""


class ClosesTooSoon(Exception):
    """A round must close after it opens, by at least a minute."""


class OpensTooSoon(Exception):
    """The time at which a round should open by itself is over."""


class NotLater(Exception):
    """A round is only ever extended: nobody who counts on its closing time may come too late."""


class PitchNotOpen(Exception):
    """A pitch that was chosen for the paper is not open any more, or there is none on it."""


class NotOnPaper(Exception):
    """A ballot names something that isn't on the paper of its round."""


class BelowQuorum(Exception):
    """Too few voted: the results are published only with a reason that everybody can read."""
