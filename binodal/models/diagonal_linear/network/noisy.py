"""Networks u^L - v^L under gradient descent with noise: Euler's steps, many networks at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def arrivals(
    rows: NDArray[np.float64],
    targets: Vector,
    degree: int,
    starts: Vector,
    decays: Vector,
    heat: float,
    until: float,
    level: float,
    share: float = 0.1,
    seed: int = 0,
) -> Vector:
    """When each network is within ``level`` of what it learns last, in every weight; inf if never.

    That is the first component's weight alone, at least half of what decay leaves of it. A step is
    a share of the inverse of the steepest slope.
    """
    chance = np.random.default_rng(seed)
    count, width = len(starts), rows.shape[1]
    units = np.repeat(starts[:, None], 2 * width, axis=1)
    time, times = np.zeros(count), np.full(count, np.inf)
    norm, live = float((rows**2).sum()), np.arange(count)
    while len(live):
        own = units[live]
        u, v = own[:, :width], own[:, width:]
        push = (targets - (u**degree - v**degree) @ rows.T) @ rows
        slopes = degree * own ** (degree - 1) * np.hstack([push, -push]) - decays[live, None] * own
        largest = np.abs(own).max(1)
        rate = degree**2 * norm * largest ** (2 * degree - 2) + decays[live]
        rate += degree * (degree - 1) * np.abs(push).max(1) * largest ** (degree - 2)
        step = np.minimum(share / rate, until - time[live])[:, None]
        noise = chance.standard_normal(own.shape) if heat > 0 else 0.0
        own = own + step * slopes + np.sqrt(2 * heat * step) * noise
        units[live], time[live] = own, time[live] + step[:, 0]
        w = own[:, :width] ** degree - own[:, width:] ** degree
        there = (w[:, 0] > 0.5) & (np.abs(w[:, 1:]) < level).all(1)
        times[live[there]] = time[live[there]]
        live = live[~there & (time[live] < until)]
    return times
