"""When an entry that is not seen goes over, over decades of start and of decay, beside its law.

All entries of U and V are integrated as they are: nothing of the derivation, in which one matrix is
left, is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import nan

import numpy as np
from numpy.typing import NDArray

from binodal.models.diagonal_linear.numerics.arrival import ARRIVED
from binodal.models.matrix_completion.network.descent import flowed
from binodal.models.matrix_completion.numerics.flow import Seen
from binodal.models.matrix_completion.numerics.predictors import early, half_way, late
from binodal.models.matrix_completion.parameters import space
from binodal.models.matrix_completion.setting import Setting, setting_of
from binodal.numerics.errors import Undecided
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Trial, Tried
from binodal.validate.prediction import Prediction

Array = NDArray[np.float64]
SEED, SETS = 2310, 6
STARTS = (10, 100, 1000)
DECAYS = tuple(Fraction(1, 10**k) for k in (2, 3, 4))
ACCURACIES = (1e-8, 1e-10)
_EIGHTHS = (12, 24, 4), (24, 36, 12)
"""Of which each entry is drawn: the second is the largest, so that the path ends soon below it."""


def settings(sets: int) -> list[Setting]:
    """Three entries of a matrix of three rows, drawn in eighths; the one at 1,1 is timed."""
    chance = np.random.default_rng(SEED)
    drawn = [[Fraction(int(k), 8) for k in chance.integers(*_EIGHTHS)] for _ in range(sets)]
    return [
        setting_of({"entries": f"1,2: {a}; 2,2: {b}; 2,3: {c}", "entry": "1,1"})
        for a, b, c in drawn
    ]


def _cases(effort: Fraction, device: str) -> Iterator[Tried]:
    yield tried(settings(max(3, round(SETS * effort))))


def tried(sets: list[Setting]) -> Tried:
    """Slopes of the time in both logarithms, and the time over its law, a set of entries each."""
    rows = np.array([[_row(of, start) for start in STARTS] for of in sets])
    passed, laws, off, beyond = np.moveaxis(rows, 2, 0)
    decays, logs = np.array(DECAYS, dtype=float), np.log(STARTS)
    slope = np.diff(passed, axis=1).mean((1, 2)) / float(np.diff(logs).mean())
    exponent = -_exponent(passed / decays, decays)
    ratio = (passed / laws).mean((1, 2))
    error, left = float(off.max()), float(beyond.max())
    wide = {
        "slope": float(np.ptp(logs)),
        "exponent": float(passed.min() * np.ptp(np.log(decays))),
        "ratio": float(laws.min()),
    }
    units = {"slope": slope, "exponent": exponent, "ratio": ratio}
    told = [_measured(name, units[name], error / scale) for name, scale in wide.items()]
    known = float(-_exponent(laws / decays, decays).mean())
    bare = float((logs[:, None] / laws).mean())
    says = (
        Prediction("derived", "slope", 1.0, left / wide["slope"]),
        Prediction("derived", "exponent", known, left / wide["exponent"]),
        Prediction("derived", "ratio", 1.0, left / wide["ratio"]),
        Prediction("control: slope 1/(2 lambda)", "slope", 0.5, control=True),
        Prediction("control: no start", "slope", 0.0, control=True),
        Prediction("control: 1/lambda^2", "exponent", 2 * known, control=True),
        Prediction("control: no constant", "ratio", bare, control=True),
    )
    parameters = space({}).at({"alpha": STARTS[-1], "lambda": DECAYS[-1]})
    return Tried(
        "start-and-decay", parameters, passed.size, tuple(told), says, _curves(passed, laws, decays)
    )


def _row(of: Setting, start: int) -> list[Array]:
    """lambda t of flow and law at all decays, what tolerances move the first, and what the second
    leaves out, taken as the square of its correction."""
    first, last, seen = early(of), late(of).w, Seen.entries(of)
    way, level = (last - first)[of.entry], float((first + last)[of.entry] / 2)
    half = half_way(seen, float(start), of.entry, level, last, ARRIVED * abs(float(way)))
    if half is None:
        raise Undecided("an entry starts beyond its transition")
    decays = np.array(DECAYS, dtype=float)
    later = decays * half.later[0]
    law = np.log(start) - half.log_scale[0] + later
    rough, fine = (
        np.array([flowed(of, start, decay, level, accuracy) for decay in decays])
        for accuracy in ACCURACIES
    )
    return [fine, law, np.abs(fine - rough), later**2]


def _exponent(times: Array, decays: Array) -> Array:
    """d log t/d log lambda, a set of entries each."""
    off = np.log(decays) - np.log(decays).mean()
    slopes: Array = (np.log(times) * off).sum(-1) / (off**2).sum()
    return slopes if slopes.ndim == 1 else np.asarray(slopes.mean(1))


def _measured(name: str, units: Array, error: float) -> Measurement:
    spread = float(units.std(ddof=1)) / len(units) ** 0.5
    return Measurement(name, float(units.mean()), spread, len(units), nan, nan, bias_error=error)


def _curves(passed: Array, laws: Array, decays: Array) -> dict[str, dict[str, list[float]]]:
    """Ratios to the law's times, averaged over sets."""
    ratios = passed / laws
    kept = {
        "x": (laws / decays).mean(0),
        "y": ratios.mean(0),
        "error": ratios.std(0, ddof=1) / len(ratios) ** 0.5,
    }
    return {"times": {name: values.ravel().tolist() for name, values in kept.items()}}


COMPLETION_TIMES = Trial(
    "completion-times",
    "Matrix completion: the time at which an entry that is not seen goes over",
    "Do factors that start large go over late by the logarithm of the start over the decay?",
    {
        "factors": "U and V of three rows from alpha times the unit matrix, gradient flow of all",
        "entries": f"1,2; 2,2; 2,3 of {SETS} random sets, the one at 1,1 is timed",
        "alpha": ", ".join(map(str, STARTS)),
        "lambda": ", ".join(map(str, DECAYS)),
    },
    SEED,
    _cases,
)
