"""The action of a solved or critical state with its saddles, as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POINTS = 401
_FILLED = {"minimum": True, "maximum": False, "saddle": False}


@dataclass(frozen=True)
class Landscape:
    """S/d against q, or S/P against x, and its saddles as (place, action, kind)."""

    at: Array
    action: Array
    saddles: Sequence[tuple[float, float, str]]
    xlabel: str
    ylabel: str
    title: str


def middle(ball: Mapping[str, str]) -> float:
    """The number without its error."""
    return float(ball["mid"] if "mid" in ball else ball["value"])


def saddle_marks(
    document: Mapping[str, Any],
    key: str,
    state: Mapping[str, float],
    action: Callable[[Array], Array],
) -> list[tuple[float, float, str]]:
    """(place, action, kind) of a solution's saddles; of an event its own point and the zero state.

    ``key`` is the order parameter, ``action`` the landscape as a function of it.
    """
    if "saddles" in document:
        return [(middle(s[key]), middle(s["action"]), s["kind"]) for s in document["saddles"]]
    marks = [(0.0, 0.0, "minimum")]
    if key in state:
        kind = "saddle" if document["event"] == "birth" else "minimum"
        marks.append((state[key], float(action(np.array([state[key]]))[0]), kind))
    return marks


def title(document: Mapping[str, Any], params: Mapping[str, float]) -> str:
    """Theory, event or phase, and temperature."""
    what = document.get("event") or document.get("phase")
    return f"{document['theory']}, {what}, $\\sigma^2 = {params['sigma2']:.5g}$"


def draw_landscape(of: Landscape, axes: Any = None) -> Any:
    """The axes with the action as a line; minima are filled marks, other saddles open ones."""
    if axes is None:
        from matplotlib import pyplot

        _, axes = pyplot.subplots()
    axes.axhline(0.0, color="0.75", linewidth=0.7, zorder=0)
    axes.plot(of.at, of.action, color="black")
    for place, height, kind in of.saddles:
        fill = "black" if _FILLED.get(kind) else "white"
        axes.plot([place], [height], "o", color="black", markerfacecolor=fill, zorder=3)
    outermost = max(abs(place) for place, _, _ in of.saddles) or float(of.at[-1])
    inside = of.action[np.abs(of.at) <= outermost]
    low, high = float(inside.min()), float(inside.max())
    axes.set_ylim(low - 0.15 * (high - low), high + 0.6 * (high - low))
    axes.set(xlabel=of.xlabel, ylabel=of.ylabel, title=of.title)
    return axes
