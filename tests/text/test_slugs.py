"""Names as parts of a URL."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.text.slugs import FALLBACK, LONGEST, slugify, unique_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Machine Learning Theory", "machine-learning-theory"),
        ("  Adam & Eve, 2022 ", "adam-eve-2022"),
        ("Erdős–Rényi", "erdos-renyi"),
        ("Straße, Ørsted, Łukasz", "strasse-orsted-lukasz"),
        ("Don't panic", "dont-panic"),
        ("ﬁne ²", "fine-2"),
        ("日本語", FALLBACK),
        ("--", FALLBACK),
        ("", FALLBACK),
        ("a\x00b/../c", "a-b-c"),
    ],
)
def test_slugify_folds_to_ascii_words(text, slug):
    assert slugify(text) == slug


def test_slugify_cuts_between_words():
    assert slugify("one two three", longest=9) == "one-two"
    assert slugify("one two three", longest=7) == "one-two"
    assert slugify("abcdefghij", longest=5) == "abcde"


@given(st.text())
def test_slugify_gives_lower_case_words_joined_by_hyphens(text):
    slug = slugify(text)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= LONGEST
    assert slugify(slug) == slug


def test_unique_slug_counts_on():
    assert unique_slug("Meta Learning", set()) == "meta-learning"
    assert unique_slug("Meta Learning", {"meta-learning"}) == "meta-learning-2"
    assert unique_slug("Meta Learning", {"meta-learning", "meta-learning-2"}) == "meta-learning-3"


def test_unique_slug_stays_within_its_length():
    assert unique_slug("abcdefgh", {"abcdefgh"}, longest=8) == "abcdef-2"


@given(st.text(max_size=5), st.integers(0, 12))
def test_unique_slug_is_never_taken(text, times):
    taken: set[str] = set()
    for _ in range(times):
        slug = unique_slug(text, taken)
        assert slug not in taken
        taken.add(slug)
