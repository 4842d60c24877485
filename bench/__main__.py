"""``make bench``: every measurement, one after the other; exits 1 where a figure is missed by more than a fifth.

``python -m bench rendering searching`` runs those that are named.
"""

import sys

from bench import counting, planning, rendering, searching, season, serving, weighing

SUBJECTS = {
    "rendering": rendering.main,
    "searching": searching.main,
    "serving": serving.main,
    "weighing": weighing.main,
    "counting": counting.main,
    "season": season.main,
    "planning": planning.main,
}


def main(names: list[str]) -> int:
    """Run all of them, or those that are named; 1 where one of them missed what it should be."""
    missed = [SUBJECTS[name]() for name in names or SUBJECTS]
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
