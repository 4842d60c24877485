"""Reading the archive's pages as people do: titles, words, links."""

from typing import Any

import html5lib


def titles_in(page: str, tag: str) -> list[str]:
    """The words of each ``tag`` in the page's main part."""
    return [_words(element) for element in _main(page).iter(tag)]


def links_in(page: str) -> list[str]:
    """Where the links of the main part go, also those in its drawings."""
    return [
        element.get("href")
        for tag in ("a", "{http://www.w3.org/2000/svg}a")
        for element in _main(page).iter(tag)
    ]


def text_of(page: str, css_class: str = "") -> str:
    """The words of the main part, or of its first element of ``css_class``; "" where there is none."""
    wanted = (e for e in _main(page).iter() if not css_class or css_class in (e.get("class") or "").split())
    found = next(wanted, None)
    return "" if found is None else _words(found)


def texts_of(page: str, css_class: str) -> list[str]:
    """The words of each element of ``css_class``."""
    return [_words(e) for e in _main(page).iter() if css_class in (e.get("class") or "").split()]


def _main(page: str) -> Any:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return next(tree.iter("main"))


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
