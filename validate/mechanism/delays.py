"""Delays of networks at several settings, and how sure each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite, log

import numpy as np
from numpy.typing import NDArray

from binodal.validate.errors import DataError

Array = NDArray[np.float64]
LEVERS = ("temperature", "decay", "scale")
"""What a delay may depend on: noise of training, weight decay, initial scale."""

_LEAST, _MOST = 3, 1000


@dataclass(frozen=True)
class Delay:
    """The time of one network, or with an ``error`` the mean of several, at a setting.

    ``time`` is None where the network was followed up to ``until`` and had not gone over. ``blur``
    is an error of log(time) that all networks of a setting share, as of looks between gaps.
    """

    setting: Mapping[str, float]
    time: float | None
    error: float | None = None
    until: float | None = None
    blur: float = 0.0


@dataclass(frozen=True)
class Delays:
    """log(time) by setting, with errors that are known up to ``freedom`` degrees of freedom.

    ``late`` are settings at which less than half of the networks went over before a time.
    """

    levers: Mapping[str, Array]
    logs: Array
    errors: Array
    members: Sequence[int]
    freedom: float
    late: Sequence[tuple[Mapping[str, float], float]] = ()

    def varies(self, lever: str) -> bool:
        """Whether it takes more than one value."""
        return lever in self.levers and bool(np.ptp(self.levers[lever]) > 0)


def grouped(delays: Sequence[Delay]) -> Delays:
    """One row a setting, members of it by their geometric mean.

    Errors are those given, or the scatter of log(time) within settings, taken to be one number.
    Raises DataError for what cannot be a delay, and where nothing tells how sure delays are.
    """
    names = _levers(delays)
    by: dict[tuple[float, ...], list[Delay]] = {}
    for delay in delays:
        by.setdefault(tuple(delay.setting[name] for name in names), []).append(delay)
    kept, late = {}, []
    for key, own in by.items():
        over = [d for d in own if d.time is not None]
        if len(over) < len(own):
            # What went over alone would tell of the fast ones.
            late.append((dict(zip(names, key, strict=True)), _end(own)))
        else:
            kept[key] = over
    if not _LEAST <= len(kept) <= _MOST:
        raise DataError(f"settings with a delay: {len(kept)}, where {_LEAST} to {_MOST} are needed")
    columns = np.array(list(kept)).reshape(len(kept), len(names)).T
    levers = dict(zip(names, columns, strict=True))
    rows = list(kept.values())
    logs = np.array([np.mean([log(d.time or 1.0) for d in own]) for own in rows])
    errors, freedom = _errors(rows)
    return Delays(levers, logs, errors, [len(own) for own in rows], freedom, late)


def _levers(delays: Sequence[Delay]) -> list[str]:
    """What all of them state."""
    sets = {tuple(sorted(delay.setting)) for delay in delays}
    if len(sets) != 1:
        raise DataError("delays state different things: give temperature, decay, scale to all")
    for delay in delays:
        for name, value in delay.setting.items():
            if not (isfinite(value) and value > 0):
                raise DataError(f"{name}={value:g}: must be a positive number")
        if delay.time is not None and not (isfinite(delay.time) and delay.time > 0):
            raise DataError(f"time={delay.time:g}: must be a positive number")
        if delay.error is not None and not 0 < delay.error < inf:
            raise DataError(f"error={delay.error:g}: must be a positive number")
    return [name for name in LEVERS if name in next(iter(sets))]


def _end(own: Sequence[Delay]) -> float:
    """Up to when these were followed, at least."""
    known = [d.until for d in own if d.until is not None] or [d.time for d in own if d.time]
    return min(known, default=0.0)


def _errors(rows: Sequence[Sequence[Delay]]) -> tuple[Array, float]:
    """Standard errors of the means of log(time), and degrees of freedom of what they rest on."""
    if all(d.error is not None for own in rows for d in own):
        squares = [
            sum(((d.error or 0.0) / (d.time or 1.0)) ** 2 for d in own) / len(own) ** 2
            for own in rows
        ]
        return np.sqrt(squares), inf
    if any(d.error is not None for own in rows for d in own):
        raise DataError("some delays have an error and some have none")
    freedom = sum(len(own) - 1 for own in rows)
    if freedom < _LEAST:
        raise DataError("nothing says how sure delays are: give errors, or two or more a setting")
    inside = sum(np.var([log(d.time or 1.0) for d in own]) * len(own) for own in rows)
    if not inside > 0:
        raise DataError("delays at one setting are all equal: they do not say how sure they are")
    scatter = float(np.sqrt(inside / freedom))
    blurs = [max(d.blur for d in own) for own in rows]
    errors = [hypot(scatter / len(own) ** 0.5, b) for own, b in zip(rows, blurs, strict=True)]
    return np.array(errors), float(freedom)
