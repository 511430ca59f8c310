"""Ways out across a sphere of saddles: S depends on |q| alone, and so does what is to be solved."""

from __future__ import annotations

from math import sqrt

import numpy as np

from binodal.models.single_index.numerics.held import Ways
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.phases.capacity import Region

_FARTHEST, _WIDTHS, _CORE = 2.5, 8, 0.7


def radial(on: Weights, ways: Ways) -> Region:
    """Between the well and the goal in (|q|, r_perp, and a bias), with the measure |q|^(J - 1).

    One coordinate of each well is a point, where zero is the place that its measure makes likely.
    """
    count, well, goal = on.directions, ways.well, ways.goals[0]
    every = [_radius(s, count) for s in (well, ways.tops[0], goal)]
    far = _FARTHEST * max(float(np.abs(place).max()) for place in every)
    box = [(0.0, far), (0.0, far)]
    if on.biased:
        reach = _WIDTHS * sqrt(on.law.bias_variance)
        box.append((min(p[-1] for p in every) - reach, max(p[-1] for p in every) + reach))
    bends = np.max([np.abs(np.diag(s.hessian)) for s in (well, *ways.tops, goal)], axis=0)

    def potential(places: Array) -> Array:
        size, *others = places
        value, measure = on.values(np.stack([size, *[np.zeros_like(size)] * (count - 1), *others]))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(value + measure - (count - 1) * np.log(size))

    def ends(place: Place, size: float) -> tuple[float, float]:
        core = _CORE / sqrt(float(np.abs(place.bends[-1] if place.flat else place.hessian[0, 0])))
        return (size - core, size + core) if place.flat else (0.0, core)

    low, high = ends(well, every[0][0])
    outwards = every[2][0] > every[0][0]
    far_off = every[2][0] if outwards else ends(goal, every[2][0])[1]
    return Region(
        potential,
        float(potential(every[1][:, None])[0]),
        box,
        1 / np.sqrt(bends[count - 1 :]),
        lambda x: (low <= x[0]) & (x[0] <= high),
        lambda x: (x[0] >= far_off) if outwards else (x[0] <= far_off),
        way=(every[0], every[1], every[2]),
    )


def _radius(of: Place, count: int) -> Array:
    size = float(np.linalg.norm(of.q))
    if not of.flat:
        size = sqrt((count - 1) / float(of.hessian[0, 0]))
    return np.array([size, *of.at[count:]])
