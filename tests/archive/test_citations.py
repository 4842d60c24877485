"""The reading as BibTeX and CSL-JSON: read back, nothing is lost and nothing breaks out."""

import json
from collections.abc import Callable

import bibtexparser
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.archive.citations import Cited, bibtex, csl_json

NASTY = [
    Cited("Attention is {all} you need", "https://arxiv.org/abs/1706.03762v5", (1, 3)),
    Cited("100% of $x_i$ & #1 \\ ~^", "https://a.example/?a={b}&c=%7D", (2,)),
    Cited("A title", "https://doi.org/10.1000/xyz%3C1%3E", (2,)),
    Cited("A title", "http://[::1", (2,)),
    Cited("@misc{evil, title={x}}\n@string{a=1}", "https://a.example/}@misc{b", (4,)),
    Cited("題名", "https://a.example/題", (5,)),
]


def test_bibtex_can_be_read_back() -> None:
    library = bibtexparser.parse_string(bibtex("Machine & Theory", NASTY))

    assert (library.failed_blocks, library.strings, len(library.entries)) == ([], [], len(NASTY))
    first, second, third, *_ = (entry.fields_dict for entry in library.entries)
    assert first["title"].value == r"{Attention is \{all\} you need}"
    assert (first["eprint"].value, first["archiveprefix"].value) == ("1706.03762v5", "arXiv")
    assert first["note"].value == r"Read for sessions 1, 3 of Machine \& Theory"
    assert second["url"].value == "https://a.example/?a=%7Bb%7D&c=%7D"
    assert third["doi"].value == "10.1000/xyz%3C1%3E"


def test_csl_keeps_every_word() -> None:
    items = json.loads(csl_json("Theory", NASTY))

    assert [(item["title"], item["URL"]) for item in items] == [(thing.title, thing.url) for thing in NASTY]
    assert len({item["id"] for item in items}) == len(NASTY)
    assert (items[0]["type"], items[0]["number"]) == ("article", "arXiv:1706.03762v5")
    assert (items[1]["type"], items[2]["DOI"]) == ("webpage", "10.1000/xyz<1>")


def test_files_hold_what_the_page_lists(archive: Flask, as_: Callable[[str | None], FlaskClient]) -> None:
    visitor = archive.test_client()

    bib, csl = visitor.get("/ml-theory/reading.bib"), visitor.get("/ml-theory/reading.json")

    assert bib.content_type == "application/x-bibtex; charset=utf-8"
    assert csl.headers["Content-Disposition"] == 'attachment; filename="ml-theory-reading.json"'
    assert len(bibtexparser.parse_string(bib.get_data(as_text=True)).entries) == 2
    assert [item["title"] for item in csl.json] == ["Model-Agnostic Meta-Learning", "CLIP"]
    assert "Hidden paper" not in bib.get_data(as_text=True) + csl.get_data(as_text=True)
    assert "/ml-theory/reading.bib" in visitor.get("/ml-theory/reading").get_data(as_text=True)
