"""The form of a pitch."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Field,
    FormField,
    SelectField,
    SelectMultipleField,
    SubmitField,
    ValidationError,
)
from wtforms import Form as PartOfForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState
from readinggroup.domain.papers import identifier_in
from readinggroup.groups.books import LONGEST_BOOK
from readinggroup.groups.topics import LONGEST_TOPIC
from readinggroup.pitches.actions import Typed
from readinggroup.pitches.addresses import kind_of_address
from readinggroup.pitches.offers import Chapter, Link, Offer, Window
from readinggroup.text.names import LONGEST_NAME
from readinggroup.web.days import DaysField, listed
from readinggroup.web.forms import (
    Form,
    MarkdownField,
    Rows,
    TextField,
    WholeNumberField,
    at_most,
    is_web_address,
    tidy,
    web_address,
)
from readinggroup.web.when import date_words

TITLE_LENGTH = 200
ABSTRACT_LENGTH = 20_000
NOTE_LENGTH = 4_000
LINK_TITLE_LENGTH = 300
MOST_SPEAKERS = 8
MOST_LINKS = 8
MOST_TOPICS = 6
MOST_CHAPTERS = 999
BUTTONS = ("show_first", "keep", "offer_it")
LINK_FIELD = re.compile(rf"links-[0-{MOST_LINKS - 1}]-(url|title|kind)")
FURTHEST = timedelta(days=3 * 366)

WHY_NOT = {
    PitchState.DRAFT: "This is a draft, which can be edited itself.",
    PitchState.OPEN: "This pitch is on the board already, where it can be edited itself.",
    PitchState.IN_ROUND: "Members are voting on this pitch, so it changes only as a co-lead accepts.",
    PitchState.WON: "This pitch won a round as it is; propose a change to the co-leads.",
    PitchState.SCHEDULED: "This talk is on the programme; propose a change to the co-leads.",
    PitchState.GIVEN: "This talk was given, so its pitch stays as it is.",
    PitchState.WITHDRAWN: "This pitch was withdrawn. Offer it again first.",
}
"""Why a pitch past a state can't be changed, in words for people."""


