"""The action of a solved or critical state with its saddles, as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.errors import RequestError
from binodal.models.modular.derivations.action import mode_action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.numerics.overlap import action_of_overlap
from binodal.numerics.codegen.load import compiled

Array = NDArray[np.float64]
_POINTS = 401
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


def landscape(document: Mapping[str, Any]) -> Landscape:
    """Of a document of ``solve`` or ``critical``. Raises RequestError where nothing is decided."""
    along, point = document.get("along"), document.get("at")
    params = {name: float(Fraction(value)) for name, value in document["params"].items()}
    if along is not None and document["value"] is not None:
        params[along] = _middle(document["value"])
    state = point if along is not None else document.get("closure")
    if not state:
        reason = document["reason"] or document["status"]
        raise RequestError(f"nothing to plot: {reason}")
    values = {name: _middle(ball) for name, ball in state.items() if ball is not None}
    draw = {"teacher-student": _teacher_student, "modular": _modular}[document["model"]]
    return draw(document, params, values)


def _middle(ball: Mapping[str, str]) -> float:
    return float(ball["mid"] if "mid" in ball else ball["value"])


def _saddles(
    document: Mapping[str, Any],
    key: str,
    values: Mapping[str, float],
    height: Callable[[float], float],
) -> list[tuple[float, float, str]]:
    """Those of a solution; of an event its own point and the zero state."""
    if "saddles" in document:
        return [(_middle(s[key]), _middle(s["action"]), s["kind"]) for s in document["saddles"]]
    found = [(0.0, 0.0, "minimum")]
    if key in values:
        kind = "saddle" if document["event"] == "birth" else "minimum"
        found.append((values[key], height(values[key]), kind))
    return found


def _title(document: Mapping[str, Any], cold: float) -> str:
    what = document.get("event") or document.get("phase")
    return f"{document['theory']}, {what}, $\\sigma^2 = {cold:.5g}$"


def _teacher_student(
    document: Mapping[str, Any], params: Mapping[str, float], values: Mapping[str, float]
) -> Landscape:
    strength = float(coupling().subs({s: params[str(s)] for s in coupling().free_symbols}))
    modes = values["b"], values.get("c", params["epsilon"])

    def action(overlaps: Array) -> Array:
        return action_of_overlap(overlaps, *modes, strength, params["sigma_w2"], document["theory"])

    marks = _saddles(document, "q", values, lambda q: float(action(np.array([q]))[0]))
    if "saddles" not in document:
        marks += [(-place, height, kind) for place, height, kind in marks if place]
    reach = 1.5 * max([0.7, *(abs(place) for place, _, _ in marks)])
    at = np.linspace(-reach, reach, _POINTS)
    label = r"overlap $q = w\cdot w_*$"
    return Landscape(at, action(at), marks, label, "$S/d$", _title(document, params["sigma2"]))


@cache
def _mode(theory: str) -> Callable[..., tuple[Any, ...]]:
    mode = mode_action(theory)
    density = sp.expand(mode.factor * mode.s / P).subs(x_v, x).subs(u, mode.coupling)
    return compiled("mode", {"S": density}, (x, a, N, P, sigma2, sigma_a2, gamma), "numpy")


def _modular(
    document: Mapping[str, Any], params: Mapping[str, float], values: Mapping[str, float]
) -> Landscape:
    names = ("N", "P", "sigma2", "sigma_a2", "gamma")

    def action(moduli: Array) -> Array:
        setting = (values["a"], *(params[name] for name in names))
        return np.asarray(_mode(document["theory"])(moduli, *setting)[0])

    marks = _saddles(document, "x", values, lambda at: float(action(np.array([at]))[0]))
    furthest = max(place for place, _, _ in marks)
    at = np.linspace(0.0, 1.5 * furthest or 1.0, _POINTS)
    label = r"$|w_k|^2 = |v_k|^2 = x$"
    return Landscape(at, action(at), marks, label, "$S_k/P$", _title(document, params["sigma2"]))


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
