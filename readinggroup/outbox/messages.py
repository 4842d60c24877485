"""What a notice says: its subject, its text, and the mail that carries both."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined
from jinja2.loaders import BaseLoader

from readinggroup.models import Notice


@dataclass(frozen=True)
class Writer:
    """Writes mails from the templates in ``email/``: ``round.opened`` is ``email/round.opened.txt``.

    A template's first line is the subject.  It sees the notice's ``words`` and ``site_url``.
    """

    templates: BaseLoader
    site_url: str
    mail_from: str

    def mail(self, notice: Notice) -> EmailMessage:
        """The mail for ``notice``.  Sent twice, it has the same Message-ID."""
        subject, text = self.words(notice)
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = _address(self.mail_from)
        message["To"] = Address(addr_spec=notice.recipient)
        message["Date"] = format_datetime(notice.owed_at)
        message["Message-ID"] = f"<notice-{notice.id}@{urlsplit(self.site_url).hostname}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def words(self, notice: Notice) -> tuple[str, str]:
        """The subject, in one line, and the text.  A word that the notice lacks raises UndefinedError."""
        # Plain text is not HTML: what people wrote stays as they wrote it.
        environment = Environment(
            loader=self.templates,
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
        )
        written = environment.get_template(f"email/{notice.kind}.txt").render(
            notice.words, site_url=self.site_url
        )
        subject, _, text = written.strip().partition("\n")
        return " ".join(subject.split()), text.strip() + "\n"


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)
