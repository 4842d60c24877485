"""Kept renderings: what costs, costs once, and memory has a bound."""

from time import process_time

from readinggroup.text import markdown
from readinggroup.text.shelf import Shelf


def test_shelf_lets_go_of_what_was_asked_for_least_lately():
    shelf = Shelf(room=100)
    for name in "abc":
        shelf.put(Shelf.label("kind", name), name * 6)
    for n in range(15):
        shelf.find(Shelf.label("kind", "a"))
        shelf.put(Shelf.label("kind", f"more {n}"), "m" * 6)
    shelf.put(Shelf.label("kind", "large"), "l" * 50)

    kept = [name for name in ("a", "b", "c", "large") if shelf.find(Shelf.label("kind", name))]

    assert kept == ["a"]
    assert shelf._filled <= 100
    assert shelf.find(Shelf.label("other kind", "a")) is None


def test_a_ballot_of_texts_made_to_be_costly_is_rendered_soon_and_once(monkeypatch):
    texts = [
        f"{n}" + mark * (20_000 // len(mark))
        for n, mark in enumerate(("[", "![", "[a](", "[a][b", "*a", "~~a"))
    ]

    begin = process_time()
    first = [markdown.render(text) for text in texts]
    spent = process_time() - begin
    monkeypatch.setattr(markdown, "_sanitiser", None)

    assert [markdown.render(text) for text in texts] == first
    assert [html[3:20] for html in first] == [text[:17] for text in texts]
    assert spent < 0.5, f"{spent:.2f} s of work for six texts"
