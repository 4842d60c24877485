"""What a room may say of a notice of its own, at the last look before it is sent."""

from datetime import datetime


class Outdated(Exception):
    """It isn't worth sending any more; the words say why, such as "the vote is over"."""


class Forgotten(Exception):
    """It isn't worth sending, and that it was ever owed is nobody's business."""


class NotYet(Exception):
    """It shall be looked at again at ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until:%Y-%m-%d %H:%M}Z")
        self.until = until
