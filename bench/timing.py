"""Measuring next to each other: ratios of CPU time, which another load on the machine moves little."""

from collections.abc import Callable, Mapping
from statistics import median
from time import process_time
from typing import Any

Call = Callable[[], object]


def ratios(
    cases: Mapping[str, Call], to: Mapping[str, Call], *, rounds: int = 15, calls: int = 20
) -> dict[str, float]:
    """How many times the CPU of its ``to`` each case takes: the median of rounds in which all take their turns."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for call in (*cases.values(), *to.values()):
        call()
    for _ in range(rounds):
        for name, call in cases.items():
            found[name].append(seconds(call, calls) / seconds(to[name], calls))
    return {name: median(each) for name, each in found.items()}


def seconds(call: Call, calls: int) -> float:
    """CPU seconds of one call."""
    begun = process_time()
    for _ in range(calls):
        call()
    return (process_time() - begun) / calls


def asking(
    app: Any, path: str, *, status: int = 200, method: str = "GET", body: bytes = b"", **headers: str
) -> Call:
    """A call that asks a WSGI application for ``path``, reads the whole answer and insists on ``status``."""
    from io import BytesIO

    from werkzeug.test import EnvironBuilder

    environ = EnvironBuilder(path=path, method=method, headers=headers).get_environ()
    if body:
        environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
    said: list[str] = []

    def start_response(line: str, _headers: object, _error: object = None) -> None:
        said[:] = [line]

    def call() -> bytes:
        parts = app({**environ, "wsgi.input": BytesIO(body)}, start_response)
        whole = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        assert said[0].startswith(str(status)), f"{path}: {said[0]}"
        return whole

    return call
