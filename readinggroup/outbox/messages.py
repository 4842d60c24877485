"""What mails say: subject and text from the templates, HTML from that text, headers, and why they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined
from jinja2.loaders import BaseLoader

from readinggroup.outbox.html import blocks
from readinggroup.outbox.kinds import Kind, kind_named
from readinggroup.outbox.letters import Bundle, Letter
from readinggroup.outbox.links import stop_token


class Worded(Protocol):
    """Something of a kind that has words: a notice, or a letter."""

    @property
    def kind(self) -> str: ...
    @property
    def words(self) -> dict[str, Any]: ...


class Lines(str):
    """Text of several lines that may stay so."""


@dataclass(frozen=True)
class Section:
    """One notice's part of a mail."""

    subject: str
    text: str


@dataclass(frozen=True)
class Writer:
    """Writes mails from the templates in ``email/``: ``round.opened`` is ``email/round.opened.txt``.

    A template's first line is the subject.  It sees the notice's ``words`` and ``site_url``.  ``secret`` signs the
    links that stop a kind of mail; without it there are none.
    """

    templates: BaseLoader
    site_url: str
    mail_from: str
    secret: str = ""

    def mail(self, bundle: Bundle) -> EmailMessage:
        """The mail for ``bundle``.  Sent twice, it has the same Message-ID."""
        sections = [Section(*self.words(letter)) for letter in bundle.letters]
        subject, text = _together(bundle.letters, sections)
        stop, footer = self._stop_link(bundle), self._footer(bundle)
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = _address(self.mail_from)
        message["To"] = Address(addr_spec=bundle.recipient)
        message["Date"] = format_datetime(bundle.dated)
        message["Message-ID"] = f"<notice-{bundle.id}@{urlsplit(self.site_url).hostname}>"
        message["Auto-Submitted"] = "auto-generated"
        if stop:
            message["List-Unsubscribe"] = f"<{stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(f"{text}\n-- \n{footer}")
        message.add_alternative(self._html(subject, sections, footer), subtype="html")
        return message

    def words(self, worded: Worded) -> tuple[str, str]:
        """The subject, in one line, and the text.  A word that is lacking raises UndefinedError."""
        written = self._plain.get_template(f"email/{worded.kind}.txt").render(
            worded.words, site_url=self.site_url
        )
        subject, _, text = written.strip().partition("\n")
        return " ".join(subject.split()), text.strip() + "\n"

    def _footer(self, bundle: Bundle) -> str:
        """Why the mail came, and how to stop its kind."""
        kinds = _kinds(bundle.letters)
        whys = {
            kind.why.format_map(letter.words): None
            for letter in bundle.letters
            if (kind := kind_named(letter.kind))
        }
        lines = [f"You get this because {' and because '.join(' '.join(why.split()) for why in whys)}."]
        if stop := self._stop_link(bundle):
            named = ", ".join(f"“{kind.label}”" for kind in kinds if kind.topic)
            lines.append(f"No more mails of this kind ({named}): {stop}")
        if stop and bundle.user_id is not None:
            lines.append(f"Choose which mails you get: {self.site_url}/account/mail")
        return "\n".join(lines) + "\n"

    def _stop_link(self, bundle: Bundle) -> str:
        stoppable = [kind.name for kind in _kinds(bundle.letters) if kind.topic is not None]
        if not stoppable or not self.secret:
            return ""
        who = bundle.user_id if bundle.user_id is not None else bundle.recipient
        return f"{self.site_url}/account/mail/stop/{stop_token(who, stoppable, secret=self.secret)}"

    def _html(self, subject: str, sections: Sequence[Section], footer: str) -> str:
        titled = [(s.subject if len(sections) > 1 else "", blocks(s.text, self.site_url)) for s in sections]
        return self._rich.get_template("email/mail.html").render(
            subject=subject, sections=titled, footer=blocks(footer, self.site_url), site_url=self.site_url
        )

    @cached_property
    def _plain(self) -> Environment:
        # Plain text is not HTML: what people wrote stays as they wrote it, but for its ends of lines.
        environment = Environment(
            loader=self.templates,
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            finalize=_in_one_line,
        )
        environment.filters.update(quoted=_quoted, as_written=_as_written)
        return environment

    @cached_property
    def _rich(self) -> Environment:
        return Environment(
            loader=self.templates,
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )


def _together(letters: Sequence[Letter], sections: Sequence[Section]) -> tuple[str, str]:
    """Subject and text of the mail: a single letter's own, or a title above each of several."""
    if len(sections) == 1:
        return sections[0].subject, sections[0].text
    groups = {str(letter.words.get("group", "")) for letter in letters}
    where = f" from {' '.join(groups.pop().split())}" if len(groups) == 1 else ""
    parts = (f"{s.subject}\n{'-' * min(len(s.subject), 72)}\n\n{s.text}" for s in sections)
    return f"{len(sections)} messages{where}", "\n\n".join(parts)


def _kinds(letters: Sequence[Letter]) -> list[Kind]:
    return [kind_named(name) for name in dict.fromkeys(letter.kind for letter in letters)]


def _in_one_line(value: Any) -> Any:
    """No value adds a line to a mail, and so no header, list, button or footer, unless a template says how."""
    return " ".join(value.split()) if isinstance(value, str) and not isinstance(value, Lines) else value


def _quoted(text: str) -> Lines:
    """What a member wrote, in its lines: each begins with "> "."""
    return Lines("\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()))


def _as_written(text: str) -> Lines:
    """What a co-lead has looked over or written as the mail's own text; it can't begin the footer."""
    return Lines("\n".join(line.rstrip() for line in text.strip().splitlines()))


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)