class NamesField(Field):
    """Names with commas, the word "and" or line ends between; its data is the list of them, each once."""

    widget = TextInput()
    between = re.compile(r"[\n,;&]|\sand\s")

    def process_data(self, value: Iterable[str] | None) -> None:
        self.data = list(value or ())
        self.typed = ", ".join(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = tidy(valuelist[0] if valuelist else "")
        parts = (" ".join(part.split()) for part in self.between.split(self.typed))
        self.data = list(dict.fromkeys(part for part in parts if part))

    def _value(self) -> str:
        return self.typed


class TopicsField(NamesField):
    """Topics with commas or line ends between."""

    between = re.compile(r"[\n,;]")


class AddressField(TextField):
    """A web address; of a paper its DOI or its arXiv id will do."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        found = identifier_in(self.data or "")
        if found is not None and "://" not in (self.data or ""):
            self.data = found.address


class LinkPart(PartOfForm):
    """One link; a row without an address and a title is no link."""

    url = AddressField("Address, DOI or arXiv id", [web_address])
    title = TextField("Title, if it has one", [at_most(LINK_TITLE_LENGTH, "A title")])
    kind = SelectField(
        "What it is",
        choices=[
            SelectChoice("", "Tell by the address"),
            *(SelectChoice(kind.value, kind.value.capitalize()) for kind in MaterialKind),
        ],
        default="",
    )

    def validate_url(self, field: Field) -> None:
        if self.title.data and not field.data:
            raise ValidationError("Give the address too, or empty the title.")

    def link(self) -> Link:
        """What the row says, its kind told by its address where nobody chose one."""
        url = self.url.data or ""
        kind = MaterialKind(self.kind.data) if self.kind.data else kind_of_address(url)
        return Link(url, kind, self.title.data or "")


class LinkRows(Rows):
    """Rows of links."""

    @property
    def shown(self) -> int:
        """How many rows stand in sight: all that say something, and one more."""
        return 1 + max((n for n, row in enumerate(self.entries, 1) if any(row.data.values())), default=0)


class DayField(DateField):
    """One date, or none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("There is no such date. Write it as 2026-12-05.") from None


class PitchForm(Form):
    """What a member offers.  Three buttons send it: one shows it, one keeps it, one puts it on the board."""

    title = TextField("Title", [DataRequired("Give your talk a title."), at_most(TITLE_LENGTH, "A title")])
    kind = SelectField("Kind", choices=[SelectChoice(kind.value, kind.label) for kind in PitchKind])
    book = TextField(
        "Book",
        [at_most(LONGEST_BOOK, "The name of a book")],
        description="Of a book chapter: the book, as the group calls it. Its chapters are planned in their order.",
    )
    number = WholeNumberField("Number of the chapter")
    speakers = NamesField(
        "Who speaks",
        [DataRequired("Name who speaks; if it's you, write your own name.")],
        description="Several names with commas between. Guests need no account.",
    )
    abstract = MarkdownField(
        "Abstract",
        [at_most(ABSTRACT_LENGTH, "An abstract")],
        description="What it is about, and what people need to know before. "
        "Markdown works, and formulas between dollar signs: $e^{i\\pi} = -1$.",
        render_kw={"rows": 10, "data-preview": ""},
    )
    topics = TopicsField(
        "Topics",
        description="A few words by which it is found, with commas between, such as Optimisation.",
    )
    links = LinkRows(
        FormField(LinkPart, "Link"),
        "Links",
        min_entries=MOST_LINKS,
        max_entries=MOST_LINKS,
        description="The paper, code or notes that belong to it.",
    )
    sessions_away = SelectMultipleField(
        "Sessions that the speaker can't come to",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    away = DaysField(
        "Other dates on which the speaker can't come",
        description="Such as 2026-12-05, 2026-12-19.",
    )
    not_before = DayField(
        "Not before",
        [Optional()],
        description="The first date on which the talk could be given, where there is one.",
    )
    not_after = DayField(
        "Not after",
        [Optional()],
        description="The last date on which it could be given. Only you and the co-leads see both.",
    )
    note = MarkdownField(
        "Note to the co-leads",
        [at_most(NOTE_LENGTH, "A note")],
        description="Only you and the co-leads read it.",
        render_kw={"rows": 3},
    )
    show_first = SubmitField("Preview")
    keep = SubmitField("Save as draft")
    offer_it = SubmitField("Pitch it")

    class Meta(Form.Meta):
        """A draft's form is filled in with what was typed, also where that isn't valid."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            sent = super().wrap_formdata(form, formdata)
            return sent if sent is not None else form.kept

    def __init__(
        self,
        offer: Offer,
        *,
        typed: Typed | None = None,
        today: date,
        session_days: Sequence[date],
        looks_papers_up: bool,
    ) -> None:
        """``typed``: a draft as it was kept.  ``today`` and ``session_days``, the next sessions' dates, are the
        group's local dates.  ``looks_papers_up``: whether anybody is asked for the title of a paper."""
        self.today = today
        self.kept: MultiDict[str, str] | None = None
        if typed:
            self.kept = MultiDict((name, text) for name, texts in typed.items() for text in texts)
        super().__init__(data=_filled(offer, today, session_days))
        self.sessions_away.choices = [SelectChoice(day.isoformat(), date_words(day)) for day in session_days]
        if looks_papers_up:
            self.links.description += " Papers are looked up where you give no title."

    @property
    def is_preview(self) -> bool:
        """Whether it was sent only to be shown."""
        return bool(self.is_submitted() and self.show_first.data)

    @property
    def as_draft(self) -> bool:
        """Whether it was sent to be kept to oneself."""
        return bool(self.keep.data)

    def offer(self) -> Offer:
        """What the form says, once it is valid."""
        ticked = (date.fromisoformat(day) for day in self.sessions_away.data or ())
        return Offer(
            title=self.title.data or "",
            speakers=tuple(self.speakers.data),
            abstract=self.abstract.data or "",
            kind=PitchKind(self.kind.data),
            topics=tuple(sorted(self.topics.data)),
            links=tuple(row.form.link() for row in self.links if row.form.url.data),
            days_away=tuple(sorted({*ticked, *self.away.data})),
            chapter=Chapter(self.book.data, self.number.data or 0) if self.book.data else None,
            window=Window(self.not_before.data, self.not_after.data),
            note=self.note.data or "",
        )

    def typed(self) -> dict[str, list[str]]:
        """Every field just as it was typed, to be kept as a draft."""
        own = {*self._fields} - {"csrf_token", "links", *BUTTONS}
        return {
            name: values
            for name, values in request.form.to_dict(flat=False).items()
            if name in own or LINK_FIELD.fullmatch(name)
        }

    def line(self) -> dict[str, Any]:
        """What lists show of a draft: the title, the abstract and the kind, cut to what a pitch can have."""
        kinds = {kind.value for kind in PitchKind}
        return {
            "title": (self.title.data or "")[:TITLE_LENGTH].strip(),
            "abstract": (self.abstract.data or "")[:ABSTRACT_LENGTH],
            "kind": PitchKind(self.kind.data) if self.kind.data in kinds else PitchKind.TALK,
        }

    def addresses(self) -> list[str]:
        """The links' addresses that are some, whatever else isn't valid."""
        return [row.form.url.data for row in self.links if is_web_address(row.form.url.data or "")]

    def refuse(self, words: str) -> None:
        """Add an error that is about no single field."""
        self.form_errors.append(words)

    def error_list(self) -> list[tuple[str, str]]:
        """As in every form, but an error of a link leads to its own field."""
        return [
            (field.id, words) for field in _each(self) for words in field.errors if isinstance(words, str)
        ]

    def validate_book(self, field: TextField) -> None:
        if self.number.data and not field.data:
            raise ValidationError("Name the book too, or empty the number of the chapter.")
        if field.data and self.kind.data != PitchKind.CHAPTER:
            raise ValidationError("Choose “Book chapter” as the kind, or empty the book and the number.")
        if field.data and not any(letter.isalnum() for letter in field.data):
            raise ValidationError("That doesn't look like the name of a book.")

    def validate_number(self, field: WholeNumberField) -> None:
        if field.data is None and self.book.data and not field.errors:
            raise ValidationError("Give the number of the chapter too, or empty the book.")
        if field.data is not None and not 1 <= field.data <= MOST_CHAPTERS:
            raise ValidationError(f"Give a number from 1 to {MOST_CHAPTERS}.")

    def validate_speakers(self, field: NamesField) -> None:
        if len(field.data) > MOST_SPEAKERS:
            raise ValidationError(f"Name up to {MOST_SPEAKERS} people.")
        for name in field.data:
            if len(name) > LONGEST_NAME or not any(letter.isalpha() for letter in name):
                raise ValidationError(f"“{name[:60]}” doesn't look like a name.")

    def validate_topics(self, field: NamesField) -> None:
        if len(field.data) > MOST_TOPICS:
            raise ValidationError(f"Name up to {MOST_TOPICS} topics.")
        for name in field.data:
            if len(name) > LONGEST_TOPIC or not any(letter.isalnum() for letter in name):
                raise ValidationError(f"“{name[:60]}” doesn't look like a topic.")

    def validate_links(self, field: LinkRows) -> None:
        urls = [row.form.url.data for row in field.entries if row.form.url.data]
        if twice := [url for n, url in enumerate(urls) if url in urls[:n]]:
            raise ValidationError(f"{listed(twice)} stands in two rows.")

    def validate_away(self, field: DaysField) -> None:
        if past := [day.isoformat() for day in field.data if day < self.today]:
            raise ValidationError(f"{listed(past)}: already past. Leave it out, or look at the year.")
        if far := [day.isoformat() for day in field.data if day > self.today + FURTHEST]:
            raise ValidationError(f"{listed(far)}: years away. Look at the year.")

    def validate_not_before(self, field: DayField) -> None:
        if field.data and field.data > self.today + FURTHEST:
            raise ValidationError("That is years away. Look at the year.")

    def validate_not_after(self, field: DayField) -> None:
        if field.data and field.data < self.today:
            raise ValidationError("That is already past. Leave it out, or look at the year.")
        if field.data and self.not_before.data and field.data < self.not_before.data:
            raise ValidationError("That is before the first date. Change one of the two.")


def _each(fields: Iterable[Field]) -> Iterator[Field]:
    """Every field, those of rows before the rows' own."""
    for field in fields:
        for row in getattr(field, "entries", ()):
            yield from row.form
        yield field


def _filled(offer: Offer, today: date, session_days: Sequence[date]) -> dict[str, Any]:
    coming = [day for day in offer.days_away if day >= today]
    return {
        "title": offer.title,
        "kind": offer.kind.value,
        "speakers": offer.speakers,
        "abstract": offer.abstract,
        "topics": offer.topics,
        "links": [{"url": link.url, "title": link.title, "kind": link.kind.value} for link in offer.links],
        "sessions_away": [day.isoformat() for day in coming if day in session_days],
        "away": [day for day in coming if day not in session_days],
        **offer.window._asdict(),
        **(offer.chapter._asdict() if offer.chapter else {}),
        "note": offer.note,
    }
