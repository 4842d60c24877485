"""What the day of a session refuses; routes turn these into words for people."""


class QuestionsClosed(Exception):
    """The session isn't announced, is cancelled, or its hour for questions is over."""


class TooManyQuestions(Exception):
    """The member has that many questions waiting already."""


class SteppedAlready(Exception):
    """Somebody else took a step since the page was made."""


class NothingToStep(Exception):
    """The session has no part to go on to, or no step to take back."""


class CannotUndo(Exception):
    """What was changed with the session has been changed again since."""
