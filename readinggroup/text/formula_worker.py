"""The process that turns formulas into MathML: one JSON line in, one JSON line out, until the input ends.

It stands alone (``formula.py`` runs it by path), because the converter can be made to loop for hours or to
overflow the stack, and neither can be caught inside a process.
"""

import json
import signal
import sys

from math_core import LatexError, LatexToMathML

CPU_SECONDS = 0.2


def main() -> None:
    """Answer each ``[latex, display]`` with its MathML, or with ``null`` where it isn't understood.

    A formula that burns ``CPU_SECONDS`` ends the process: the timer counts this process's own work, so a busy
    machine ends nothing, and the signal's default action works where Python itself gets no turn.
    """
    converter = LatexToMathML(fancy_error=False, max_expansions=100)
    for line in sys.stdin:
        latex, display = json.loads(line)
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
        try:
            answer = converter.convert_with_local_state(latex, displaystyle=display)
        except LatexError:
            answer = None
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
