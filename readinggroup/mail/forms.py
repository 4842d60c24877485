"""Choosing one's mails."""

from wtforms import BooleanField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from readinggroup.outbox.kinds import ALL, Topic
from readinggroup.web.forms import Form


class KindsField(SelectMultipleField):
    """The kinds of mail of one topic, ticked where they are wanted; what isn't on offer is left out."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, topic: Topic, **more: object) -> None:
        choices = {kind.name: kind.label for kind in ALL if kind.topic is topic}
        super().__init__(topic.value, choices=choices, validate_choice=False, **more)  # type: ignore[arg-type]


class ChoicesForm(Form):
    """Which kinds of mail one gets, topic by topic, and whether in one a day."""

    daily = BooleanField(
        "One mail a day",
        description="What can wait comes together, at 8 in the morning by your own clock.",
    )
    votes = KindsField(Topic.VOTES)
    my_talks = KindsField(Topic.MY_TALKS)
    programme = KindsField(Topic.PROGRAMME)
    reading = KindsField(Topic.READING)
    discussion = KindsField(Topic.DISCUSSION)
    chores = KindsField(Topic.CHORES)

    @property
    def offered(self) -> set[str]:
        """The names of the kinds that there are boxes for."""
        return {str(name) for field in self.topics for name in field.choices or ()}

    @property
    def topics(self) -> list[KindsField]:
        """The topics that there are mails of."""
        return [field for field in self if isinstance(field, KindsField) and field.choices]

    @property
    def wanted(self) -> set[str]:
        """The names of the ticked kinds."""
        return {name for field in self.topics for name in field.data or ()}

    @classmethod
    def of(cls, off: frozenset[str], *, daily: bool, leads: bool) -> "ChoicesForm":
        """The form as it stands for somebody who has switched ``off`` those kinds; what is for co-leads is offered to
        who ``leads`` a group alone."""
        ticked = {
            topic.name.lower(): [kind.name for kind in ALL if kind.topic is topic and kind.name not in off]
            for topic in Topic
        }
        form = cls(data=ticked | {"daily": daily})
        if not leads:
            del form.chores
        return form
