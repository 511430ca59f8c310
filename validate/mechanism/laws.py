"""Laws of a delay, fitted to many draws at once: constant, over a barrier, by decay.

Least squares in log(time). Over a barrier log t = c + B/T, where the barrier in units of the loss
is linear in the decay and not negative, and the start is forgotten. By decay
t = s (log alpha + k)/lambda with k = -log A*, whatever the temperature; s = 1 where time is that of
gradient flow and the decay that of (lambda/2)|w|^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np

from binodal.validate.mechanism.delays import Array, Delays

_PLACES = np.linspace(-8.0, 8.0, 641)
"""log(k + log alpha) at the least alpha; at the last the slope in alpha is gone."""


@dataclass(frozen=True)
class Fit:
    """Rows are draws: what the law says at every setting, and its distance in errors squared."""

    predicted: Array
    distance: Array
    values: Mapping[str, Array]


class Law(Protocol):
    """A law of delays at given settings, which is fitted with their errors."""

    freedom: int
    """How many values are fitted."""

    def fit(self, logs: Array) -> Fit:
        """To rows of log(time)."""

    def at(self, values: Mapping[str, float], setting: Mapping[str, float]) -> float:
        """log(time) that fitted values say of a setting."""


class Constant:
    """One delay at all settings."""

    freedom = 1

    def __init__(self, of: Delays) -> None:
        self._weights = of.errors**-2.0

    def fit(self, logs: Array) -> Fit:
        """The weighted mean."""
        mean = logs @ self._weights / self._weights.sum()
        predicted = np.repeat(mean[:, None], logs.shape[1], axis=1)
        return Fit(predicted, (logs - predicted) ** 2 @ self._weights, {"c": mean})

    def at(self, values: Mapping[str, float], setting: Mapping[str, float]) -> float:
        """The same everywhere."""
        return values["c"]


class Arrhenius:
    """log t = c + B/T; where one temperature alone is known, log t is linear in the decay."""

    def __init__(self, of: Delays) -> None:
        self._weights = of.errors**-2.0
        self._cold, decays = of.varies("temperature"), of.levers.get("decay", np.ones(1))
        self._ends = float(decays.min()), float(decays.max())
        settings = [
            {name: float(values[k]) for name, values in of.levers.items()}
            for k in range(len(of.logs))
        ]
        rows = [self._barriers(setting) for setting in settings]
        self._names = list(rows[0])
        self._columns = np.array([[1.0, *row.values()] for row in rows])
        self.freedom = self._columns.shape[1]

    def _barriers(self, setting: Mapping[str, float]) -> dict[str, float]:
        """What multiplies the barriers at the least and the largest decay."""
        low, high = self._ends
        over = 1 / setting["temperature"] if self._cold else 1.0
        upper = (setting.get("decay", low) - low) / (high - low) if high > low else 0.0
        if not self._cold:
            return {"B": upper} if high > low else {}
        return {"B_low": (1 - upper) * over, "B_high": upper * over} if high > low else {"B": over}

    def fit(self, logs: Array) -> Fit:
        """The best with barriers that are not negative: one of all choices of those that vanish."""
        best = np.full(len(logs), np.inf)
        parameters, places = np.zeros((len(logs), self.freedom)), np.sqrt(self._weights)
        for kept in product(*[(True, False) if self._cold else (True,) for _ in self._names]):
            used = np.array([True, *kept])
            inverse = np.linalg.pinv(places[:, None] * self._columns[:, used])
            values = np.zeros_like(parameters)
            values[:, used] = (logs * places) @ inverse.T
            distance = (logs - values @ self._columns.T) ** 2 @ self._weights
            fits = distance < best
            if self._cold:
                fits &= (values[:, 1:] >= 0).all(axis=1)
            best[fits], parameters[fits] = distance[fits], values[fits]
        names = ["c", *self._names]
        return Fit(parameters @ self._columns.T, best, dict(zip(names, parameters.T, strict=True)))

    def at(self, values: Mapping[str, float], setting: Mapping[str, float]) -> float:
        """c and the barriers over the temperature."""
        return values["c"] + sum(values[k] * x for k, x in self._barriers(setting).items())


class Decay:
    """t = s (log alpha + k)/lambda; ``flow`` says that s = 1."""

    def __init__(self, of: Delays, flow: bool) -> None:
        self._weights, self._flow = of.errors**-2.0, flow
        ones = np.ones(len(of.logs))
        self._over = -np.log(of.levers.get("decay", ones))
        self._scales = np.log(of.levers.get("scale", ones))
        self._starts = of.varies("scale")
        self.freedom = 2 if self._starts and not flow else 1
        rise = np.exp(_PLACES)[:, None] + (self._scales - self._scales.min())
        self._shapes = np.log(rise) + self._over if self._starts else self._over[None]

    def fit(self, logs: Array) -> Fit:
        """The best k of a grid, and by a parabola between its places."""
        free = not (self._starts and self._flow)
        share = self._weights / self._weights.sum()
        base = logs - (logs @ share)[:, None] if free else logs
        shapes = self._shapes - (self._shapes @ share)[:, None] if free else self._shapes
        distances = (base**2 @ self._weights)[:, None] - 2 * (base * self._weights) @ shapes.T
        distances += (shapes**2 @ self._weights)[None]
        place = self._between(distances)
        least = float(self._scales.min())
        k = np.exp(place) - least if self._starts else np.full(len(logs), np.nan)
        rise = np.log(np.exp(place)[:, None] + self._scales - least) if self._starts else 0.0
        shape = rise + self._over
        level = (logs - shape) @ share if free else np.zeros(len(logs))
        predicted = shape + level[:, None]
        values = {"s": np.exp(level), "k": k} if self._starts else {"log": np.exp(level)}
        return Fit(predicted, (logs - predicted) ** 2 @ self._weights, values)

    def _between(self, distances: Array) -> Array:
        """The place of the least distance of every row."""
        if distances.shape[1] == 1:
            return np.zeros(len(distances))
        places = np.clip(distances.argmin(axis=1), 1, distances.shape[1] - 2)
        rows = np.arange(len(distances))
        before, here, after = (distances[rows, places + step] for step in (-1, 0, 1))
        bend = before + after - 2 * here
        off = np.where(bend > 0, (before - after) / (2 * np.where(bend > 0, bend, 1.0)), 0.0)
        return np.asarray(_PLACES[places] + np.clip(off, -1, 1) * (_PLACES[1] - _PLACES[0]))

    def at(self, values: Mapping[str, float], setting: Mapping[str, float]) -> float:
        """Of a start and a decay."""
        decay = setting.get("decay", 1.0)
        if not self._starts:
            return float(np.log(values["log"] / decay))
        grown = np.log(setting["scale"]) + values["k"]
        return float(np.log(values["s"] * max(grown, 0.0) / decay)) if grown > 0 else -np.inf
