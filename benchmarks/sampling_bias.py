"""Bias and cost of samplers on the same data sets, and the cost at an equal bias.

Mean m(s, h) of an observable over all members, for sampler s with step h, is taken as

    m(s, h) = m_0 + k_s h^p,        p = 1 Euler-Maruyama, 2 BAOAB, no bias at all for HMC,

with one m_0 for all samplers: the data sets are the same, so that their luck is in m_0 and an
error is that of the chains alone. Where chains of two steps share their noise, the difference of
their means k_s (h^p - h'^p) is known far better than either. Weighted least squares gives m_0 and
all k_s with errors, and chi^2 says whether the powers, the differences and the exact sampler fit
together. An effective draw costs

    tau(s, h) t_s,                  tau = A_s / h    (steps; also checked by its chi^2),

so that at the step where the bias reaches a share e of m_0 it costs A_s t_s (k_s/(e m_0))^(1/p).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from validate.diagnostics import effective_draws

Array = NDArray[np.float64]

POWERS: Mapping[str, int] = {"baoab": 2, "euler": 1, "preconditioned": 1}
"""Order of the bias in the step; a sampler that is not named is exact."""


@dataclass(frozen=True)
class Measured:
    """One chain for each member: mean over members, its error, steps for an effective draw.

    The relative error of ``steps`` is sqrt(10/effective draws): a window of five times takes
    part in the sum (A. Sokal's estimate).
    """

    sampler: str
    step: float
    mean: float
    error: float
    steps: float
    draws: float

    @property
    def relative(self) -> float:
        """Relative error of ``steps``."""
        return sqrt(10 / self.draws)


def measured(sampler: str, step: float, series: Array, thin: int) -> Measured:
    """Of a series (member, draw) taken every ``thin`` steps."""
    draws = effective_draws(series)
    error = float(np.sqrt((series.var(axis=1) / draws).sum())) / len(series)
    steps = thin * series.size / float(draws.sum())
    return Measured(sampler, step, float(series.mean()), error, steps, float(draws.sum()))


@dataclass(frozen=True)
class Difference:
    """Mean with the coarse step less mean with the fine one, from chains that share their noise."""

    sampler: str
    coarse: float
    fine: float
    value: float
    error: float


def difference(sampler: str, coarse: float, fine: float, series: Array) -> Difference:
    """Of a series (member, draw) of differences."""
    mean = measured(sampler, coarse, series, 1)
    return Difference(sampler, coarse, fine, mean.mean, mean.error)


@dataclass(frozen=True)
class Fit:
    """m_0, and k for each sampler with its error; ``chi2`` for ``freedom`` surplus means."""

    exact: float
    exact_error: float
    slopes: Mapping[str, tuple[float, float]]
    chi2: float
    freedom: int

    def bias(self, sampler: str, step: float) -> tuple[float, float]:
        """Bias relative to m_0, and its error."""
        factor = step ** POWERS[sampler] / abs(self.exact)
        value, error = self.slopes[sampler]
        return value * factor, error * factor


def fit(found: Sequence[Measured], differences: Sequence[Difference] = ()) -> Fit:
    """The common m_0 and the slopes, weighted by the errors.

    >>> at = [("hmc", 0.1, 2.0), ("baoab", 1.0, 2.2), ("baoab", 2.0, 2.8), ("euler", 3.0, 5.0)]
    >>> means = [Measured(name, h, m, 0.01, 1.0, 100.0) for name, h, m in at]
    >>> line = fit(means, [Difference("euler", 2.0, 1.0, 1.0, 0.01)])
    >>> round(line.exact, 9), round(line.bias("euler", 1.0)[0], 9), line.chi2 < 1e-9, line.freedom
    (2.0, 0.5, True, 2)
    """
    names = [name for name in POWERS if any(m.sampler == name for m in found)]
    rows = [[1.0, *_powers(m.sampler, m.step, names)] for m in found]
    for d in differences:
        pair = (_powers(d.sampler, h, names) for h in (d.coarse, d.fine))
        rows.append([0.0, *(left - right for left, right in zip(*pair, strict=True))])
    values = np.array([*(m.mean for m in found), *(d.value for d in differences)])
    weight = 1 / np.array([m.error for m in (*found, *differences)])
    design = np.array(rows)
    scaled = design * weight[:, None]
    # The columns differ by powers of the steps: to unit length before the inverse.
    length = np.sqrt((scaled**2).sum(0))
    covariance = np.linalg.inv((scaled / length).T @ (scaled / length)) / np.outer(length, length)
    solution = covariance @ (scaled.T @ (values * weight))
    residual = (values - design @ solution) * weight
    errors = np.sqrt(np.diag(covariance))
    slopes = {n: (float(solution[k]), float(errors[k])) for k, n in enumerate(names, start=1)}
    surplus = len(values) - 1 - len(names)
    return Fit(float(solution[0]), float(errors[0]), slopes, float(residual @ residual), surplus)


def _powers(sampler: str, step: float, names: Sequence[str]) -> list[float]:
    return [step ** POWERS[name] if name == sampler else 0.0 for name in names]


@dataclass(frozen=True)
class Cost:
    """CPU seconds for an effective draw, its relative error, and the step they are for."""

    seconds: float
    relative: float
    step: float


def time_law(found: Sequence[Measured]) -> tuple[float, float, float]:
    """A of tau = A/h, its relative error, and chi^2 of the law over the steps.

    >>> pair = [Measured("euler", h, 0.0, 1.0, 6.0 / h, 1000.0) for h in (0.5, 1.0)]
    >>> [round(value, 6) for value in time_law(pair)]
    [6.0, 0.070711, 0.0]
    """
    logs = np.log([m.steps * m.step for m in found])
    weights = np.array([1 / m.relative**2 for m in found])
    mean = float((logs * weights).sum() / weights.sum())
    chi2 = float((weights * (logs - mean) ** 2).sum())
    return float(np.exp(mean)), float(1 / np.sqrt(weights.sum())), chi2


def cost_at(
    line: Fit, found: Sequence[Measured], seconds: float, target: float, largest: float
) -> Cost:
    """Of the sampler of ``found`` at a relative bias of ``target``, with steps up to ``largest``.

    ``seconds`` is the CPU time of one step of one network.
    """
    name = found[0].sampler
    slope, slope_error = line.slopes[name]
    wanted = (target * abs(line.exact) / abs(slope)) ** (1 / POWERS[name])
    here = [m for m in found if m.step == largest]
    if wanted >= largest and here:
        return Cost(here[0].steps * seconds, here[0].relative, largest)
    amplitude, relative, _ = time_law(found)
    spread = slope_error / abs(slope) / POWERS[name]
    return Cost(amplitude / wanted * seconds, hypot(relative, spread), wanted)
