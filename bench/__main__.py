"""``make bench``: every measurement, one after the other; exits 1 where one misses its target."""

import sys

from bench import counting, planning, season


def main() -> int:
    """Run all of them; counting and season only print, planning says whether it kept its limits."""
    counting.main()
    season.main()
    return planning.main()


if __name__ == "__main__":
    sys.exit(main())
