"""Modular addition at first order in 1/N: mean field and its exact first correction, by quadrature.

No sampling: the curvature's blocks are polynomials in the moments of one mode, and both
derivatives (by the residual's amplitude, by a source) are differences of log determinants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from derive.finite_width import (
    AMPLITUDE,
    LEVEL,
    LEVEL_SLOPE,
    MEAN_SLOPE,
    POPULATION,
    SLOPE,
    SOURCE_SLOPE,
)
from derive.modular.field_blocks import Block, MomentKey, Polynomial, blocks
from derive.modular.finite_width import finite_width_of_modes
from derive.modular.kernel import MEANS
from derive.modular.saddles import action_density
from derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x, x_v
from numerics.codegen.load import compiled
from numerics.errors import Undecided
from validate.theory.first_order import FirstOrder, rows
from validate.theory.mode_law import panels, solve_modes
from validate.theory.prediction import Prediction

Array = NDArray[np.float64]
SOURCES: Mapping[str, sp.Expr] = {"x2": x * x_v, "x": (x + x_v) / 2, "x4": (x**2 + x_v**2) / 2}
"""Observables of one mode that are averaged over neurons and modes."""
_POWERS, _ZERO_POINTS, _ZERO_WIDTHS, _ORDER = 5, 2001, 12.0, 10
_STEP = 4e-3
OBSERVABLES = ("a", "lambda", "x2", "x", "x4")
LARGEST = 113
_KINDS = ("target", "pair", "axis", "constant")


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    results = finite_width_of_modes().results
    size, width = (AMPLITUDE, N, P, sigma2, sigma_a2), (LEVEL, LEVEL_SLOPE, SLOPE)
    moved = (AMPLITUDE, N, P, sigma2, *width, MEAN_SLOPE, SOURCE_SLOPE, POPULATION)
    named = {kind: results[kind] for kind in _KINDS}
    return {
        "density": compiled("density", {"s": action_density()}, (x, x_v, u, gamma), "numpy"),
        "sources": compiled("sources", SOURCES, (x, x_v), "numpy"),
        "coupling": compiled("coupling", {"u": results["coupling"]}, size, "numpy"),
        "scale": compiled("scale", {"c": results["curvature_scale"]}, size, "numpy"),
        "kinds": compiled("kinds", named, (*MEANS, P, sigma_a2), "numpy"),
        "amplitude": compiled(
            "amplitude", {"a1": results["amplitude_shift"]}, (AMPLITUDE, P, sigma2, *width), "numpy"
        ),
        "mean": compiled("mean", {"g1": results["mean_shift"]}, moved, "numpy"),
    }


@dataclass(frozen=True)
class Moments:
    """``pair``[a, b] = <x^a x_v^b> of a mode, ``zero``[i] = <u_0^{2i}> of the real one."""

    pair: Array
    zero: Array


_Entry = tuple[int, int, Array, Array]


@dataclass(frozen=True)
class _Compiled:
    """Polynomials as sparse rows (places, coefficients) over the distinct moments of all blocks."""

    keys: tuple[MomentKey, ...]
    entries: tuple[tuple[Block, list[_Entry], list[tuple[Array, Array]]], ...]


@cache
def _compiled(order: int) -> _Compiled:
    index: dict[MomentKey, int] = {}

    def row(polynomial: Polynomial) -> tuple[Array, Array]:
        places = [index.setdefault(key, len(index)) for key in polynomial]
        return np.array(places, dtype=np.int64), np.array(list(polynomial.values()), dtype=float)

    entries = tuple(
        (
            block,
            [(i, j, *row(p)) for (i, j), p in block.second.items()],
            [row(p) for p in block.first],
        )
        for block in blocks(order)
    )
    return _Compiled(tuple(index), entries)


class Curvature:
    """log det of the saddle's curvature, and moments, at an amplitude A and a mode's source."""

    def __init__(self, parameters: Mapping[str, float], order: int = _ORDER) -> None:
        self.at = {name: float(value) for name, value in parameters.items()}
        self.order, self._gauss = int(self.at["P"]), order
        self._polynomials = _compiled(self.order)

    def _size(self, amplitude: float) -> tuple[float, ...]:
        return (amplitude, *(self.at[name] for name in ("N", "P", "sigma2", "sigma_a2")))

    def moments(self, amplitude: float, source: str = "x2", strength: float = 0.0) -> Moments:
        """Moments of a mode's law, its weight times exp(strength * source)."""
        table, density = _functions(), _functions()["density"]
        (at_u,) = table["coupling"](*self._size(amplitude))
        copies, decay = 2 * self.at["P"], self.at["gamma"]
        points, weights = panels(copies, at_u, decay, self._gauss)
        action = copies * density(points[:, None], points, at_u, decay)[0]
        tilt = dict(zip(SOURCES, table["sources"](points[:, None], points), strict=True))
        action = action - strength * tilt[source]
        raw = weights[:, None] * weights * np.exp(action.min() - action)
        powers = np.vander(points, _POWERS, increasing=True)
        root = np.linspace(0, _ZERO_WIDTHS, _ZERO_POINTS) / self.at["P"] ** 0.5
        alone = np.exp(-self.at["P"] * density(root**2, 0.0, 0.0, decay)[0])
        alone[0] /= 2
        zero = np.vander(root**2, _POWERS, increasing=True).T @ (alone / alone.sum())
        return Moments(powers.T @ (raw / raw.sum()) @ powers, zero)

    def response(self, amplitude: float, m: Moments) -> float:
        """How much of the law's exponent an amplitude moves, relative: steps must stay below it."""
        (at_u,) = _functions()["coupling"](*self._size(amplitude))
        return float(2 * self.at["P"] * at_u * _reach("x2", m))

    def levels(self, m: Moments) -> dict[str, float]:
        """Eigenvalues of the kernel by kind of character."""
        means = m.pair[1, 0], m.pair[2, 0], m.pair[1, 1], m.zero[1], m.zero[2]
        found = _functions()["kinds"](*means, self.at["P"], self.at["sigma_a2"])
        return dict(zip(_KINDS, map(float, found), strict=True))

    def log_det(self, amplitude: float, m: Moments) -> float:
        """h = log det of the curvature over all labels and pairs."""
        noise, size = self.at["sigma2"], self.order
        level = {kind: noise + value for kind, value in self.levels(m).items()}
        counts = multiplicities(size)
        total = sum(counts[kind] * np.log(level[kind]) for kind in _KINDS)
        (scale,) = _functions()["scale"](*self._size(amplitude))
        values = np.array([_value(key, m) for key in self._polynomials.keys])
        for block, second, first in self._polynomials.entries:
            matrix = np.zeros((len(block.kinds), len(block.kinds)))
            for i, j, places, coefficients in second:
                matrix[i, j] = matrix[j, i] = coefficients @ values[places]
            mean = np.array([c @ values[p] if len(p) else 0.0 for p, c in first])
            matrix = scale * (matrix - np.outer(mean, mean))
            matrix += np.diag([level[kind] for kind in block.kinds])
            total += block.multiplicity * np.linalg.slogdet(matrix)[1]
        return float(total)


