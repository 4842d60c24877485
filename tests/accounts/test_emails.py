"""Addresses are folded, so one person is one account."""

import pytest

from readinggroup.accounts.emails import BadAddress, fold


@pytest.mark.parametrize(
    "given", ["mo@example.org", " MO@Example.ORG ", "ｍｏ@example.org", "mo@EXAMPLE.org\n", "Mo@example.org"]
)
def test_fold_makes_one_address_of_all_spellings(given: str) -> None:
    assert fold(given) == "mo@example.org"


def test_fold_writes_the_domain_as_servers_do() -> None:
    assert fold("mo@BÜCHER.example") == fold("mo@xn--bcher-kva.example") == "mo@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "given",
    ["", "mo", "mo@", "@example.org", "mo@exa mple.org", "a" * 300 + "@example.org", "mo\x00@example.org"],
)
def test_fold_refuses_what_is_no_address(given: str) -> None:
    with pytest.raises(BadAddress, match=r"\w+"):
        fold(given)
