"""Figures that are measured, what they should be, and whether one is missed by too much."""

from dataclasses import dataclass

TOLERANCE = 0.2
"""A figure may miss its target by a fifth, since no two machines are alike."""


@dataclass(frozen=True)
class Figure:
    """One measured value; ``at_most`` or ``at_least`` is its target, and without both it is only told."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_missed(self) -> bool:
        """Whether it is worse than its target by more than TOLERANCE."""
        if self.at_most is not None and self.value > self.at_most * (1 + TOLERANCE):
            return True
        return self.at_least is not None and self.value < self.at_least * (1 - TOLERANCE)

    def __str__(self) -> str:
        target = f"at most {self.at_most:g}" if self.at_most is not None else ""
        target = f"at least {self.at_least:g}" if self.at_least is not None else target
        said = "MISSED" if self.is_missed else "over, within a fifth" if self.is_over else ""
        return f"{self.name:58} {self.value:9.2f} {self.unit:4} {target:14} {said}".rstrip()

    @property
    def is_over(self) -> bool:
        """Whether it is worse than its target at all."""
        over = self.at_most is not None and self.value > self.at_most
        return over or (self.at_least is not None and self.value < self.at_least)


def tell(title: str, figures: list[Figure]) -> int:
    """Print them; says how many are missed."""
    print(f"\n{title}")
    for figure in figures:
        print(f"  {figure}")
    return sum(figure.is_missed for figure in figures)
