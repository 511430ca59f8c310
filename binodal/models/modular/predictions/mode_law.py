"""Moments of one Fourier mode's (x, x_v) by two-dimensional quadrature, and closures from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy import optimize

from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor
from binodal.models.modular.derivations.saddles import action_density
from binodal.models.modular.forms.action import TAU, coupling_of_tau
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
_ZERO_POINTS, _ZERO_WIDTHS = 2001, 12.0
_NODES, _LINEAR_PANELS, _WIDTHS_PER_PANEL, _MOST_PANELS = 8, 24, 4.0, 400
_RELEVANT = 120.0  # of the diagonal: at fixed x the law of x_v may lie half as deep
_ZOOMS = 40
_TOLERANCE = 1e-14
_STRIDE, _STRIDES = 4.0, 40
_SCAN = np.geomspace(1e-3, 1e12, 4000)


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    return {
        "density": compiled("density", {"s": action_density()}, (x, x_v, u, gamma), "numpy"),
        "bend": compiled(
            "bend", {"s": sp.diff(action_density(), x, 2)}, (x, x_v, u, gamma), "numpy"
        ),
        "copies": compiled("copies", {"f": mode_action().factor}, (P,), "numpy"),
        "coupling": compiled(
            "coupling", {"u": coupling_of_tau()}, (TAU, N, P, sigma2, sigma_a2), "numpy"
        ),
    }


@cache
def _scale(theory: str) -> Callable[..., tuple[Any, ...]]:
    return compiled("scale", {"scale": kernel_factor(theory)}, (sigma_a2, P), "numpy")


def kernel_scale(parameters: Mapping[str, float], theory: str = "derived") -> float:
    """lambda/<x x_v> of a theory: 4 P^2 sigma_a^2 as derived."""
    (scale,) = _scale(theory)(float(parameters["sigma_a2"]), float(parameters["P"]))
    return float(scale)


@dataclass(frozen=True)
class Moments:
    """<x>, <x^2> and <x x_v> of a complex mode."""

    x: float
    x4: float
    x2: float


def _depth(strength: float, at_u: float, at_gamma: float) -> Callable[[Array], Array]:
    """-log of the weight on the diagonal x = x_v."""
    density = _functions()["density"]

    def depth(places: Array) -> Array:
        return np.asarray(strength * density(places, places, at_u, at_gamma)[0])

    return depth


def _zoomed(depth: Callable[[Array], Array], low: float, high: float) -> tuple[float, float, float]:
    """The part of a segment that lies within reach of its lowest point, and the depth there."""
    for _ in range(_ZOOMS):
        places = np.linspace(low, high, 1001)
        heights = depth(places)
        near = np.flatnonzero(heights <= heights.min() + _RELEVANT)
        ends = places[max(near[0] - 1, 0)], places[min(near[-1] + 1, places.size - 1)]
        if ends[1] - ends[0] > 0.1 * (high - low):
            break
        low, high = map(float, ends)
    return float(ends[0]), float(ends[1]), float(heights.min())


def _wells(depth: Callable[[Array], Array], scan: Array) -> list[tuple[float, float]]:
    """Segments around the minima of the diagonal that matter, however narrow they are.

    Raises :class:`binodal.numerics.errors.Undecided` where the weight is not negligible at the
    scan's end.
    """
    heights = depth(scan)
    if not np.isfinite(heights).all():
        raise Undecided("the law of a mode is not finite within reach")
    padded = np.concatenate([[np.inf], heights, [np.inf]])
    lowest = np.flatnonzero((heights <= padded[:-2]) & (heights <= padded[2:]))
    wells = []
    for k in lowest:
        reach = np.flatnonzero(heights > heights[k] + _RELEVANT)
        left, right = reach[reach < k], reach[reach > k]
        if not right.size:
            raise Undecided("the law of a mode has no end within reach")
        low = float(scan[left[-1]]) if left.size else 0.0
        wells.append(_zoomed(depth, low, float(scan[right[0]])))
    deepest = min(lies for *_, lies in wells)
    return _merged([(low, high) for low, high, lies in wells if lies <= deepest + _RELEVANT])


def _merged(segments: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Segments in increasing order, those that overlap joined."""
    joined: list[tuple[float, float]] = []
    for low, high in sorted(segments):
        if joined and low <= joined[-1][1]:
            low, high = joined[-1][0], max(high, joined.pop()[1])
        joined.append((low, high))
    return joined


def panels(strength: float, at_u: float, at_gamma: float, order: int) -> tuple[Array, Array]:
    """Gauss panels from the zero state's width 1/strength to where the weight is negligible.

    They double from zero on; around a minimum of the diagonal none is longer than a few widths of
    the law of x at fixed x_v there. Raises :class:`binodal.numerics.errors.Undecided` where that
    takes too many.
    """
    wells = _wells(_depth(strength, at_u, at_gamma), _SCAN / strength)
    end = max(high for _, high in wells)
    doubling = 2.0 ** np.arange(-3, 70) / strength
    parts = [np.zeros(1), doubling[doubling < end], np.linspace(0, end, _LINEAR_PANELS + 1)]
    for low, high in wells:
        places = np.linspace(low, high, 101)
        bends = np.broadcast_to(
            _functions()["bend"](places, places, at_u, at_gamma)[0], places.shape
        )
        sharpest = strength * float(bends.max())
        widths = (high - low) * np.sqrt(max(sharpest, 0.0))
        count = int(np.ceil(widths / _WIDTHS_PER_PANEL)) + 1
        if count > _MOST_PANELS:
            raise Undecided(f"the law of a mode needs {count} panels, more than {_MOST_PANELS}")
        parts.append(np.linspace(low, high, count + 1))
    edges = np.unique(np.concatenate(parts))
    points, weights = float_rule(order)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (points + 1)).ravel(), (half * weights).ravel()


