"""Phase maps as JSON objects, and the ranges that a request names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from binodal.config import grid_option, parse_range
from binodal.errors import RequestError, said
from binodal.numerics.phases.quadtree import Axis

if TYPE_CHECKING:
    from binodal.numerics.phases.phase_map import PhaseMap


def parse_axis(text: str, model: str) -> Axis:
    """NAME=START:STOP with exact ends. Raises RequestError with what is wrong.

    >>> parse_axis("sigma2=0.1:0.3", "teacher-student")
    Axis(name='sigma2', low=Fraction(1, 10), high=Fraction(3, 10))
    """
    name, low, high, _ = parse_range(text, model)
    if low == high:
        raise RequestError(f"{grid_option()} {text}: START must be less than STOP")
    return Axis(name, low, high)


def parse_ranges(texts: Sequence[str], model: str, already: Sequence[str]) -> tuple[Axis, Axis]:
    """Two ranges of different parameters that are not set otherwise."""
    axes, option = [parse_axis(text, model) for text in texts], grid_option()
    if len(axes) != 2:
        raise RequestError(f"{len(axes)} {option} given: a map has two, each NAME=START:STOP")
    if axes[0].name == axes[1].name:
        raise RequestError(f"{option} {axes[0].name} is given twice: choose two parameters")
    for axis in axes:
        if axis.name in already:
            raise RequestError(
                f"{axis.name} is set by {said('-s', 'name')} and by {option}: choose one"
            )
    return axes[0], axes[1]


def map_data(phases: PhaseMap) -> dict[str, Any]:
    """The map's cells, areas and enclosures of the boundaries, ready for JSON.

    A cell is [depth, column, row, lowest stage, highest stage]; equal stages are a proof.
    """
    from binodal.numerics.phases.quadtree import STAGES

    return {
        "axes": [{"name": a.name, "low": str(a.low), "high": str(a.high)} for a in phases.axes],
        "depth": phases.depth,
        "stages": list(STAGES),
        "boundaries": list(phases.boundaries),
        "fractions": {name: float(share) for name, share in phases.fractions().items()},
        "cells": [[c.depth, c.column, c.row, c.lowest, c.highest] for c in phases.cells],
        "enclosures": {name: boxes.tolist() for name, boxes in phases.enclosures().items()},
    }


def map_text(phases: PhaseMap) -> str:
    """The map for a terminal: a coarse picture and the areas."""
    from binodal.numerics.phases.quadtree import STAGES

    signs = {**dict(enumerate(".mFC")), -1: "?"}
    across, up = phases.axes
    rows = phases.raster(64, 24)[::-1]
    lines = [f"{phases.model}, {phases.theory}, thermodynamic limit; {len(phases.cells)} cells"]
    lines.append(f"{up.name} from {up.low} (bottom) to {up.high} (top)")
    lines += ["  " + "".join(signs[int(stage)] for stage in row) for row in rows]
    lines.append(f"{across.name} from {across.low} (left) to {across.high} (right)")
    for name, share in phases.fractions().items():
        sign = signs[STAGES.index(name) if name in STAGES else -1]
        lines.append(f"  {sign}  {name:<11} {100 * float(share):8.4f} % of the area")
    return "\n".join(lines)
