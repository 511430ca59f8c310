"""lambda and the odds of the ring at finite P for whole arrays of u, in double precision.

Each basin of the single integral over the mean of x and x_v is summed by Gauss-Legendre panels on
the scale of its own peak, and weighed from there: the exponent from zero in the zero state's basin,
from the ring in the ring's. The depth between them enters as a logarithm, so that neither share is
one minus the other and nothing overflows where the ring is deep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from binodal.numerics.codegen.forms import Forms
from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
_ZERO_PANELS = 2.0 ** np.arange(-3, 22)
_RING_PANELS = np.array([0.0, 1.0, 2.0, 3.0, 4.5, 7.0, 11.0, 18.0, 40.0])
_SERIES_BELOW = 0.1
_SERIES_TERMS = 14
_NODES = 16
GROWTH = 4.0 ** (2.0 ** np.arange(9))
"""Factors that reach from any double to any other in a few steps."""


_FORMS = Forms("binodal.models.modular.forms.arrays")
_functions = _FORMS.functions("law_of_mean", "numpy")
kernel_scale = _FORMS.floats("scale")


def rings(at_u: Array, at_gamma: Array) -> tuple[Array, Array, Array]:
    """x_-, x_+ and u^2 - gamma; both rings are u/gamma below birth."""
    nothing = np.zeros_like(at_u)
    with np.errstate(invalid="ignore", over="ignore"):
        spread = _functions()["rings"](nothing, at_u, nothing, at_gamma)[2]
    shown = np.where(spread > 0, at_u, np.sqrt(at_gamma) * (1 + 1e-15))
    inner, outer, _ = _functions()["rings"](nothing, shown, nothing, at_gamma)
    middle = at_u / at_gamma
    born = spread > 0
    return np.where(born, inner, middle), np.where(born, outer, middle), spread


def actions(at_u: Array, at_gamma: Array) -> tuple[Array, Array]:
    """s at the ring and at the barrier; NaN below birth."""
    nothing = np.zeros_like(at_u)
    with np.errstate(invalid="ignore", over="ignore"):
        values: tuple[Array, Array] = _functions()["action"](nothing, at_u, nothing, at_gamma)
    return values


def kummer_pair(beta: Array) -> tuple[Array, Array]:
    """1F1(1/2; 3/2; -beta) and 1F1(1/2; 5/2; -beta) for beta >= 0.

    Contiguity gives the second from the first; a Taylor series replaces both near zero, where that
    cancels.
    """
    safe, low = np.maximum(beta, _SERIES_BELOW), np.minimum(beta, _SERIES_BELOW)
    root = np.sqrt(safe)
    first = np.sqrt(np.pi) * special.erf(root) / (2.0 * root)
    second = 1.5 * (first - (first - np.exp(-safe)) / (2.0 * safe))
    terms = np.arange(_SERIES_TERMS)
    signs = np.cumprod(np.concatenate([[1.0], -1.0 / terms[1:]]))
    near = np.polynomial.polynomial.polyval(low, signs / (2 * terms + 1))
    near_second = np.polynomial.polynomial.polyval(
        low, 3.0 * signs / ((2 * terms + 1) * (2 * terms + 3))
    )
    small = beta < _SERIES_BELOW
    return np.where(small, near, first), np.where(small, near_second, second)


@dataclass(frozen=True)
class Moments:
    """lambda, and the logarithm of the ring's odds against the zero state (-inf below birth)."""

    level: Array
    log_odds: Array

    @property
    def share(self) -> Array:
        """The ring's probability."""
        return np.asarray(special.expit(self.log_odds))

    @property
    def zero(self) -> Array:
        """The zero state's probability, with a relative accuracy of its own."""
        return np.asarray(special.expit(-self.log_odds))


@dataclass(frozen=True)
class _Law:
    """The density of the mean at one u and gamma a row, and where its basins lie."""

    at_u: Array
    order: Array
    at_gamma: Array

    @property
    def columns(self) -> tuple[Array, Array, Array]:
        """u, P and gamma against panels and nodes."""
        u_, order, decay = (c[:, None, None] for c in (self.at_u, self.order, self.at_gamma))
        return u_, order, decay

    def ends(self) -> tuple[Array, Array, Array, Array]:
        """Where the basins meet, the ring, the width of its peak, where the density ends."""
        inner, outer, spread = rings(self.at_u, self.at_gamma)
        strength = 2.0 * self.order
        bend = np.sqrt(2.0 * strength * np.sqrt(np.maximum(spread, 0.0)))
        width = 1.0 / (bend + np.cbrt(strength * self.at_gamma))
        end = outer + _RING_PANELS[-1] * width
        return np.where(spread > 0, inner, end), outer, width, end

    def exponent(self, places: Array, outer: Array, from_ring: bool) -> Array:
        """The exponent above its value at zero, or at the ring, whose slope there vanishes."""
        columns = self.columns
        if not from_ring:
            value: Array = _functions()["terms"](places, *columns)[0]
            return value
        c2, c3, _ = _functions()["bends"](outer[:, None, None], *columns)
        away = places - outer[:, None, None]
        return np.asarray(away**2 * (c2 + c3 * away))

    def basin(self, breaks: Sequence[Array], outer: Array, from_ring: bool, nodes: int) -> Array:
        """Integrals of the density and of x x_v over it between breaks, by panels: (2, rows)."""
        moduli, weights = _panels(breaks, nodes)
        _, beta, norm, moment = _functions()["terms"](moduli, *self.columns)
        first, second = kummer_pair(beta)
        tilt = weights * np.exp(-self.exponent(moduli, outer, from_ring))
        return np.stack([(tilt * f).sum(axis=(1, 2)) for f in (norm * first, moment * second)])


