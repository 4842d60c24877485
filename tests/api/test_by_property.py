"""The API against its own description, with what schemathesis thinks of: no server error, nothing undescribed."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from tests.api.conftest import Program

FEW = settings(
    max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_described(
    app: Flask, program: Program, things: dict[str, Any], mode: GenerationMode
) -> None:
    token = program("Mo").environ_base["HTTP_AUTHORIZATION"]
    known, asked = {"group_slug": "ml-theory", **things}, 0

    def ask(case: Case) -> None:
        nonlocal asked
        case.call_and_validate()
        named = (case.path_parameters or {}).items()
        case.path_parameters = {name: known.get(name, value) for name, value in named}
        case.call_and_validate(headers={"Authorization": token})
        asked += 2

    for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.query:
            continue  # There is nothing to get wrong.
        FEW(given(operation.as_strategy(generation_mode=mode))(ask))()

    assert asked > 100