def multiplicities(order: int) -> dict[str, int]:
    """How many characters (K, K') of Z_P x Z_P are of each kind, for odd P.

    >>> sum(multiplicities(7).values())
    49
    """
    others = order - 1
    return {"target": 2 * others, "pair": others * (order - 3), "axis": 2 * others, "constant": 1}


def _value(key: MomentKey, m: Moments) -> float:
    value = m.zero[key[0]] * m.zero[key[1]]
    for one, other in key[2]:
        value *= m.pair[one, other]
    return float(value)


def first_order(
    parameters: Mapping[str, float], order: int = _ORDER, step: float = _STEP
) -> FirstOrder:
    """a, lambda, x2, x and x4 at odd P. Raises :class:`numerics.errors.Undecided` as mean field.

    ``order`` is that of the Gauss rule, ``step`` the relative one of the differences.
    """
    of = Curvature(parameters, order)
    start = solve_modes(parameters).a
    here = of.moments(start)
    share = step / (1 + of.response(start, here))
    above, below = (start * (1 + sign * share) for sign in (1, -1))
    up, down = of.moments(above), of.moments(below)
    width = above - below
    level = of.levels(here)
    slope = (of.levels(up)["target"] - of.levels(down)["target"]) / width
    curve = (of.log_det(above, up) - of.log_det(below, down)) / width
    size, noise = of.at["P"], of.at["sigma2"]
    (moved,) = _functions()["amplitude"](start, size, noise, level["target"], slope, curve)
    begin, shift = {"a": start}, {"a": float(moved)}
    for name in SOURCES:
        begin[name] = _mean(name, here)
        rise = (_mean(name, up) - _mean(name, down)) / width
        pull = step / _reach(name, here)
        high, low = (of.log_det(start, of.moments(start, name, s * pull)) for s in (1, -1))
        response = (start, of.at["N"], size, noise, level["target"], slope, curve, rise)
        # A source acts on every independent mode, (P - 1)/2 copies of the observable a neuron.
        (change,) = _functions()["mean"](*response, (high - low) / (2 * pull), (size - 1) / 2)
        shift[name] = float(change)
    factor = level["target"] / begin["x2"]
    begin["lambda"], shift["lambda"] = level["target"], factor * shift["x2"]
    counts = multiplicities(of.order)
    freedom = sum(counts[kind] * value / (noise + value) for kind, value in level.items())
    return FirstOrder(begin, shift, freedom)


def _mean(name: str, m: Moments) -> float:
    pair = {"x2": m.pair[1, 1], "x": m.pair[1, 0], "x4": m.pair[2, 0]}
    return float(pair[name])


def _reach(name: str, m: Moments) -> float:
    """<g^2>/<g>: where the weight of g lies, on droplets if there are any."""
    square = {
        "x2": m.pair[2, 2],
        "x": (m.pair[2, 0] + m.pair[1, 1]) / 2,
        "x4": (m.pair[4, 0] + m.pair[2, 2]) / 2,
    }
    return float(square[name]) / _mean(name, m)


def predictions(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """a, lambda, x2, x and x4 at first order in 1/N, with the error of quadrature and differences.

    A row says why there is none: even or large P, or a correction that is not small.
    """
    return rows(partial(_fine_and_coarse, parameters), OBSERVABLES, 1)


def _fine_and_coarse(parameters: Mapping[str, float]) -> tuple[FirstOrder, FirstOrder]:
    _require_offered(int(parameters["P"]))
    fine, coarse = first_order(parameters), first_order(parameters, _ORDER - 2, 2 * _STEP)
    # a lies between 0 and 1, so that a first order beyond them is no first order.
    if not abs(fine.shift["a"]) < min(fine.start["a"], 1 - fine.start["a"]):
        raise Undecided(
            f"1/N is not small: {fine.freedom:.3g} degrees of freedom, N = {int(parameters['N'])}"
        )
    return fine, coarse


def _require_offered(order: int) -> None:
    if order % 2 == 0:
        raise Undecided(f"P = {order}: the first order in 1/N is offered for odd P")
    if order > LARGEST:
        raise Undecided(f"P = {order}: the first order in 1/N is offered up to P = {LARGEST}")
