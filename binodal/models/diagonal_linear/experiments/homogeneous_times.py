"""When ReLU networks with a large start go over, over a decade of start and of decay.

Beyond closed forms: the scale A* is measured for each set of samples, the law of its time is that
of any homogeneous network.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import log, nan

import numpy as np
import torch
from numpy.typing import NDArray

from binodal.models.diagonal_linear.network.relu import Losses, ReluNetworks, descended
from binodal.models.diagonal_linear.parameters import space
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Trial, Tried
from binodal.validate.prediction import Prediction

Array = NDArray[np.float64]
SEED, SETS, WIDTH, SAMPLES, HELD, PAIRS = 2310, 12, 4, 16, 1000, 10
STARTS, STEP, BEYOND, EARLY = (30, 100, 300), 0.05, 4.0, 0.5
"""``EARLY``: where lambda t is this, samples are fitted and nothing else has happened."""
DECAYS = tuple(Fraction(k, 10**5) for k in (10, 3, 1))
REFINEMENTS = (1, 2, 4)


def networks(sets: int, device: str = "cpu") -> ReluNetworks:
    """A network for each set of samples, start and decay; the target is |x_1|."""
    drawn = [_drawn(number) for number in range(sets)]
    cells = list(product(drawn, STARTS, DECAYS))
    inputs, held, weights = (torch.stack([of[k] for of, *_ in cells]).to(device) for k in range(3))
    starts, decays = (
        torch.tensor(list(map(float, of)), dtype=torch.float64, device=device)
        for of in ([start for _, start, _ in cells], [decay for *_, decay in cells])
    )
    targets, held_targets = inputs[..., 0].abs(), held[..., 0].abs()
    return ReluNetworks(
        inputs, targets, held, held_targets, starts[:, None] * weights, starts, decays
    )


def _drawn(number: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs to train on and others, and a start of scale one: pairs that cancel."""
    chance = torch.Generator().manual_seed((SEED << 8) + number)
    inputs, held, first = (
        torch.randn(count, WIDTH, generator=chance, dtype=torch.float64)
        for count in (SAMPLES, HELD, PAIRS)
    )
    width = (2 * PAIRS) ** -0.5
    first = width * first / first.norm(dim=1, keepdim=True)
    readout = torch.full((PAIRS,), width, dtype=torch.float64)
    return inputs, held, torch.cat((first.repeat(2, 1).flatten(), readout, -readout))


def times(of: ReluNetworks, step: float) -> tuple[Array, Array]:
    """lambda t of half of the last change of the test loss, extrapolated, and what steps leave."""
    first, second, third = (halfway(descended(of, step / k, BEYOND)) for k in REFINEMENTS)
    rough, fine = 2 * second - first, 2 * third - second
    best = (4 * fine - rough) / 3
    return best, np.abs(best - fine)


def halfway(of: Losses) -> Array:
    """Where the test loss is half way from the early predictor's to its last, for the last time."""
    crossings = []
    for passed, test in zip(of.passed.cpu().numpy().T, of.test.cpu().numpy().T, strict=True):
        early, end = np.interp(EARLY, passed, test), test[-1]
        share = (test - early) / (end - early) - 0.5
        k = np.flatnonzero(share[:-1] < 0)[-1]
        crossings.append(np.interp(0.0, share[k : k + 2], passed[k : k + 2]))
    return np.array(crossings)


def _cases(effort: Fraction, device: str) -> Iterator[Tried]:
    yield tried(max(3, round(SETS * effort)), device)


def tried(sets: int, device: str) -> Tried:
    """Both slopes of the time, a value for each set of samples."""
    passings = times(networks(sets, device), STEP)
    passed, errors = (of.reshape(sets, len(STARTS), len(DECAYS)) for of in passings)
    decays = np.array(DECAYS, dtype=float)
    logs = np.log(STARTS)
    slope = _fitted(passed, logs[:, None], 1), "slope"
    exponent = -_fitted(np.log(passed / decays), np.log(decays), 2), "exponent"
    off = float(errors.mean())
    judged = [
        _measured(*slope, off / float(np.ptp(logs))),
        _measured(*exponent, off / float(passed.mean() * np.ptp(np.log(decays)))),
    ]
    says = (
        Prediction("derived", "slope", 1.0),
        Prediction("derived", "exponent", 1.0),
        Prediction("control: slope 1/(L lambda)", "slope", 0.5, control=True),
        Prediction("control: no start", "slope", 0.0, control=True),
        Prediction("control: no decay", "exponent", 0.0, control=True),
        Prediction("control: 1/lambda^2", "exponent", 2.0, control=True),
    )
    parameters = space({"loss": "squared"}).at(
        {"L": 2, "alpha": STARTS[-1], "lambda": DECAYS[-1], "sigma2": 0}
    )
    count = passed.size * len(REFINEMENTS)
    return Tried("start-and-decay", parameters, count, tuple(judged), says, _curves(passed, decays))


def _fitted(values: Array, places: Array, axis: int) -> Array:
    """Slopes of values along an axis, averaged over the other, a set of samples each."""
    off = places - places.mean()
    slopes: Array = (values * off).sum(axis) / (off**2).sum()
    return np.asarray(slopes.mean(1))


def _measured(units: Array, name: str, error: float) -> Measurement:
    spread = float(units.std(ddof=1)) / len(units) ** 0.5
    return Measurement(name, float(units.mean()), spread, len(units), nan, nan, bias_error=error)


def _curves(passed: Array, decays: Array) -> dict[str, dict[str, list[float]]]:
    """Means over samples of t by (1/lambda) log(alpha/A*), A* the mean at the slowest decay."""
    scale = float(np.exp((np.log(STARTS)[:, None] - passed)[..., -1].mean()))
    law = np.array([[log(start / scale) for _ in decays] for start in STARTS]) / decays
    ratios = passed / decays / law
    kept = {"x": law, "y": ratios.mean(0), "error": ratios.std(0, ddof=1) / len(passed) ** 0.5}
    return {"times": {name: values.ravel().tolist() for name, values in kept.items()}}


HOMOGENEOUS_TIMES = Trial(
    "homogeneous-times",
    "ReLU networks with a large start: the time of their transition by decay",
    "Is the fall of the test loss late by the logarithm of the start over the decay?",
    {
        "networks": f"{2 * PAIRS} ReLU neurons in pairs that cancel, target |x_1|",
        "samples": f"{SETS} random sets of {SAMPLES} samples of {WIDTH} inputs",
        "alpha": ", ".join(map(str, STARTS)),
        "lambda": ", ".join(map(str, DECAYS)),
    },
    SEED,
    _cases,
)
