"""Addresses are folded, so one person is one account."""

import pytest

from readinggroup.accounts.emails import BadAddress, fold


@pytest.mark.parametrize(
    "given", ["mo@example.org", " MO@Example.ORG ", "ｍｏ@example.org", "mo@EXAMPLE.org\n", "Mo@example.org"]
)
def test_fold_makes_one_address_of_all_spellings(given: str) -> None:
    assert fold(given) == "mo@example.org"


@pytest.mark.parametrize(
    "given",
    ["", "mo", "mo@", "@example.org", "mo@exa mple.org", "a" * 300 + "@example.org", "mo\x00@example.org"],
)
def test_fold_refuses_what_is_no_address(given: str) -> None:
    with pytest.raises(BadAddress, match=r"\w+"):
        fold(given)
