"""Measuring next to each other: ratios of CPU time, which another load on the machine moves little."""

from collections.abc import Callable, Mapping
from io import BytesIO
from statistics import median, quantiles
from time import process_time
from typing import Any

from werkzeug.test import EnvironBuilder

Call = Callable[[], bytes]


def ratios(
    cases: Mapping[str, Call], to: Mapping[str, Call], *, rounds: int = 15, calls: int = 20
) -> dict[str, float]:
    """How many times the CPU of its ``to`` each case takes: the median of rounds in which all take their turns."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, call in cases.items():
            warm(call), warm(to[name])
            found[name].append(seconds(call, calls) / seconds(to[name], calls))
    return {name: median(each) for name, each in found.items()}


def percentiles(one: Call, other: Call, *, calls: int = 300) -> float:
    """The p99 of ``one`` by that of ``other``, in CPU time of single calls taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(calls):
        for call, kept in zip((one, other), times, strict=True):
            kept.append(seconds(call, 1))
    return quantiles(times[0], n=100)[98] / quantiles(times[1], n=100)[98]


def warm(call: Call) -> None:
    """Let caches of the processor and of the database see the call once more."""
    for _ in range(3):
        call()


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
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = EnvironBuilder(path=path, method=method, headers=named).get_environ()
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
