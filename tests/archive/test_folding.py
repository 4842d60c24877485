"""Text folded for searching, the same in Python and in the database."""

import pytest
from flask import Flask
from sqlalchemy import literal, select

from readinggroup.archive.folding import fold, folded, holds
from readinggroup.db import db

TEXTS = ("Erdős", "ERDŐS", "e\u0301tale", "Łukasz Øre", "İstanbul", "Ångström", "naïve façade", "Ελλάδα", "Москва",
         "ﬁne", "x² + y", "ß", "don’t", "日本語", "🦄", "", "a_b%c\\d'e")  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_databases_fold_as_python_does(app: Flask, text: str) -> None:
    with app.app_context():
        assert db.session.scalar(select(folded(literal(text)))) == fold(text)


def test_folding_takes_accents_and_case_away() -> None:
    assert [fold(text) for text in ("Erdős", "Łukasz Øre", "Ångström", "DON’T")] == [
        "erdos",
        "lukasz ore",
        "angstrom",
        "don't",
    ]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [("Paul Erdős", "ERDOS", True), ("Paul Erdos", "erdős", True), ("100%", "0%", True), ("1000", "0%", False),
     ("a_b", "a_b", True), ("axb", "a_b", False), ("a\\b", "\\", True), ("a/b", "/", True), ("it's", "’S", True)],
)  # fmt: skip
def test_holds_finds_words_whatever_their_accents(app: Flask, text: str, words: str, found: bool) -> None:
    with app.app_context():
        assert bool(db.session.scalar(select(holds(literal(text), words)))) is found