@dataclass(frozen=True)
class PairLaw:
    """The law of (x, x_v) of a complex mode on Gauss panels: ``mass`` at pairs of ``points``."""

    points: Array
    mass: Array

    @property
    def marginal(self) -> Array:
        """The law of x alone, which is that of x_v."""
        return np.asarray(self.mass.sum(axis=1))

    def moments(self) -> Moments:
        """Its averages."""
        row, points = self.marginal, self.points
        return Moments(
            float(row @ points), float(row @ points**2), float(points @ self.mass @ points)
        )


def pair_law(
    at_u: float,
    order: float,
    at_gamma: float,
    copies: float = 1.0,
    nodes: int = _NODES,
    source: Callable[[Array, Array], Array] | None = None,
) -> PairLaw:
    """The weight exp(source - copies * S) dx dx_v, S the derived action of a complex mode.

    ``copies`` = 1/2 is the action P s that is printed for each k by itself.
    """
    (strength,) = _functions()["copies"](order)
    strength *= copies
    points, weights = panels(strength, at_u, at_gamma, nodes)
    action = strength * _functions()["density"](points[:, None], points, at_u, at_gamma)[0]
    if source is not None:
        action = action - source(points[:, None], points)
    raw = weights[:, None] * weights * np.exp(action.min() - action)
    return PairLaw(points, raw / raw.sum())


def zero_law(order: float, at_gamma: float) -> tuple[Array, Array]:
    """The real zero mode: the masses of |u_0| on an even grid from zero on."""
    root = np.linspace(0, _ZERO_WIDTHS, _ZERO_POINTS) / order**0.5
    mass = np.exp(-order * _functions()["density"](root**2, 0.0, 0.0, at_gamma)[0])
    mass[0] /= 2
    return root, mass / mass.sum()


@dataclass(frozen=True)
class ModeClosure:
    """lambda = factor <x x_v> at the u that it fixes, and a = sigma^2/(sigma^2 + lambda)."""

    a: float
    level: float
    law: PairLaw

    @property
    def moments(self) -> Moments:
        """Averages of the law."""
        return self.law.moments()


def _bracket(balance: Callable[[float], float], least: float) -> tuple[float, float]:
    """Levels between which the balance changes sign, within a factor of each other.

    It is entered from above, where the coupling is weak and the law of a mode is smooth. Raises
    :class:`binodal.numerics.errors.Undecided` where there is none.
    """
    high = least * _STRIDE**_STRIDES
    while high > least and balance(high) > 0:
        low = max(high / _STRIDE, least)
        if not balance(low) > 0:
            return low, high
        high = low
    raise Undecided(f"lambda is not bracketed above {least}")


def coupling(point: Mapping[str, float], level: float) -> float:
    """u at parameters and a lambda."""
    values = (point["sigma2"] + level, point["N"], point["P"], point["sigma2"], point["sigma_a2"])
    return float(_functions()["coupling"](*values)[0])


def solve_modes(
    parameters: Mapping[str, float],
    copies: float = 1.0,
    factor: float = 1.0,
    interaction: float = 1.0,
    *,
    nodes: int = _NODES,
) -> ModeClosure:
    """The only solution: lambda rises with u and u falls with lambda, so signs bracket it.

    ``factor`` multiplies the derived 4 P^2 sigma_a^2 and ``interaction`` the coupling u; all ones
    is the derived theory. Raises :class:`binodal.numerics.errors.Undecided` without a bracket.
    """
    values = tuple(sorted((name, float(value)) for name, value in parameters.items()))
    return _solved(values, copies, factor, interaction, nodes)


@lru_cache(maxsize=64)
def _solved(
    values: tuple[tuple[str, float], ...],
    copies: float,
    factor: float,
    interaction: float,
    nodes: int,
) -> ModeClosure:
    point = dict(values)
    scale = kernel_scale(point)

    def law(level: float) -> PairLaw:
        at_u = interaction * coupling(point, level)
        return pair_law(at_u, point["P"], point["gamma"], copies, nodes)

    def balance(level: float) -> float:
        return level - factor * scale * law(level).moments().x2

    # Without interaction lambda is least; no stride from a third of it meets it.
    free = pair_law(0.0, point["P"], point["gamma"], copies, nodes).moments()
    least = factor * scale * free.x2 / 3
    ends = tuple(np.log(end) for end in _bracket(balance, least))
    logarithm = optimize.brentq(
        lambda t: balance(np.exp(t)), *ends, xtol=_TOLERANCE, rtol=_TOLERANCE
    )
    level = float(np.exp(logarithm))
    return ModeClosure(point["sigma2"] / (point["sigma2"] + level), level, law(level))
