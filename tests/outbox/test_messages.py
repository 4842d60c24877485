"""What a mail looks like: text and HTML from one source, and nothing in it but words from what people wrote."""

import re

from jinja2 import FileSystemLoader

from readinggroup.config import ROOT
from readinggroup.outbox.letters import Bundle, Letter
from readinggroup.outbox.links import read_stop
from readinggroup.outbox.messages import Writer
from tests.build import NOW
from tests.outbox.conftest import text_of
from tests.pages import check_page

SITE = "https://reading.example.org"
WRITER = Writer(FileSystemLoader(ROOT / "templates"), SITE, "Reading Group <noreply@example.org>", "s" * 32)
EVIL = (
    "<img src=x onerror=alert(1)> **bold** [here](javascript:alert(1))\r\nBcc: sam@example.org\n"
    "- a row\n> a quote\nVote: https://reading.example.org/evil\n-- \nhttps://evil.example/?a=1&b=<i>"
)
ROUND = {
    "name": "Mo", "group": "ML & more", "title": "Talks", "number": 2, "seats": 2, "closes": "Friday", "because": "",
    "path": "/ml/rounds/2/ballot",
}  # fmt: skip


def bundle(*letters: tuple[str, dict[str, object]], user_id: int | None = 7) -> Bundle:
    numbered = tuple(Letter(n, kind, words) for n, (kind, words) in enumerate(letters, start=31))
    return Bundle(31, "mo@example.org", user_id, NOW, 1, numbered)


def html_of(mail: object) -> str:
    return str(mail.get_body(("html",)).get_content())  # type: ignore[attr-defined]


def test_a_mail_says_what_why_and_how_to_stop_its_kind() -> None:
    mail = WRITER.mail(bundle(("round.opened", ROUND)))

    text, html = text_of(mail), html_of(mail)
    assert mail["Subject"] == "Vote now: Talks (ML & more)"
    assert mail["Message-ID"] == "<notice-31@reading.example.org>"
    assert f"Vote: {SITE}/ml/rounds/2/ballot\n" in text
    assert f'<a class="button" href="{SITE}/ml/rounds/2/ballot">Vote</a>' in html
    assert "You get this because you are a member of ML & more." in text
    assert "you are a member of ML &amp; more." in html
    assert f"{SITE}/account/mail\n" in text
    check_page(html, "a mail")

    link = re.search(r"<(https://\S+)>", mail["List-Unsubscribe"])
    assert link is not None
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"(“A vote opens”): {link[1]}\n" in text
    stop = read_stop(link[1].rpartition("/")[2], secret="s" * 32)
    assert stop is not None
    assert (stop.who, [kind.name for kind in stop.kinds]) == (7, ["round.opened"])
    assert read_stop(link[1].rpartition("/")[2], secret="t" * 32) is None


def test_a_mail_that_an_account_hangs_on_has_no_switch() -> None:
    words = {"name": "Mo", "group": "ML", "path": "/confirm/x", "days": 3}
    mail = WRITER.mail(bundle(("join.confirm", words), user_id=None))

    assert mail["List-Unsubscribe"] is None
    assert text_of(mail).endswith("-- \nYou get this because somebody typed this address on our site.\n")


def test_what_people_write_adds_no_header_line_link_or_tag() -> None:
    words = {"name": EVIL, "group": "ML", "path": "/ml/members/", "applicant": EVIL, "why": EVIL}
    mail = WRITER.mail(bundle(("application.made", words)))

    text, html = text_of(mail), html_of(mail)
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    quoted = [line for line in text.splitlines() if line.startswith(">")]
    assert quoted[0].startswith("> <img src=x")
    assert "> Vote: https://reading.example.org/evil" in quoted
    assert [line for line in text.splitlines() if line.startswith(("Vote:", "- ", "Bcc", "https:"))] == []
    assert text.count("\n-- \n") == 1
    assert "<img" not in html
    assert "<strong>" not in html
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert html.count('class="button"') == 3, "ours, and those of the footer"
    assert 'href="https://evil.example/?a=1&amp;b="' in html, "an address links to itself alone"
    check_page(html, "a mail")


def test_several_notices_are_one_mail_with_titles() -> None:
    other = ROUND | {"title": "Books"}
    mail = WRITER.mail(bundle(("round.opened", ROUND), ("round.released", other)))

    assert mail["Subject"] == "2 messages from ML & more"
    text, html = text_of(mail), html_of(mail)
    assert "Vote now: Talks (ML & more)\n---------------------------\n" in text
    assert "<h2>Results: Books (ML &amp; more)</h2>" in html
    assert text.count("You get this because") == 1
    assert "(“A vote opens”, “Results are published”): " in text
    check_page(html, "a mail")
