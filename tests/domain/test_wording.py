"""What changed between two wordings, in pieces that put together give either."""

from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.wording import MOST_LINES, MOST_WORDS, Piece, changes

TEXTS = st.text(alphabet="ab \n", max_size=60)


def test_one_word_is_told_apart_from_the_others() -> None:
    assert changes("The loss is convex.\n", "The loss is smooth.\n") == [
        Piece("same", "The loss is "),
        Piece("gone", "convex.\n"),
        Piece("new", "smooth.\n"),
    ]


def test_lines_that_stayed_are_left_out_but_for_those_beside_what_changed() -> None:
    before = "one\ntwo\nthree\nfour\nfive\n"

    assert changes(before, before + "six\n") == [
        Piece("left out"),
        Piece("same", "five\n"),
        Piece("new", "six\n"),
    ]


def test_nothing_changed_is_nothing() -> None:
    assert changes("same", "same") == []


def test_long_texts_are_compared_more_coarsely() -> None:
    words, lines = "a " * (MOST_WORDS + 1), "a\n" * (MOST_LINES + 1)

    assert changes(words, words + "b") == [Piece("gone", words), Piece("new", words + "b")]
    assert changes(lines, lines + "b") == [Piece("gone", lines), Piece("new", lines + "b")]


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts(before: str, after: str) -> None:
    pieces = changes(before, after, around=99)

    if before != after:
        assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
        assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
