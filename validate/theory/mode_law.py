"""Moments of one Fourier mode's (x, x_v) by two-dimensional quadrature, and closures from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from derive.modular.action import mode_action
from derive.modular.closure import kernel_factor
from derive.modular.saddles import action_density
from derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x, x_v
from numerics.codegen.load import compiled
from numerics.errors import Undecided
from numerics.modular.functions import TAU, coupling_of_tau

Array = NDArray[np.float64]
_NODES, _LINEAR_PANELS, _DOUBLINGS = 8, 24, 16
_NEGLIGIBLE = 45.0


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    return {
        "density": compiled("density", {"s": action_density()}, (x, x_v, u, gamma), "numpy"),
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


def panels(strength: float, at_u: float, at_gamma: float, order: int) -> tuple[Array, Array]:
    """Gauss panels from the zero state's width 1/strength to where the weight is negligible."""
    scan = np.geomspace(1e-3, 1e9, 2000) / strength
    depth = strength * _functions()["density"](scan, scan, at_u, at_gamma)[0]
    end = float(scan[np.flatnonzero(depth <= depth.min() + _NEGLIGIBLE)[-1] + 1])
    fine = 2.0 ** np.arange(-3, _DOUBLINGS) / strength
    edges = np.unique(
        np.concatenate([[0.0], fine[fine < end], np.linspace(0, end, _LINEAR_PANELS + 1)[1:]])
    )
    points, weights = np.polynomial.legendre.leggauss(order)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (points + 1)).ravel(), (half * weights).ravel()


def mode_moments(
    at_u: float, order: float, at_gamma: float, copies: float = 1.0, nodes: int = _NODES
) -> Moments:
    """Averages with the weight exp(-copies * S) dx dx_v, S the derived action of a complex mode.

    ``copies`` = 1/2 is the action P s that is printed for each k by itself.
    """
    (strength,) = _functions()["copies"](order)
    strength *= copies
    points, weights = panels(strength, at_u, at_gamma, nodes)
    action = strength * _functions()["density"](points[:, None], points, at_u, at_gamma)[0]
    raw = weights[:, None] * weights * np.exp(-(action - action.min()))
    raw /= raw.sum()
    row = raw.sum(axis=1)
    return Moments(float(row @ points), float(row @ points**2), float(points @ raw @ points))


@dataclass(frozen=True)
class ModeClosure:
    """lambda = factor <x x_v> at the u that it fixes, and a = sigma^2/(sigma^2 + lambda)."""

    a: float
    level: float
    moments: Moments


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
    is the derived theory. Raises :class:`numerics.errors.Undecided` without a bracket.
    """
    at = {name: float(value) for name, value in parameters.items()}
    scale = kernel_scale(at)

    def moments(level: float) -> Moments:
        values = (at["sigma2"] + level, at["N"], at["P"], at["sigma2"], at["sigma_a2"])
        (at_u,) = _functions()["coupling"](*values)
        return mode_moments(interaction * at_u, at["P"], at["gamma"], copies, nodes)

    def balance(level: float) -> float:
        return level - factor * scale * moments(level).x2

    high = factor * scale * moments(0.0).x2
    if not (np.isfinite(high) and balance(high) >= 0):
        raise Undecided(f"lambda is not bracketed by 0 and {high}")
    level = float(optimize.brentq(balance, 0.0, high, xtol=1e-14 * high, rtol=1e-13))
    return ModeClosure(at["sigma2"] / (at["sigma2"] + level), level, moments(level))
