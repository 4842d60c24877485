"""Whatever an address says, the archive answers with a page: 200 or 404, never more than that."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NASTY = (
    "\x00", "a\x00b", "\ud800", "%", "%%%", "_", "\\", "\\%", "'", '"', "';--", "$1", ":x", "%(a)s", "{}", "[", "(",
    "*", "é", "e\u0301", "İ", "ß", "🦄", "\u202e", "\ufeff", "\uffff", "﷽" * 40, "a" * 5000, " ", "\t\n",
    "²", "٣", "-1", "0", "1e9", "1" + "0" * 30, "9" * 400, "0x10", "NaN", "inf", "None", "true", "../..",
    "//evil.example",    "<script>alert(1)</script>", "javascript:alert(1)", "unknown", "2022", "10000", "0001",
)  # fmt: skip
PARAMETERS = ("q", "topic", "speaker", "year", "page")
INSIDE = ("sessions/{}", "speakers/{}", "series/{}", "reading?page={}")


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture
def visitor(archive: Flask) -> FlaskClient:
    return archive.test_client()


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_value_of_a_parameter_breaks_the_archive(visitor: FlaskClient, name: str) -> None:
    for text in NASTY:
        answer = visitor.get(f"/ml-theory/sessions/?{name}={encoded(text)}")
        assert answer.status_code in {200, 404}, (name, text)
        assert "<script>alert" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("inside", INSIDE)
def test_no_part_of_a_path_breaks_the_archive(visitor: FlaskClient, inside: str) -> None:
    for text in NASTY:
        answer = visitor.get(f"/ml-theory/{inside.format(encoded(text))}")
        assert answer.status_code in {200, 308, 404}, (inside, text)


def test_parameters_given_twice_unknown_or_half_encoded_are_borne(visitor: FlaskClient) -> None:
    for query in (
        "q=a&q=b&page=1&page=2",
        "what=ever",
        "q",
        "q=%",
        "q=%zz",
        "q=%ED%A0%80",
        "&&&",
        "=",
        "q[]=1",
        "page[]=2",
    ):
        assert visitor.get(f"/ml-theory/sessions/?{query}").status_code == 200, query


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=40)))
def test_no_text_at_all_breaks_the_archive(visitor: FlaskClient, values: dict[str, str]) -> None:
    query = "&".join(f"{name}={encoded(text)}" for name, text in values.items())

    assert visitor.get(f"/ml-theory/sessions/?{query}").status_code in {200, 404}
