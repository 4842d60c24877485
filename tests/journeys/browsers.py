"""Two browsers for the same journeys: one that sends forms as HTML says, without JavaScript, and Chromium.

Both find fields by their labels and buttons and links by their words, as a person does.
"""

from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from playwright.sync_api import Page


class Browser(ABC):
    """What a person can do."""

    @abstractmethod
    def open(self, path: str) -> None:
        """Go to an address of the site."""

    @abstractmethod
    def follow(self, words: str) -> None:
        """Follow the first link with these words in the page's own part, not in the navigation around it."""

    @abstractmethod
    def fill(self, label: str, text: str) -> None:
        """Type into the field with this label."""

    @abstractmethod
    def tick(self, label: str) -> None:
        """Tick the box, or the choice, with this label."""

    @abstractmethod
    def untick(self, label: str) -> None:
        """Take the tick from the box with this label."""

    @abstractmethod
    def unfold(self, words: str) -> None:
        """Unfold the part of the page that these words stand above."""

    @abstractmethod
    def press(self, words: str) -> None:
        """Press the first button with these words."""

    @abstractmethod
    def text(self) -> str:
        """The words of the page, in one line."""

    @property
    @abstractmethod
    def path(self) -> str:
        """Where one is."""


class FormBrowser(Browser):
    """A browser without JavaScript: reads the page's forms and sends what they would send."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._path = "/"
        self._tree = Element("html")
        self._typed: dict[int, str | bool] = {}

    @property
    def path(self) -> str:
        return self._path

    def open(self, path: str) -> None:
        self._show(self._client.get(path, follow_redirects=True))

    def follow(self, words: str) -> None:
        main = next(self._tree.iter("main"))
        link = next((a for a in main.iter("a") if _words(a) == words), None)
        assert link is not None, f"{self._path} has no link {words!r}: {self.text()}"
        self.open(urljoin(self._path, link.get("href", "")))

    def fill(self, label: str, text: str) -> None:
        self._typed[id(self._field(label))] = text

    def tick(self, label: str) -> None:
        self._typed[id(self._field(label))] = True

    def untick(self, label: str) -> None:
        self._typed[id(self._field(label))] = False

    def unfold(self, words: str) -> None:
        assert words in [_words(summary) for summary in self._tree.iter("summary")], self.text()

    def press(self, words: str) -> None:
        form, button = self._button(words)
        fields = [pair for field in form.iter() for pair in self._sent(field)]
        if name := button.get("name"):
            fields.append((name, button.get("value", "")))
        target = urljoin(self._path, button.get("formaction") or form.get("action") or self._path)
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        send = self._client.post if (form.get("method") or "get").lower() == "post" else self._client.get
        key = "data" if send == self._client.post else "query_string"
        self._show(send(target, follow_redirects=True, **{key: data}))  # type: ignore[operator]

    def text(self) -> str:
        body = self._tree.find("body")
        return _words(body) if body is not None else ""

    def _show(self, answer: Any) -> None:
        assert answer.status_code in {200, 422}, f"{answer.request.path}: {answer.status}"
        self._path = urlsplit(answer.request.url).path
        self._tree = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
        self._typed = {}

    def _field(self, label: str) -> Element:
        for element in self._tree.iter("label"):
            if not _words(element).startswith(label):
                continue
            inner = [field for field in element.iter() if field.tag in {"input", "select", "textarea"}]
            if inner:
                return inner[0]
            return next(field for field in self._tree.iter() if field.get("id") == element.get("for"))
        raise AssertionError(f"{self._path} has no field {label!r}: {self.text()}")

    def _button(self, words: str) -> tuple[Element, Element]:
        for form in self._tree.iter("form"):
            for button in form.iter():
                if button.tag in {"button", "input"} and words in {_words(button), button.get("value")}:
                    return form, button
        raise AssertionError(f"{self._path} has no button {words!r}: {self.text()}")

    def _sent(self, field: Element) -> list[tuple[str, str]]:
        name, typed = field.get("name"), self._typed.get(id(field))
        if not name or field.tag not in {"input", "select", "textarea"} or field.get("disabled") is not None:
            return []
        if field.tag == "textarea":
            return [(name, str(typed) if typed is not None else "".join(field.itertext()))]
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((o for o in options if _words(o) == typed), None) or next(
                (o for o in options if o.get("selected") is not None), options[0] if options else None
            )
            return [] if chosen is None else [(name, chosen.get("value", _words(chosen)))]
        if field.get("type") in {"checkbox", "radio"}:
            ticked = field.get("checked") is not None and not self._rival_ticked(field)
            on = ticked if typed is None else typed is True
            return [(name, field.get("value", "on"))] if on else []
        if field.get("type") in {"submit", "button"}:
            return []
        return [(name, str(typed) if typed is not None else field.get("value", ""))]

    def _rival_ticked(self, field: Element) -> bool:
        rivals = (other for other in self._tree.iter("input") if other.get("name") == field.get("name"))
        return field.get("type") == "radio" and any(self._typed.get(id(other)) for other in rivals)


class ChromiumBrowser(Browser):
    """Chromium, with JavaScript."""

    def __init__(self, page: Page, origin: str) -> None:
        self._page, self._origin = page, origin

    @property
    def path(self) -> str:
        return urlsplit(self._page.url).path

    def open(self, path: str) -> None:
        answer = self._page.goto(urljoin(self._origin, path))
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def follow(self, words: str) -> None:
        self._page.locator("main").get_by_role("link", name=words, exact=True).first.click()
        self._page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        field = self._page.get_by_label(label).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)

    def tick(self, label: str) -> None:
        self._page.get_by_label(label).first.check()

    def untick(self, label: str) -> None:
        self._page.get_by_label(label).first.uncheck()

    def unfold(self, words: str) -> None:
        self._page.locator("summary", has_text=words).first.click()

    def press(self, words: str) -> None:
        self._page.get_by_role("button", name=words, exact=True).first.click()
        self._page.wait_for_load_state()

    def text(self) -> str:
        return " ".join(self._page.inner_text("body").split())


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
