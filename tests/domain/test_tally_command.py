"""`python tally.py round.json`, as a stranger would run it."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readinggroup.domain import tally
from readinggroup.domain.tally import main

ROUND = {
    "format": "rg-round-1",
    "round": "r1",
    "rule": "fair",
    "seats": 1,
    "threshold": {"min": 2, "percent": 10},
    "unit": "1/4",
    "pitches": ["a", "b", "c"],
    "nonce": "n",
    "digest": sha256(b"p\t0\ta,b\nq\t-1\ta\nr\t1\tb\nr\t1\tb\n").hexdigest(),
    "ballots": [
        {"receipt": "p", "level": 0, "approves": ["a", "b"]},
        {"receipt": "q", "level": -1, "approves": ["a"]},
        {"receipt": "r", "level": 1, "approves": ["b"], "count": 2},
    ],
    "standings": {"order": ["a", "b", "c"], "winners": ["a"]},
}


def run(*arguments, **options):
    command = [sys.executable, "-I", tally.__file__, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


@pytest.fixture
def recount(tmp_path, capsys):
    """Recount a round, given as an object or as bytes; gives the exit status and both outputs."""

    def recounted(content):
        file = tmp_path / "round.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        status = main([str(file)])
        return status, *capsys.readouterr()

    return recounted


def without(*names):
    return {name: value for name, value in ROUND.items() if name not in names}


def test_command_prints_the_contract_and_succeeds(tmp_path):
    file = tmp_path / "round.json"
    file.write_text(json.dumps(ROUND))

    done = run(file, env={})

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {
        "winners": ["a"],
        "order": ["a", "b", "c"],
        "ties": [],
        "matches": True,
    }


def test_command_runs_alone_in_a_bare_python(tmp_path):
    """The file that is served beside a result needs nothing else of ours."""
    alone, file = tmp_path / "tally.py", tmp_path / "round.json"
    with open(tally.__file__, "rb") as ours:
        alone.write_bytes(ours.read())
    file.write_text(json.dumps(without("standings")))

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", alone, file], capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["matches"] is None


def test_command_lists_ties(recount):
    ballots = [{"approves": ["a"], "count": 2}, {"approves": ["b"], "count": 2}]

    _, output, _ = recount(without("standings", "digest") | {"ballots": ballots})

    counted = json.loads(output)
    assert counted["ties"] == [{"between": counted["order"][:2], "broken_by": "lot"}]


@pytest.mark.parametrize(
    "standings",
    [
        {"order": ["b", "a", "c"], "winners": ["b"]},
        {"order": ["a", "b", "c"], "winners": []},
        {"order": ["a", "b"], "winners": ["a"]},
    ],
)
def test_command_fails_where_the_published_standings_differ(recount, standings):
    status, output, _ = recount(ROUND | {"standings": standings})

    assert status == 1
    assert json.loads(output)["matches"] is False


def test_command_takes_a_missing_unit_for_nought(recount):
    status, output, _ = recount(without("unit"))

    assert (status, json.loads(output)["order"]) == (1, ["b", "a", "c"])


@pytest.mark.parametrize("name", ["round", "threshold", "nonce", "digest", "standings"])
def test_command_does_without_what_only_refines(recount, name):
    status, output, _ = recount(without(name))

    assert status == 0
    assert json.loads(output)["order"] == ["a", "b", "c"]


def test_command_does_without_receipts_and_levels(recount):
    ballots = [{"approves": ["a", "b"]}, {"approves": ["a"]}, {"approves": ["b"]}, {"approves": ["a"]}]

    status, output, _ = recount(without("digest") | {"ballots": ballots, "comment": {"any": [1.5, None]}})

    assert (status, json.loads(output)["matches"]) == (0, True)


@pytest.mark.parametrize("name", ["format", "rule", "seats", "pitches", "ballots"])
def test_command_needs_what_counts(recount, name):
    status, output, reason = recount(without(name))

    assert (status, output) == (2, "")
    assert name in reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "rg-round-2"}, "format: this is not a file of the format"),
        ({"rule": "borda"}, "rule: it is not"),
        ({"rule": ["fair"]}, "rule: it should be a text"),
        ({"rule": "ranked"}, "ballot 1, ranking: it is missing"),
        ({"seats": True}, "seats: it should be a whole number"),
        ({"seats": 1.0}, "seats: it should be a whole number"),
        ({"seats": 0}, "seats: there is not even one"),
        ({"threshold": {"min": -1}}, "threshold: min is below 0"),
        ({"threshold": {"percent": "10"}}, "percent: it should be a whole number"),
        ({"unit": 0}, "unit: it should be a text"),
        ({"unit": "1/0"}, "unit: it should be a fraction"),
        ({"unit": "1e9999999"}, "unit: it should be a fraction"),
        ({"unit": "-1/2"}, "unit: it should be a fraction"),
        ({"pitches": ["a", "a", "b"]}, "pitches: 'a' is there twice"),
        ({"pitches": ["a", 2]}, "pitches: it should be a list of texts"),
        ({"pitches": ["a", "b"], "ballots": [{"approves": ["c"]}]}, "ballot 1: it names a pitch that is not"),
        ({"nonce": None}, "nonce: it should be a text"),
        ({"digest": "0" * 64}, "digest: it is not the digest of these ballots"),
        ({"ballots": {}}, "ballots: it should be a list"),
        ({"ballots": ["a"]}, "ballot 1: it should be an object"),
        ({"ballots": [{"approves": "ab"}]}, "ballot 1, approves: it should be a list of texts"),
        ({"ballots": [{"approves": ["a", "a"]}]}, "ballot 1: it names 'a' twice"),
        ({"ballots": [{"approves": ["a", []]}]}, "ballot 1, approves: it should be a list of texts"),
        ({"ballots": [{"approves": [], "level": 2}]}, "ballot 1: its level is not"),
        ({"ballots": [{"approves": [], "level": False}]}, "ballot 1, level: it should be a whole number"),
        ({"ballots": [{"approves": [], "count": 0}]}, "its count is below 1"),
        ({"ballots": [{"approves": [], "count": 10**30}]}, "ballots: there are more than"),
        ({"ballots": [{"approves": [], "receipt": 7}]}, "ballot 1, receipt: it should be a text"),
        ({"ballots": [{"approves": [], "receipt": "\ud800"}]}, "ballots: a receipt has"),
        ({"ballots": [{"approves": [], "receipt": "é"}] * 2}, r"ballots: the receipt '\xe9' is there twice"),
        ({"standings": {"order": ["a"]}}, "winners: it is missing"),
        ({"standings": []}, "standings: it should be an object"),
        (
            {"rule": "ranked", "ballots": [{"ranking": ["a"]}]},
            "ballot 1, ranking: it should be a list of lists",
        ),
        ({"rule": "ranked", "ballots": [{"ranking": [[], ["a"]]}]}, "ballot 1, ranking: it should be"),
        ({"rule": "ranked", "ballots": [{"ranking": [["a"], ["a"]]}]}, "ballot 1: it names 'a' twice"),
    ],
)
def test_command_says_what_is_damaged_and_where(recount, change, reason):
    status, output, said = recount((ROUND if "digest" in change else without("digest")) | change)

    assert (status, output) == (2, "")
    assert reason in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is not JSON"),
        (b"\xff\xfe", "the file is not UTF-8 text at byte 0"),
        (b"\xef\xbb\xbf{}", "the file is not JSON"),
        (b"[" * 100_000, "the file is nested too deeply"),
        (b'{"a":' * 100_000, "the file is nested too deeply"),
        (b'{"seats": ' + b"9" * 5000 + b"}", "the file is not JSON"),
        (b'{"seats": NaN}', "NaN is no number"),
        (b'{"seats": 1, "seats": 2}', "one object has the field 'seats' twice"),
        (b'["rg-round-1"]', "format: this is not a file"),
        (b"null", "format: this is not a file"),
        (json.dumps(ROUND).encode()[:-1], "the file is not JSON"),
    ],
)
def test_command_refuses_what_is_no_json_object(recount, content, reason):
    status, output, said = recount(content)

    assert (status, output) == (2, "")
    assert reason in said


def test_command_refuses_a_missing_file_and_wrong_usage(tmp_path):
    missing, usage, folder = run(tmp_path / "nothing.json"), run(), run(tmp_path)

    assert (missing.returncode, usage.returncode, folder.returncode) == (2, 2, 2)
    assert b"No such file" in missing.stderr
    assert usage.stderr == b"usage: python tally.py round.json" + os.linesep.encode()
    assert b"Traceback" not in missing.stderr + folder.stderr


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**20, 10**40)
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["a", "\x00", "\ud800", "1/3", "fair", "popular", "ranked", [["a"], ["b", "c"]]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    """Every way into a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def changed(value, path, new):
    if not path:
        return new
    value = deepcopy(value)
    spot = value
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = new
    return value


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(places(without("digest")), key=str)), ANYTHING), max_size=2))
def test_command_never_breaks_on_a_changed_round(recount, changes):
    content = without("digest")
    for path, new in changes:
        try:
            content = changed(content, path, new)
        except (KeyError, IndexError, TypeError):
            continue

    status, output, reason = recount(content)

    assert status in (0, 1, 2)
    assert (output == "") == (status == 2) == (reason != "")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=20), st.integers(0, 500))
def test_command_never_breaks_on_changed_bytes(recount, noise, position):
    content = json.dumps(ROUND).encode()

    status, _, _ = recount(content[:position] + noise + content[position + len(noise) :])

    assert status in (0, 1, 2)
