"""LaTeX formulas as MathML, made in a process of their own that may crash or hang without harm."""

import atexit
import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from threading import Lock

LONGEST = 4_000
_WORKER = Path(__file__).with_name("formula_worker.py")


class _Converter:
    """A worker process, started at the first formula and started anew after one that ended it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worker: subprocess.Popen[str] | None = None

    def convert(self, latex: str, display: bool) -> str | None:
        """Return the MathML of ``latex``, or None where the worker doesn't know it or died of it."""
        with self._lock:
            answer = self._ask(json.dumps([latex, display]))
            if answer:
                mathml: str | None = json.loads(answer)
                return mathml
            self._end()
            return None

    def close(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave the worker to the parent process: after a fork, its pipes must not be shared."""
        self._lock = Lock()
        self._worker = None

    def _ask(self, question: str) -> str:
        """Return the worker's line, empty where it ended over the question or couldn't be started."""
        try:
            worker = self._running()
            if worker.stdin is None or worker.stdout is None:
                return ""
            worker.stdin.write(question + "\n")
            worker.stdin.flush()
            return worker.stdout.readline()
        except OSError:
            return ""

    def _running(self) -> subprocess.Popen[str]:
        if self._worker is None or self._worker.poll() is not None:
            self._end()
            self._worker = _start()
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()


def _start() -> subprocess.Popen[str]:
    command = [sys.executable, "-I", str(_WORKER)]
    # The command is our own file, and nothing of a reader's is on its line.
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="ascii",
    )


_converter = _Converter()
atexit.register(_converter.close)
os.register_at_fork(after_in_child=_converter.forget)


@lru_cache(maxsize=4096)
def to_mathml(latex: str, *, display: bool) -> str | None:
    """Return ``latex`` as a ``<math>`` element, still to be sanitised, or None where it can't be converted.

    ``display``  True for a formula on its own line.
    None means a formula that is longer than ``LONGEST`` characters, not understood, or too costly to convert.
    """
    if len(latex) > LONGEST:
        return None
    return _converter.convert(latex, display)
