"""A quadtree over two parameters: a cell is kept when its label is proved, and split otherwise.

Phases come in one order (later stages of one transition), so a cell carries the lowest and the
highest stage that its proofs leave open; it is decided when both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from binodal.numerics.errors import ParameterError, Undecided

STAGES = ("GFL", "metastable", "GMFL-I", "GMFL-II")
"""GFL: no feature minimum. metastable: a feature minimum above the zero state, which still holds
all of the probability. GMFL-I: feature minima pinned at the depth of the zero state. GMFL-II:
the zero state has lost its weight."""

BOUNDARIES = ("birth", "coexistence", "gmfl2")
"""The event that lies between each stage and the next."""

MAX_DEPTH = 12
Box = Mapping[str, tuple[Fraction, Fraction]]
Stages = tuple[int, int]


@dataclass(frozen=True)
class Axis:
    """A parameter and its range; cells are dyadic parts of it, with exact rational ends.

    Raises ParameterError unless ``low`` < ``high``.

    >>> Axis("sigma2", Fraction(1, 10), Fraction(3, 10)).part(1, 2)
    (Fraction(3, 20), Fraction(1, 5))
    """

    name: str
    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ParameterError(f"{self.name}={self.low}:{self.high}: the range is empty")

    def at(self, index: int, depth: int) -> Fraction:
        """The lattice point ``index`` of 0 ... 2^depth."""
        return self.low + (self.high - self.low) * Fraction(index, 2**depth)

    def part(self, index: int, depth: int) -> tuple[Fraction, Fraction]:
        """The ends of cell ``index`` of 2^depth."""
        return self.at(index, depth), self.at(index + 1, depth)


@dataclass(frozen=True)
class Cell:
    """Cell (column, row) of 4^depth, and the lowest and highest stage that remain possible."""

    depth: int
    column: int
    row: int
    lowest: int
    highest: int

    @property
    def decided(self) -> bool:
        """Whether one stage is proved for the whole closed cell."""
        return self.lowest == self.highest

    def quarters(self) -> Iterator[Cell]:
        """The four parts; what is proved of the whole holds for each."""
        for row in (0, 1):
            for column in (0, 1):
                yield Cell(
                    self.depth + 1,
                    2 * self.column + column,
                    2 * self.row + row,
                    self.lowest,
                    self.highest,
                )


class Classifier(Protocol):
    """Proves bounds on the stage for whole boxes, given bounds that hold already."""

    def __call__(self, boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]: ...


def box_of(cell: Cell, axes: tuple[Axis, Axis], fixed: Mapping[str, Fraction]) -> Box:
    """Ends of every parameter on a cell; equal ends for those that are not on an axis."""
    across, up = axes
    box = {name: (value, value) for name, value in fixed.items()}
    return box | {
        across.name: across.part(cell.column, cell.depth),
        up.name: up.part(cell.row, cell.depth),
    }


def refine(
    classify: Classifier,
    axes: tuple[Axis, Axis],
    fixed: Mapping[str, Fraction],
    depth: int,
    stages: Stages,
    tell: Callable[[int, int], None] = lambda level, cells: None,
) -> tuple[Cell, ...]:
    """Split cells until each is decided or has side 2^-depth; those left open stay undecided.

    ``tell(level, cells)`` is called before each level. Raises ParameterError for a depth out of
    1 ... MAX_DEPTH and for two axes of one name, Undecided if two proofs contradict each other.
    """
    if not 1 <= depth <= MAX_DEPTH:
        raise ParameterError(f"depth={depth}: must be from 1 to {MAX_DEPTH}")
    if axes[0].name == axes[1].name:
        raise ParameterError(f"both axes are {axes[0].name}: choose two parameters")
    done: list[Cell] = []
    level = [Cell(0, 0, 0, *stages)]
    for k in range(depth + 1):
        if not level:
            break
        tell(k, len(level))
        boxes = [box_of(cell, axes, fixed) for cell in level]
        proved = classify(boxes, [(cell.lowest, cell.highest) for cell in level])
        parts = [
            Cell(cell.depth, cell.column, cell.row, *bounds)
            for cell, bounds in zip(level, proved, strict=True)
        ]
        _require_consistent(parts)
        done += [cell for cell in parts if cell.decided or k == depth]
        level = [q for cell in parts if not cell.decided and k < depth for q in cell.quarters()]
    return tuple(done)


def _require_consistent(cells: Sequence[Cell]) -> None:
    for cell in cells:
        if cell.lowest > cell.highest:
            raise Undecided(
                f"cell ({cell.column}, {cell.row}) of depth {cell.depth}: one proof says at least "
                f"{STAGES[cell.lowest]}, another at most {STAGES[cell.highest]}"
            )
