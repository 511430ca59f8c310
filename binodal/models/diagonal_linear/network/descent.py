"""Networks trained by stochastic gradient descent, one sample a step, many at once.

Each has its own start and decay. Its steps are a share of what its tangent kernel allows, so that
time, the sum of the steps, passes slowly while u and v are large.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
_AFTER = 4.0


@dataclass(frozen=True)
class Trained:
    """When w_J was on the early side of the level for the last time, and w at the end."""

    times: Vector
    w: NDArray[np.float64]


def train(
    rows: NDArray[np.float64],
    targets: Vector,
    degree: float,
    starts: Vector,
    decays: Vector,
    component: int,
    level: float,
    rising: bool,
    share: float = 0.1,
    seed: int = 0,
) -> Trained:
    """Networks w = u^L - v^L on half the sum of squared residuals, one for each start and decay."""
    chosen = np.random.default_rng(seed)
    count, width = len(rows), rows.shape[1]
    u = np.tile(starts[:, None], (1, width))
    v, time, last = u.copy(), np.zeros(len(starts)), np.zeros(len(starts))
    ends = (np.log(starts) + _AFTER) / decays
    norm = count * float((rows**2).sum(1).max())
    while (time < ends).any():
        w = u**degree - v**degree
        late = (w[:, component] > level) == rising
        last = np.where(late | (time >= ends), last, time)
        one = chosen.integers(count, size=len(starts))
        x = rows[one]
        push = count * (targets[one] - (w * x).sum(1))[:, None] * x
        largest = np.maximum(u, v).max(1)
        step = share / (degree**2 * norm * largest ** (2 * degree - 2) + decays)
        step = np.where(time < ends, step, 0.0)[:, None]
        u, v = (
            u + step * (degree * u ** (degree - 1) * push - decays[:, None] * u),
            v - step * (degree * v ** (degree - 1) * push + decays[:, None] * v),
        )
        time += step[:, 0]
    return Trained(last, u**degree - v**degree)
