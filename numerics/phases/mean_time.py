"""Exact mean first-passage times: of one neuron's escape, by whichever route resolves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import expm1, isfinite, log, log1p

import numpy as np

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.capacity import CELLS, Region, log_time, zoomed
from binodal.numerics.phases.deep_wells import DeepWells
from binodal.numerics.phases.escape import Escape
from binodal.numerics.phases.first_passage import SAFETY, Passage, Potential, lag, log10_time

_BEYOND, _PROFILE = 0.05, 400


def log10_mean_time(of: Region) -> tuple[float, float]:
    """log10 of the mean time and its error, extrapolated from two grids.

    Between deep wells with one known pass flow and weight have cells of their own. Raises
    :class:`Undecided` for more coordinates than a grid has.

    >>> def well(x):
    ...     return 8 * (x[0] ** 2 - 1) ** 2 + 8 * x[1] ** 2
    >>> square, ends = [(-2.0, 2.0)] * 2, (lambda x: x[0] < -1, lambda x: x[0] > 1)
    >>> print("{:.2f} ± {:.3f}".format(*log10_mean_time(Region(well, 8, square, (1, 1), *ends))))
    2.64 ± 0.000
    """
    if len(of.box) not in CELLS:
        raise Undecided(f"no exact time: its equation has {len(of.box)} coordinates")
    wells = DeepWells.of_region(of)
    if wells is not None:
        return _extrapolated(wells.log_time, wells.lost)
    box = zoomed(of)
    return _extrapolated(lambda scale: log_time(of, box, scale))


def _extrapolated(log_time: Callable[[float], float], lost: float = 0.0) -> tuple[float, float]:
    coarse, fine = log_time(1.0), log_time(2.0)
    if not (isfinite(coarse) and isfinite(fine) and coarse - fine < log(4)):
        raise Undecided("the first-passage time is not resolved")
    change = log1p(-expm1(coarse - fine) / 3)
    return (fine + change) / log(10), (SAFETY * abs(change) + lost) / log(10)


def timed(escape: Escape, potential: Potential, passage: Passage) -> Escape:
    """The escape with its exact time or why there is none, and its lag where that is resolved."""
    try:
        exact, late = log10_time(potential, passage), lag(potential, passage)
    except Undecided:
        return escape.timed(lambda: log10_mean_time(_region(potential, passage)))
    return replace(escape, exact=exact, lag=late)


def _region(potential: Potential, of: Passage) -> Region:
    """Of a passage in two coordinates, or in one where the second is held."""
    ahead, long = (1.0 if of.goal > of.wall else -1.0), abs(of.goal - of.start)
    beyond = of.goal + ahead * _BEYOND * long
    if of.length is not np.ones_like:
        beyond = max(beyond, of.goal / 2)
    low, high = sorted((of.wall, beyond))
    box, held = [(low, high), of.across], of.across[0] == of.across[1]
    way = np.linspace(of.wall, of.goal, _PROFILE + 1)[1:]
    second = np.linspace(*of.across, 1 if held else _PROFILE + 1)[0 if held else 1 :]
    heights = np.asarray(potential(way[:, None], second[None])) + 0 * second
    lowest = heights.min(1)
    top = int(np.where(ahead * (way - of.start) > 0, lowest, -np.inf).argmax())
    rest, behind = int(lowest[: top + 1].argmin()), top + int(lowest[top:].argmin())
    places = [np.array([way[k], second[heights[k].argmin()]]) for k in (rest, top, behind)]
    one, saddle, other = (place[:1] if held else place for place in places)
    return Region(
        lambda x: potential(x[0], of.across[0] if held else x[1]) + 0 * x[0],
        float(lowest[top]),
        box[:1] if held else box,
        ((high - low) / 2, of.across[1] - of.across[0]),
        lambda x: np.abs(x[0] - way[rest]) < _BEYOND * long,
        lambda x: ahead * (x[0] - of.goal) > 0,
        lambda x: of.length(x[0]),
        (one, saddle, other),
    )
