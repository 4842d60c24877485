"""Forms of the co-leads' board: how far ahead sessions are made, moves, the proposal, publishing."""

from collections.abc import Container, Sequence
from typing import Any, TypeVar

from wtforms import BooleanField, FormField, HiddenField, IntegerField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange

from readinggroup.scheduling.forms import LONGEST_TEXT
from readinggroup.scheduling.messages import Message
from readinggroup.scheduling.notices import TO_CO_LEADS
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.proposing import ChangeSet, ProposedRow
from readinggroup.web.forms import Form, MarkdownField, Rows, TextField, id_in

Options = Sequence[tuple[str, str]]
LEAVE_OUT = {"": "Not now"}


class AheadForm(Form):
    """How many of the next dates are to have their sessions."""

    count = IntegerField(validators=[InputRequired(), NumberRange(1, 200)])


# --- steps of the draft -----------------------------------------------------------------------------------


class StepForm(Form):
    """A step that is only a button: what it was decided from, and what its page had seen of the audit trail."""

    based_on = HiddenField()
    seen = HiddenField()

    @property
    def seen_record(self) -> int:
        """The last line of the audit trail that the page knew of."""
        return id_in(self.seen.data)


class MoveForm(StepForm):
    """A move on the board; an empty place is the tray."""

    thing = HiddenField()
    to = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Nobody types these fields: what can't be read was made up."""
        place = self.to.data or ""
        readable = Thing.can_read(self.thing.data or "") and (not place or Where.can_read(place))
        return bool(super().validate(extra_validators)) and readable

    @property
    def move(self) -> tuple[Thing, Where | None]:
        """What goes where."""
        return Thing.read(self.thing.data or ""), Where.read(self.to.data) if self.to.data else None


# --- the proposal -----------------------------------------------------------------------------------------


class PlacingForm(PlainForm):
    """One row of the change set: a pitch or talk and its place, or none."""

    thing = HiddenField()
    place = SelectField("Place", validate_choice=False)


class ProposalForm(Form):
    """The change set, to be edited and accepted, whole or in part."""

    based_on = HiddenField()
    rows = Rows(FormField(PlacingForm), max_entries=200)

    def offer(self, options: Options) -> None:
        """Let every row choose among ``options``, or be left out."""
        for row in self.rows:
            row.form.place.choices = LEAVE_OUT | dict(options)

    def placings(self) -> dict[Thing, Where]:
        """What was accepted: the place of each thing."""
        rows = [row.form for row in self.rows if row.form.place.data]
        return {Thing.read(row.thing.data): Where.read(row.place.data) for row in rows}

    def validate(self, extra_validators: Any = None) -> bool:
        """Every chosen place is one, and chosen once; whether it is free still, the action says."""
        valid = bool(super().validate(extra_validators))
        chosen: set[str] = set()
        problems = []
        for row in self.rows:
            place = row.form.place
            if words := _wrong_with(row.form, chosen):
                place.errors = [words]
                problems.append(words)
            chosen.add(place.data or "")
        if problems:
            self.rows.errors = problems
        return valid and not problems


def _wrong_with(row: PlacingForm, chosen: Container[str]) -> str:
    place = row.place.data or ""
    if place and not (Where.can_read(place) and Thing.can_read(row.thing.data or "")):
        return "Choose one of the places."
    if place and place in chosen:
        return "Another talk has this place already. Choose another place for one of them."
    return ""


def proposal_form(changes: ChangeSet, *, fresh: bool = False) -> ProposalForm:
    """The form of ``changes``, with what was sent, unless it is to be ``fresh``."""
    rows = [{"thing": str(row.thing), "place": row.place} for row in (*changes.rows, *changes.others)]
    form = ProposalForm(
        **({"formdata": None} if fresh else {}), data={"based_on": changes.based_on, "rows": rows}
    )
    form.offer(changes.options)
    return form


def rows_of(form: ProposalForm, told: Sequence[ProposedRow]) -> list[tuple[ProposedRow, PlacingForm]]:
    """Each of ``told`` beside its fields of ``form``."""
    fields = {row.form.thing.data: row.form for row in form.rows}
    return [(row, fields[str(row.thing)]) for row in told if str(row.thing) in fields]


# --- publishing -------------------------------------------------------------------------------------------


class MessageForm(PlainForm):
    """One drafted message, to be changed or left out."""

    key = HiddenField()
    send = BooleanField("Send it")
    text = MarkdownField("Message", [Length(max=LONGEST_TEXT)])


class MessagesForm(StepForm):
    """A change of the programme, with the messages that it would send."""

    messages = Rows(FormField(MessageForm), max_entries=220)

    def said(self) -> dict[str, str]:
        """The messages to send, by what they are about."""
        rows = [row.form for row in self.messages]
        return {row.key.data: row.text.data for row in rows if row.send.data and row.text.data}


class PublishForm(MessagesForm):
    """The draft, to be published."""

    note = MarkdownField(
        "Note", [Length(max=2000)], description="The co-leads get it with the list, and the record keeps it."
    )


class RepairForm(MessagesForm):
    """One of the ways to close a gap."""

    because = TextField(
        "Why",
        [Length(max=500)],
        description="Stands beside the talk in the archive, for everybody; may stay empty.",
    )


AnyMessagesForm = TypeVar("AnyMessagesForm", bound=MessagesForm)


def with_messages(
    form: type[AnyMessagesForm],
    messages: Sequence[Message],
    *,
    based_on: str,
    seen: int,
    is_sent: bool = True,
    **more: Any,
) -> AnyMessagesForm:
    """The form with every message as it is drafted, or as it was sent; ``is_sent``: whether it is this one."""
    rows = [{"key": message.key, "send": True, "text": message.text} for message in messages if message.to]
    given = {} if is_sent else {"formdata": None}
    data = {"based_on": based_on, "seen": str(seen), "messages": rows} | more.pop("data", {})
    return form(**given, data=data, **more)


def told_messages(
    form: MessagesForm, messages: Sequence[Message]
) -> list[tuple[Message, MessageForm | None]]:
    """Each message beside its fields; without fields where there is nobody to write to.  The co-leads' is last."""
    fields = {row.form.key.data: row.form for row in form.messages}
    return [
        (message, fields.get(message.key)) for message in messages if message.to or message.key != TO_CO_LEADS
    ]
