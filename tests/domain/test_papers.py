"""Identifiers of papers, and titles that are alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.likeness import ALIKE, likeness
from readinggroup.domain.papers import identifier_in, needle, paper_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1703.03400", "arxiv:1703.03400"),
        ("arXiv:1703.03400v3", "arxiv:1703.03400"),
        (" https://arxiv.org/abs/1703.03400v1 ", "arxiv:1703.03400"),
        ("http://export.arxiv.org/pdf/1703.03400.pdf", "arxiv:1703.03400"),
        ("https://arxiv.org/abs/math.GT/0309136", "arxiv:math.gt/0309136"),
        ("hep-th/9901001", "arxiv:hep-th/9901001"),
        ("https://doi.org/10.48550/arXiv.1703.03400", "arxiv:1703.03400"),
        ("10.48550/ARXIV.1703.03400", "arxiv:1703.03400"),
        ("10.1145/3292500.3330701", "doi:10.1145/3292500.3330701"),
        ("doi:10.1145/3292500.3330701.", "doi:10.1145/3292500.3330701"),
        ("https://dl.acm.org/doi/pdf/10.1145/3292500.3330701", "doi:10.1145/3292500.3330701"),
        (
            "https://link.springer.com/content/pdf/10.1007/s10994-021-05946-3.pdf",
            "doi:10.1007/s10994-021-05946-3",
        ),
        ("https://doi.org/10.1002/(SICI)1099%2F1", "doi:10.1002/(sici)1099/1"),
        ("https://doi.org/10.1234/report.pdf", "doi:10.1234/report.pdf"),
    ],
)
def test_identifier_in_reads_what_people_type(text, key):
    assert identifier_in(text).key == key


@pytest.mark.parametrize(
    "text",
    ["", "arxiv", "https://arxiv.org/list/cs.LG/recent", "https://example.org/1703.03400", "10.1/x", "http://[::1",
     "https://arxiv.org.example.org/abs/1703.03400", "２０１７.03400", "10.1145/é", "10.1145/."],
)  # fmt: skip
def test_identifier_in_finds_nothing_where_there_is_none(text):
    assert identifier_in(text) is None


@given(st.one_of(st.text(max_size=300), st.from_regex(r"10\.[0-9]{4}/[!-~]{1,40}", fullmatch=True)))
def test_identifier_in_survives_any_text_and_leads_back_to_itself(text):
    found = identifier_in(text)

    assert found is None or identifier_in(found.key) == identifier_in(found.address) == found
    assert len(paper_key(text)) <= 250
    assert found is None or found.value in needle(text)


def test_paper_key_is_one_for_each_paper():
    same = ["https://www.example.org/a/", "http://example.org/a", "https://example.org/A#section"]

    assert {paper_key(address) for address in same} == {"url:example.org/a"}
    assert paper_key("https://example.org/a?id=1") != paper_key("https://example.org/a?id=2")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Double descent", "Double descent: when more parameters help again", True),
        ("The implicit bias of gradient descent", "Implicit biases in gradient descent", True),
        ("Représentations d'Erdős", "Erdos representations", True),
        ("Meta Learning", "Quantum Probability", False),
        ("Learning to learn", "Learning by uniform convergence, a chapter to read together", False),
        ("On the", "Of the", False),
        ("", "", False),
    ],
)
def test_likeness_finds_titles_of_the_same_talk(one, other, alike):
    assert (likeness(one, other) >= ALIKE, likeness(other, one) >= ALIKE) == (alike, alike)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_mutual_and_a_share(one, other):
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) in {0, 1}