def _panels(breaks: Sequence[Array], nodes: int) -> tuple[Array, Array]:
    """Places and weights of Gauss and Legendre between sorted breaks: (rows, panels, nodes)."""
    edges = np.sort(np.stack(breaks, axis=1), axis=1)
    low, half = edges[:, :-1, None], np.diff(edges, axis=1)[:, :, None] / 2
    points, weights = float_rule(nodes)
    return low + half * (points + 1.0), half * weights


def mean_and_share(
    at_u: Array, order: Array, at_gamma: Array, cut: Array, nodes: int = _NODES
) -> tuple[Array, Array]:
    """The average of the mean of x and x_v, and the share of the law where it is beyond ``cut``."""
    law = _Law(at_u, order, at_gamma)
    _, outer, width, end = law.ends()
    end = np.maximum(end, 2 * cut)
    breaks = [np.zeros_like(cut), cut, end, *(np.minimum(k / order, end) for k in _ZERO_PANELS)]
    breaks += [np.clip(outer + s * k * width, 0.0, end) for k in _RING_PANELS for s in (-1, 1)]
    moduli, weights = _panels(breaks, nodes)
    exponent, beta, norm, _ = _functions()["terms"](moduli, *law.columns)
    floor = exponent.min(axis=(1, 2), keepdims=True)
    density = weights * norm * kummer_pair(beta)[0] * np.exp(floor - exponent)
    whole = density.sum(axis=(1, 2))
    beyond = np.where(moduli > cut[:, None, None], density, 0.0).sum(axis=(1, 2))
    return (density * moduli).sum(axis=(1, 2)) / whole, beyond / whole


def exact_moments(
    at_u: Array, order: Array, at_sigma_a2: Array, at_gamma: Array, nodes: int = _NODES
) -> Moments:
    """The exact law on arrays of equal length, by panels of ``nodes`` Gauss points.

    NaN where a number leaves the range of doubles.
    """
    before, beyond, log_odds = basins(at_u, order, at_gamma, nodes)
    mean = special.expit(-log_odds) * before + special.expit(log_odds) * beyond
    return Moments(kernel_scale("derived")(at_sigma_a2, order)[0] * mean, log_odds)


def basins(
    at_u: Array, order: Array, at_gamma: Array, nodes: int = _NODES
) -> tuple[Array, Array, Array]:
    """<x x_v> before the saddle and beyond it (0 below birth), and log odds of what is beyond."""
    law = _Law(at_u, order, at_gamma)
    cut, outer, width, end = law.ends()
    near = [np.clip(outer + s * k * width, 0.0, end) for k in _RING_PANELS[:-1] for s in (-1, 1)]
    inside = [np.minimum(k / order, cut) for k in _ZERO_PANELS]
    inside += [np.minimum(place, cut) for place in near]
    beyond = [np.maximum(place, cut) for place in near]
    born = cut < end
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        zero = law.basin([np.zeros_like(cut), cut, *inside], outer, False, nodes)
        own = law.basin([cut, end, *beyond], outer, True, nodes)
        shown = np.where(born, outer, np.nan)
        bottom = _functions()["bends"](shown, at_u, order, at_gamma)[2]
        log_odds = np.where(born, np.log(own[0] / zero[0]) - bottom, -np.inf)
        log_odds = np.where(np.isfinite(at_u) & (at_u >= 0), log_odds, np.nan)
        return zero[1] / zero[0], np.where(born, own[1] / own[0], 0.0), log_odds


def printed_moments(
    at_u: Array, order: Array, at_sigma_a2: Array, at_gamma: Array, nodes: int = 0
) -> Moments:
    """B.41 and B.42; zero below birth. ``nodes`` is not used."""
    _, outer, spread = rings(at_u, at_gamma)
    log_odds = _functions()["odds"](outer, at_u, order, at_gamma)[0]
    log_odds = np.where(spread >= 0, log_odds, -np.inf)
    scale = kernel_scale("published")(at_sigma_a2, order)[0]
    return Moments(scale * outer**2 * special.expit(log_odds), log_odds)


MOMENTS: dict[str, Callable[..., Moments]] = {
    "derived": exact_moments,
    "published": printed_moments,
}
