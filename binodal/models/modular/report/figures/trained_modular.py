"""The residual of the modular-addition networks that the report trained, against temperature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.models.report import TRAINED
from binodal.page.blocks import Figure
from binodal.page.measured import Points, as_float, experiments, points
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, HATCH, figure, measured

Array = NDArray[np.float64]
UNDER = TRAINED
_LIMITS = {"finite": finite_grid, "thermodynamic": thermodynamic_grid}


@dataclass(frozen=True)
class ResidualLine:
    """a against sigma^2 of one theory in one limit; NaN is undecided."""

    label: str
    sigma2: Array
    a: Array


def write(request: Request) -> Section:
    """The figure, if such networks were trained."""
    trained = experiments(request.earlier, "networks")
    own = [experiment for experiment in trained if "P" in experiment["settings"]]
    setting = _floats(own[0]["settings"]) if own else {}
    marks = points({"networks": {"experiments": own}}, "a", "sigma2", setting)
    if not marks:
        return Section([])
    window = (0.6 * float(marks.x.min()), 1.3 * float(marks.x.max()))
    lines = residual_lines(setting, window, 61 if request.quick else 161)
    return Section(
        [
            Figure(
                "trained-modular",
                partial(networks_figure, lines, marks),
                "Residual a of the modular-addition networks trained here "
                f"(P = {setting['P']:.0f}, N = {setting['N']:.0f}) against temperature, with both "
                "theories at this P and in the limit. At the setting of Fig. 3 itself no network "
                "was run: its ring would hold less than one neuron.",
                "Residual against temperature: curves of both theories at this P and in the limit, "
                "and marks with error bars for the networks.",
            )
        ]
    )


def _floats(settings: Mapping[str, Any]) -> dict[str, float]:
    floats = {name: as_float(value) for name, value in settings.items()}
    return {name: value for name, value in floats.items() if value is not None}


def residual_lines(
    setting: Mapping[str, float], window: tuple[float, float], points: int
) -> list[ResidualLine]:
    """Both theories, at the given P and as P -> infinity."""
    sigma2 = np.linspace(*window, points)
    lines = []
    for theory in THEORIES:
        for limit, grid in _LIMITS.items():
            columns = grid({**setting, "sigma2": sigma2}, theory)
            a = np.where(columns["phase"] < 3, columns["a"], np.nan)
            name = f"$P = {setting['P']:.0f}$" if limit == "finite" else r"$P \to \infty$"
            lines.append(ResidualLine(f"{theory}, {name}", sigma2, a))
    return lines


def networks_figure(lines: list[ResidualLine], networks: Points, path: Path) -> None:
    """Lines of the theories, marks of the networks."""
    with figure(path, 1, 1, (6.4, 3.8)) as (drawing, panel):
        for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
            panel.plot(line.sigma2, line.a, color=colour, linestyle=dash, label=line.label)
            step = (line.sigma2[1] - line.sigma2[0]) / 2
            for place in line.sigma2[np.isnan(line.a)]:
                panel.axvspan(place - step, place + step, **HATCH)
        measured(panel, networks, 4, "networks")
        panel.set(xlabel=r"temperature $\sigma^2$", ylabel="residual $a$")
        drawing.legend(loc="outside right upper", handlelength=3.2)
