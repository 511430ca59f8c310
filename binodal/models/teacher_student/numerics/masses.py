"""Probabilities of basins at finite d: intervals of rho that the barriers of the action cut.

Two routes: certified integrals, and composite Gauss rules in floats for scans and brackets, whose
panels are as narrow as the law's narrowest peak.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flint import arb
from scipy.special import logsumexp

from binodal.models.teacher_student.numerics.integrals import NeuronIntegrals
from binodal.models.teacher_student.numerics.law import Array, Law
from binodal.models.teacher_student.numerics.saddles import Closure, Saddle
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import float_rule

_GAUSS_NODES, _WIDTHS_PER_PANEL, _LONGEST_PANEL = 16, 4.0, 0.5


def barriers(saddles: Sequence[Saddle]) -> list[arb]:
    """The scaled overlaps y > 0 of the maxima that lie between minima, increasing.

    rho = y^2/(1 + 2 y^2).
    """
    tops = [s for s in saddles if s.kind == "maximum" and s.q > 0]
    return [(top.rho / (1 - 2 * top.rho)).sqrt() for top in tops]


def features(shares: Sequence[arb], saddles: Sequence[Saddle]) -> tuple[arb, arb]:
    """The probabilities of all feature minima and of the zero state, from those of the basins.

    Minima and barriers alternate, so the first basin is the zero state's where that is a minimum.
    """
    zero = next(s for s in saddles if s.q == 0)
    if zero.kind != "minimum":
        return sum(shares, arb(0)), arb(0)
    return sum(shares[1:], arb(0)), shares[0]


def certified_masses(
    saddles: Sequence[Saddle], closure: Closure, integrals: NeuronIntegrals
) -> list[arb]:
    """The probability of every basin, in order, as balls at the current precision.

    The integrals' cuts stand beside the barriers; what lies between the two is added. Raises
    :class:`Undecided` without one barrier for each cut.
    """
    places = barriers(saddles)
    if len(places) != len(integrals.cuts):
        raise Undecided("the basins are not those that the quadrature was cut for")
    parts = [basin[0] for basin in integrals.basins(closure)]
    whole = sum(parts, arb(0))
    for index, (place, cut) in enumerate(zip(places, integrals.cuts, strict=True)):
        sliver = integrals.sliver(place, cut, closure)
        parts[index] += sliver
        parts[index + 1] -= sliver
    return [part / whole for part in parts]


def peaks(of: Law, residual: Array, cuts: Sequence[float]) -> list[float]:
    """A place of high density in each basin: the best grid point, or an end of the basin."""
    logs = of.log_density(residual)
    places = []
    for low, high in pairwise((0.0, *cuts, max(float(of.y[-1]), *cuts, 0.0))):
        inside = np.flatnonzero((of.y >= low) & (of.y <= high))
        ends = np.array([low, high])
        spots = np.concatenate([ends, of.y[inside]])
        heights = np.concatenate([of.at(ends).log_density(residual), logs[inside]])
        places.append(float(spots[heights.argmax()]))
    return places


def basin_masses(of: Law, residual: Array, cuts: Sequence[float], refine: int = 1) -> Array:
    """Probabilities of the intervals that cuts in y > 0 make, in order, in floats.

    Panels are at most a few of the narrowest width that the density has anywhere, and ``refine``
    divides them; the last interval ends with the law's grid.
    """
    ends = (0.0, *cuts, max(float(of.y[-1]), *cuts, 0.0))
    longest = min(_WIDTHS_PER_PANEL * of.narrowest(residual), _LONGEST_PANEL) / refine
    logs = np.array([_log_integral(of, residual, *pair, longest) for pair in pairwise(ends)])
    return np.asarray(np.exp(logs - logsumexp(logs)))


def _log_integral(of: Law, residual: Array, low: float, high: float, longest: float) -> float:
    if not low < high:
        return -np.inf
    nodes, weights = float_rule(_GAUSS_NODES)
    edges = np.linspace(low, high, int(np.ceil((high - low) / longest)) + 1)
    half = np.diff(edges)[:, None] / 2
    points = (edges[:-1, None] + half * (nodes + 1.0)).ravel()
    logs = of.at(points).log_density(residual)
    return float(logsumexp(logs, b=(half * weights).ravel()))
