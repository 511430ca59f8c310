"""Half of the transition of trained networks, over decades of start and decay, on random samples.

Every observable is a ratio to what is derived for the same samples, so that samples are units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import exp, nan

import numpy as np
from numpy.typing import NDArray

from binodal.models.diagonal_linear.network.proximal import REFINEMENTS, networks, times
from binodal.models.diagonal_linear.numerics.critical import TransitionTimes
from binodal.models.diagonal_linear.numerics.law import law
from binodal.models.diagonal_linear.numerics.predictors import early, late
from binodal.models.diagonal_linear.parameters import space
from binodal.models.diagonal_linear.setting import Setting, setting_of
from binodal.models.diagonal_linear.settings import samples_text
from binodal.numerics.critical import Request
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Trial, Tried
from binodal.validate.prediction import Prediction

Array = NDArray[np.float64]
SEED, SETS, WIDTH, SAMPLES, STEP = 2310, 6, 4, 2, 0.05
STARTS = {2: (3, 30, 300), 3: (3, 17, 100)}
DECAYS = tuple(Fraction(1, 10**k) for k in (2, 3, 4))
_LEAST_SCALE = 0.05
_DIGITS, _BITS = 15, 80


@dataclass(frozen=True)
class Known:
    """What is derived for one set of samples.

    ``turns`` are the scales alpha exp(-lambda t) of half of the transition, one a decay; ``slow``
    are those of the law, A* and its first correction, which a classifier does not have.
    """

    setting: Setting
    turns: Array
    slow: Array | None


def _cases(effort: Fraction, device: str) -> Iterator[Tried]:
    count = max(2, round(SETS * effort))
    for loss in ("squared", "logistic"):
        drawn = drawn_samples(loss, count)
        for k, degree in enumerate(STARTS):
            of, other = ([pair[j] for pair in drawn] for j in (k, 1 - k))
            yield tried(degree, of, other, device)


def drawn_samples(loss: str, count: int) -> list[tuple[Known, ...]]:
    """Random samples whose theory is known for every degree, with no scale below the least."""
    source, settings = np.random.default_rng(SEED), list[tuple[Known, ...]]()
    while len(settings) < count:
        try:
            setting = _random(source, loss)
            pair = tuple(known(setting, degree) for degree in STARTS)
        except Undecided:
            continue
        if min(of.turns.min() for of in pair) > _LEAST_SCALE:
            settings.append(pair)
    return settings


def _random(source: np.random.Generator, loss: str) -> Setting:
    """Inputs in quarters from -2 to 2, targets 1 and -1; the weight that has farthest to go.

    Raises Undecided where no weight goes anywhere.
    """
    inputs, targets = source.integers(-8, 9, (SAMPLES, WIDTH)), source.choice([-1, 1], SAMPLES)
    samples = [
        (tuple(Fraction(int(x), 4) for x in row), Fraction(int(y)))
        for row, y in zip(inputs, targets, strict=True)
    ]
    words = {"samples": samples_text(samples), "loss": loss, "component": "1"}
    first, last = (of(setting_of(words)) for of in (early, late))
    ways = [abs(a - b) for a, b in zip(first, last, strict=True)]
    if not any(ways):
        raise Undecided("early and late predictor are the same")
    return setting_of(words | {"component": str(ways.index(max(ways)) + 1)})


def known(setting: Setting, degree: int) -> Known:
    """The flow at every decay; of a regression the law where decay is slow. Raises Undecided."""
    if setting.separates:
        turns = [_turn(setting, degree, decay) for decay in DECAYS]
        return Known(setting, np.array(turns), None)
    point = {"L": Fraction(degree), "alpha": Fraction(1), "lambda": Fraction(1)}
    solution = law(setting, point, early(setting), late(setting), _BITS)
    lag = float((solution.time + solution.scale.log()).mid())
    slow = float(solution.scale.mid()) * np.exp(-lag * np.array(DECAYS, dtype=float))
    return Known(setting, np.append(_turn(setting, degree, DECAYS[0]), slow[1:]), slow)


def _turn(setting: Setting, degree: int, decay: Fraction) -> float:
    start = STARTS[degree][1]
    request = Request(
        "transition", "time", "derived", _at(setting, degree, start, decay), _DIGITS, Fraction(0)
    )
    status, moments, why = TransitionTimes(setting).found(request)
    if status is not Status.CONVERGED:
        raise Undecided(why)
    return start * exp(-float(decay) * float(moments[0].value.mid()))


def _at(setting: Setting, degree: int, start: int, decay: Fraction) -> Parameters:
    words = {"loss": setting.loss}
    return space(words).at({"L": degree, "alpha": start, "lambda": decay, "sigma2": 0})


def tried(degree: int, of: Sequence[Known], other: Sequence[Known], device: str) -> Tried:
    """Networks on all samples, starts and decays; ``other`` is what another degree says."""
    starts, setting = STARTS[degree], of[0].setting
    cells = list(product(of, starts, DECAYS))
    settings, alphas, decays = zip(*((a.setting, Fraction(b), c) for a, b, c in cells), strict=True)
    measured = times(networks(settings, degree, alphas, decays, device), STEP)
    shape = len(of), len(starts), len(DECAYS)
    passed, errors = (each.cpu().numpy().reshape(shape) for each in measured)
    judged = [
        *_slopes(passed, errors, degree),
        *_scales(passed, errors, of, other, starts),
        *_corrections(passed, errors, of, other),
    ]
    return Tried(
        f"{setting.loss}-L-{degree}",
        _at(setting, degree, starts[-1], DECAYS[-1]),
        passed.size * len(REFINEMENTS),
        tuple(part for part in judged if isinstance(part, Measurement)),
        tuple(part for part in judged if isinstance(part, Prediction)),
        _curves(passed, of, starts),
    )


Judged = Measurement | Prediction


def _judged(name: str, units: Array, error: float, wrong: dict[str, float]) -> Iterator[Judged]:
    """A ratio to what is derived, a value for each set of samples, and wrong theories of it."""
    spread = float(units.std(ddof=1)) / len(units) ** 0.5
    yield Measurement(name, float(units.mean()), spread, len(units), nan, nan, bias_error=error)
    yield Prediction("derived", name, 1.0)
    for words, value in wrong.items():
        yield Prediction(f"control: {words}", name, value, control=True)


def _slopes(passed: Array, errors: Array, degree: int) -> Iterator[Judged]:
    """lambda dt/d(log alpha), which is 1."""
    logs = np.log(STARTS[degree])
    off = logs - logs.mean()
    units = (passed * off[:, None]).sum(1).mean(1) / (off**2).sum()
    error = float((errors * np.abs(off)[:, None]).sum(1).mean() / (off**2).sum())
    wrong = {"slope 1/(L lambda)": 1 / degree, "decay lambda (|u|^2 + |v|^2)": 0.5}
    yield from _judged("slope", units, error, wrong)


def _scales(
    passed: Array, errors: Array, of: Sequence[Known], other: Sequence[Known], starts: Sequence[int]
) -> Iterator[Judged]:
    """A at half of the transition over what is derived, at the slowest decay."""
    own, others = (np.array([known.turns[-1] for known in part]) for part in (of, other))
    turned = np.exp((np.log(starts)[:, None] - passed).mean(1))[:, -1]
    wrong = {
        "no constant": float((1 / own).mean()),
        "constant off by log 2": 2.0,
        "alpha/sqrt(2d) for alpha": (2 * WIDTH) ** 0.5,
        "the other L": float((others / own).mean()),
    }
    yield from _judged("scale", turned / own, float(errors[..., -1].mean()), wrong)


def _corrections(
    passed: Array, errors: Array, of: Sequence[Known], other: Sequence[Known]
) -> Iterator[Judged]:
    """What the time exceeds that of the slowest decay by, in lambda t, at the fastest decay.

    Of a regression it is lag times lambda to first order, of a classifier its margin's growth.
    Samples count by the square of what is derived for them. The first order's error is what it
    leaves out.
    """
    own, others = (np.log([k.turns[-1] / k.turns[0] for k in part]) for part in (of, other))
    gaps = (passed[..., 0] - passed[..., -1]).mean(1) - own
    weights = own / (own**2).mean()
    off = errors[..., [0, -1]].sum(-1).mean(1)
    wrong = {"no correction": 0.0, "the other L": float((others * weights).mean())}
    error = float((off * np.abs(weights)).mean())
    yield from _judged("correction", 1 + gaps * weights, error, wrong)
    first = [np.log(k.slow[-1] / k.slow[0]) for k in of if k.slow is not None]
    if first:
        value = float((first * weights).mean())
        yield Prediction("derived", "correction", value, abs(value - 1), limit="slow decay")


def _curves(
    passed: Array, of: Sequence[Known], starts: Sequence[int]
) -> dict[str, dict[str, list[float]]]:
    """Derived times, means over samples, by start and decay; networks over these, with errors."""
    decays = np.array(DECAYS, dtype=float)
    turns = np.array([known.turns for known in of])
    derived = np.log(np.array(starts)[:, None] / turns[:, None, :]) / decays
    ratios = passed / decays / derived
    spread = ratios.std(0, ddof=1) / len(of) ** 0.5
    kept = {"x": derived.mean(0), "y": ratios.mean(0), "error": spread}
    return {"times": {name: values.ravel().tolist() for name, values in kept.items()}}


DECAY_TIMES = Trial(
    "decay-times",
    "The time of a transition by decay, over decades of start and decay",
    "Do networks go over when the derivation says, with its constant and its correction?",
    {
        "samples": f"{SETS} random sets of {SAMPLES} samples of {WIDTH} inputs",
        "alpha": ", ".join(f"L = {degree}: {of}" for degree, of in STARTS.items()),
        "lambda": ", ".join(map(str, DECAYS)),
    },
    SEED,
    _cases,
)
