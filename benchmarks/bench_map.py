"""Certified phase maps of 256 x 256 lattice cells against solving every point of the lattice."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benchmarks.timing import Row, seconds
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.phase_cell import CELLS
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
from binodal.numerics.phases.phase_map import PhaseMap, phase_map
from binodal.numerics.phases.quadtree import Axis

_SAMPLE = 40
_SIDE = 256


def _lattice() -> float:
    """Seconds for certified solutions at all 256 x 256 points, from a random sample of them."""
    chosen = np.random.default_rng(3)
    places = [tuple(map(int, chosen.integers(0, _SIDE, 2))) for _ in range(_SAMPLE)]

    def solve_some() -> None:
        for column, row in places:
            solve_thermodynamic(
                preset("fig2").replace(
                    sigma2=Fraction(1, 20) + Fraction(7, 20) * Fraction(column, _SIDE),
                    N=Fraction(100) + 2900 * Fraction(row, _SIDE),
                ),
                "derived",
                96,
            )

    return seconds(solve_some, 1) * _SIDE**2 / _SAMPLE


def _row(depth: int, up: Axis, naive: float) -> Row:
    axes = (Axis("sigma2", Fraction(1, 20), Fraction(2, 5)), up)
    made: list[PhaseMap] = []
    ours = seconds(lambda: made.append(phase_map(CELLS, preset("fig2"), axes, depth=depth)), 1)
    share = 100 * float(made[-1].fractions()["undecided"])
    name = f"map, teacher-student, sigma2 and {up.name}, depth {depth}"
    return Row(name, ours, naive, f"undecided {share:.2f} % of the area")


def run() -> list[Row]:
    """``naive`` proves the phase at lattice points only; the map proves it for whole cells."""
    naive = _lattice()
    ups = (Axis("N", Fraction(100), Fraction(3000)), Axis("d", Fraction(50), Fraction(400)))
    return [_row(depth, up, naive) for depth in (8, 10) for up in ups]
