"""Figure of the modular-addition networks trained here: a against temperature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, HATCH, figure, measured

Array = NDArray[np.float64]
_LIMITS = {"finite": finite_grid, "thermodynamic": thermodynamic_grid}


@dataclass(frozen=True)
class ResidualLine:
    """a against sigma^2 of one theory in one limit; NaN is undecided."""

    label: str
    sigma2: Array
    a: Array


def residual_lines(
    setting: Mapping[str, float], window: tuple[float, float], points: int
) -> list[ResidualLine]:
    """Both theories, at the given P and as P -> infinity."""
    cold = np.linspace(*window, points)
    lines = []
    for theory in THEORIES:
        for limit, grid in _LIMITS.items():
            found = grid({**setting, "sigma2": cold}, theory)
            a = np.where(found["phase"] < 3, found["a"], np.nan)
            name = f"$P = {setting['P']:.0f}$" if limit == "finite" else r"$P \to \infty$"
            lines.append(ResidualLine(f"{theory}, {name}", cold, a))
    return lines


def networks_figure(lines: list[ResidualLine], networks: Points, path: Path) -> None:
    """Lines of the theories, marks of the networks."""
    with figure(path, 1, 1, (6.4, 3.8)) as (drawing, panel):
        for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
            panel.plot(line.sigma2, line.a, color=colour, linestyle=dash, label=line.label)
            step = (line.sigma2[1] - line.sigma2[0]) / 2
            for at in line.sigma2[np.isnan(line.a)]:
                panel.axvspan(at - step, at + step, **HATCH)
        measured(panel, networks, 4, "networks")
        panel.set(xlabel=r"temperature $\sigma^2$", ylabel="residual $a$")
        drawing.legend(loc="outside right upper", handlelength=3.2)
