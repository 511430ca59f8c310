"""lambda and the ring's share at finite P for whole arrays of u, in double precision.

The single integral over the mean of x and x_v is summed by Gauss-Legendre panels: they double in
size from the zero state outwards, are fine around the ring, and end at the saddle x_- between the
basins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy import special

from derive.modular.closure import kernel_factor
from derive.modular.reduction import bottom_and_stiffness, density_of_mean
from derive.modular.saddles import depth, quadratic, ring
from derive.modular.weights import printed_odds
from derive.symbols import P, gamma, sigma_a2, u, x
from numerics.codegen.load import compiled

Array = NDArray[np.float64]
_ZERO_PANELS = 2.0 ** np.arange(-3, 22)
_RING_PANELS = np.array([0.0, 1.0, 2.0, 3.0, 4.5, 7.0, 11.0, 18.0, 40.0])
_SERIES_BELOW = 0.1
_SERIES_TERMS = 14
_NODES = 16


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    """Rings; exponent, Kummer argument and prefactors of the single integral; printed odds."""
    density, moment = density_of_mean(0), density_of_mean(1)
    (decay,), (kummer,) = density.atoms(sp.exp), density.atoms(sp.hyper)
    (higher,) = moment.atoms(sp.hyper)
    bottom, _ = bottom_and_stiffness()
    factor = sp.simplify(-decay.args[0] / bottom)
    terms = {
        "exponent": factor * sp.horner(bottom, x),
        "beta": sp.simplify(-kummer.argument),
        "norm": sp.simplify(density / (decay * kummer)),
        "moment": sp.simplify(moment / (decay * higher)),
    }
    rings = {"inner": ring(-1), "outer": ring(), "spread": sp.discriminant(quadratic(), x) / 4}
    action = {"depth": depth().subs(x, ring()), "barrier": depth().subs(x, ring(-1))}
    arguments = (x, u, P, gamma)
    table: dict[str, dict[str, sp.Expr]] = {
        "terms": terms,
        "rings": rings,
        "action": action,
        "odds": {"odds": printed_odds()},
    }
    return {name: compiled(name, e, arguments, "numpy") for name, e in table.items()}


@cache
def _scale(theory: str) -> Callable[..., tuple[Any, ...]]:
    return compiled("scale", {"scale": kernel_factor(theory)}, (sigma_a2, P), "numpy")


def rings(at_u: Array, at_gamma: Array) -> tuple[Array, Array, Array]:
    """x_-, x_+ and u^2 - gamma; both rings are u/gamma below birth."""
    nothing = np.zeros_like(at_u)
    with np.errstate(invalid="ignore"):
        spread = _functions()["rings"](nothing, at_u, nothing, at_gamma)[2]
    shown = np.where(spread > 0, at_u, np.sqrt(at_gamma) * (1 + 1e-15))
    inner, outer, _ = _functions()["rings"](nothing, shown, nothing, at_gamma)
    middle = at_u / at_gamma
    born = spread > 0
    return np.where(born, inner, middle), np.where(born, outer, middle), spread


def actions(at_u: Array, at_gamma: Array) -> tuple[Array, Array]:
    """s at the ring and at the barrier; NaN below birth."""
    nothing = np.zeros_like(at_u)
    with np.errstate(invalid="ignore"):
        values: tuple[Array, Array] = _functions()["action"](nothing, at_u, nothing, at_gamma)
    return values


def kummer_pair(beta: Array) -> tuple[Array, Array]:
    """1F1(1/2; 3/2; -beta) and 1F1(1/2; 5/2; -beta) for beta >= 0.

    Contiguity gives the second from the first; a Taylor series replaces both near zero, where that
    cancels.
    """
    safe = np.maximum(beta, _SERIES_BELOW)
    root = np.sqrt(safe)
    first = np.sqrt(np.pi) * special.erf(root) / (2.0 * root)
    second = 1.5 * (first - (first - np.exp(-safe)) / (2.0 * safe))
    terms = np.arange(_SERIES_TERMS)
    signs = np.cumprod(np.concatenate([[1.0], -1.0 / terms[1:]]))
    near = np.polynomial.polynomial.polyval(beta, signs / (2 * terms + 1))
    near_second = np.polynomial.polynomial.polyval(
        beta, 3.0 * signs / ((2 * terms + 1) * (2 * terms + 3))
    )
    small = beta < _SERIES_BELOW
    return np.where(small, near, first), np.where(small, near_second, second)


@dataclass(frozen=True)
class Moments:
    """lambda and the ring's share of the probability."""

    level: Array
    share: Array


def exact_moments(
    at_u: Array, order: Array, at_sigma_a2: Array, at_gamma: Array, nodes: int = _NODES
) -> Moments:
    """The exact law on arrays of equal length, by panels of ``nodes`` Gauss points."""
    inner, outer, spread = rings(at_u, at_gamma)
    cut = np.where(spread > 0, inner, outer / 2)
    strength = 2.0 * order
    width = 1.0 / (
        np.sqrt(2.0 * strength * np.sqrt(np.maximum(spread, 0.0))) + np.cbrt(strength * at_gamma)
    )
    end = outer + _RING_PANELS[-1] * width
    breaks = [np.zeros_like(at_u), cut, end]
    breaks += [np.minimum(k / order, end) for k in _ZERO_PANELS]
    breaks += [np.clip(outer + s * k * width, 0.0, end) for k in _RING_PANELS[:-1] for s in (-1, 1)]
    edges = np.sort(np.stack(breaks, axis=1), axis=1)
    low, half = edges[:, :-1, None], np.diff(edges, axis=1)[:, :, None] / 2
    points, weights = np.polynomial.legendre.leggauss(nodes)
    at = low + half * (points + 1.0)
    columns = (c[:, None, None] for c in (at_u, order, at_gamma))
    exponent, beta, norm, moment = _functions()["terms"](at, *columns)
    first, second = kummer_pair(beta)
    tilt = half * weights * np.exp(-(exponent - exponent.min(axis=(1, 2), keepdims=True)))
    mass, level = tilt * norm * first, tilt * moment * second
    total = mass.sum(axis=(1, 2))
    beyond = (low >= cut[:, None, None] * (1 - 1e-14)) & (spread > 0)[:, None, None]
    scale = _scale("derived")(at_sigma_a2, order)[0]
    share = np.where(beyond, mass, 0.0).sum(axis=(1, 2)) / total
    return Moments(scale * level.sum(axis=(1, 2)) / total, share)


def printed_moments(
    at_u: Array, order: Array, at_sigma_a2: Array, at_gamma: Array, nodes: int = 0
) -> Moments:
    """B.41 and B.42; zero below birth. ``nodes`` is not used."""
    _, outer, spread = rings(at_u, at_gamma)
    with np.errstate(over="ignore", divide="ignore"):
        odds = _functions()["odds"](outer, at_u, order, at_gamma)[0]
        share = np.where(spread >= 0, 1.0 / (1.0 + 1.0 / odds), 0.0)
    scale = _scale("published")(at_sigma_a2, order)[0]
    return Moments(scale * outer**2 * share, share)


MOMENTS: dict[str, Callable[..., Moments]] = {
    "derived": exact_moments,
    "published": printed_moments,
}
