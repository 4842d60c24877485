"""Whatever the audit trail records has words for people: what is written in the code, here; what is put together, after
each test that records it (``tests/conftest.py``)."""

import ast

import pytest

from readinggroup.access.deeds import WORDS
from tests.site.test_rooms import MODULES, imports


@pytest.mark.parametrize(
    "name", sorted(n for n in MODULES if "readinggroup.access.audit" in imports(MODULES[n]))
)
def test_every_kind_of_record_has_words(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "record"
    ]
    kinds = {
        constant.value
        for call in calls
        for constant in ast.walk(call.args[1])
        if isinstance(constant, ast.Constant) and str(constant.value)[-1:] not in {".", "_"}
    }

    assert kinds - set(WORDS) == set(), "write their words into access/deeds.py"
