"""HTSR alpha: the exponent of the tail of the weights' spectrum, and how well a power law fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from binodal.validate.measures.inputs import Array
from binodal.validate.measures.measure import Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.spectrum import eigenvalues

LEAST, _TAIL, _SAME = 50, 5, 1e-9


@dataclass(frozen=True)
class Fit:
    """p(lambda) ~ lambda^-alpha above ``start``, over ``count`` eigenvalues, at a KS distance."""

    alpha: float
    start: float
    distance: float
    count: int


def power_law(values: Array) -> Fit:
    """Maximum likelihood (Clauset, Shalizi, Newman 2009), start by the least KS distance.

    ``values`` ascending and positive; a tail has at least 5 of them and is not flat. Raises
    ValueError where there is none.
    """
    best: Fit | None = None
    logs = np.log(values)
    for place in range(len(values) - _TAIL + 1):
        tail = logs[place:] - logs[place]
        total = float(tail.sum())
        if not total > _SAME * len(tail) or (place and logs[place] - logs[place - 1] < _SAME):
            continue
        alpha = 1 + len(tail) / total
        below = 1 - np.exp(-(alpha - 1) * tail)
        steps = np.arange(len(tail) + 1) / len(tail)
        distance = float(max(np.abs(below - steps[1:]).max(), np.abs(below - steps[:-1]).max()))
        if best is None or distance < best.distance:
            best = Fit(alpha, float(values[place]), distance, len(tail))
    if best is None:
        raise ValueError("no tail")
    return best


def _read(network: TwoLayer, reading: Callable[[Fit], Value]) -> Value:
    """A number of the fit, where the spectrum allows one."""
    levels = eigenvalues(network.weights)
    positive = levels[levels > _SAME * levels[-1]]
    distinct = int((np.diff(np.log(positive), prepend=-np.inf) > _SAME).sum())
    if distinct < LEAST:
        return undefined(
            f"the spectrum has {distinct} eigenvalues that are positive and differ; with fewer "
            f"than {LEAST} one of them moves alpha"
        )
    return reading(power_law(positive))


def _alpha(network: TwoLayer) -> Value:
    return _read(network, lambda fit: known(fit.alpha, (fit.alpha - 1) / fit.count**0.5))


def _distance(network: TwoLayer) -> Value:
    return _read(network, lambda fit: known(fit.distance))


_SOURCE = "Martin and Mahoney 2021, JMLR 22; Prakash and Martin 2025, arXiv 2506.04434"
_TAILS = f"at least {LEAST} different eigenvalues; start of the tail by the least KS distance"
_FIT = "a fit to one spectrum: no average over the law of one neuron"
MEASURES = (
    Measure(
        "htsr_alpha",
        "exponent of a power law fitted to the eigenvalues of W^T W above a start",
        _SOURCE,
        "none",
        "first",
        f"maximum likelihood of Clauset et al.; {_TAILS}; the error is that of the fit, at this "
        "start; alpha depends on the shape of W",
        _alpha,
        unpredicted=_FIT,
    ),
    Measure(
        "htsr_distance",
        "Kolmogorov-Smirnov distance of the tail from that power law",
        _SOURCE,
        "none",
        "first",
        _TAILS,
        _distance,
        unpredicted=_FIT,
    ),
)
