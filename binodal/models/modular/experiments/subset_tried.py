"""What networks on subsets say of each share and noise, and of the share that is enough.

Subsets are the units. The starts of one subset must meet, and chains must not drift; where they do
not, the number says so and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import nan

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.experiments.subset_chains import SHOWN, STARTS, Batch
from binodal.models.modular.experiments.subset_descent import Descents
from binodal.models.modular.numerics.subset_curves import points
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.modular.predictions.subset_rows import LIMIT, predictions
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Curve, Tried
from binodal.validate.prediction import Prediction
from binodal.validate.run.checkpoint import Checkpoint

Array = NDArray[np.float64]
JUDGED = ("a", "a_test", "lambda")
KNOWN, HALF = 0.95, 0.5
"""Of the test accuracy: where AdamW's networks know the rule; and where half of the way is."""

FAR = 6.0
"""Standard errors over eight subsets, by which chance parts starts once in two thousand times."""

THRESHOLD = "share of the pairs at which half of the others are known"
_BITS = 512


def tried(batch: Batch | Descents, saved: Checkpoint) -> Iterator[Tried]:
    """All cases of a batch."""
    if isinstance(batch, Descents):
        yield _descended(batch, saved)
        return
    means, drifts = (_by_share(batch, saved.tensors[name].numpy()) for name in ("mean", "drift"))
    for k, noise in enumerate(batch.noises):
        yield _enough(batch, noise, means[:, :, :, k])
    for j, share in enumerate(batch.shares):
        for k, noise in enumerate(batch.noises):
            yield _at(batch, share, noise, means[j, :, :, k], drifts[j, :, :, k])


def _by_share(batch: Batch, values: Array) -> Array:
    """(shares, starts, subsets, noises, observables)."""
    return values.reshape(len(batch.shares), len(STARTS), batch.subsets, len(batch.noises), -1)


def at(batch: Batch, share: Fraction, noise: Fraction) -> Parameters:
    """The exact parameters of a chain."""
    sizes = {"N": Fraction(batch.width), "P": Fraction(batch.order), "gamma": batch.gamma}
    return ON_SUBSET.at({**sizes, "sigma_a2": batch.sigma_a2, "sigma2": noise, SHARE: share})


def parted(values: Array, drifts: Array) -> str:
    """Why the starts (rows) of the subsets (columns) have not met, or nothing."""
    count = values.shape[1]
    for start, away in zip(STARTS, values - values.mean(0), strict=True):
        if abs(away.mean()) > FAR * _error(away):
            return f"starts did not meet: {start} is off by {away.mean():.2g}"
    drift = drifts.mean(0)
    if count > 1 and abs(drift.mean()) > FAR * _error(drift):
        return f"chains still drift, by {drift.mean():.2g} from one half to the other"
    return ""


def _error(units: Array) -> float:
    return float(units.std(ddof=1) / len(units) ** 0.5)


def _measured(name: str, values: Array, problem: str) -> Measurement:
    """The mean over starts and subsets."""
    units = values.mean(0)
    return Measurement(
        name, float(units.mean()), _error(units), len(units), nan, nan, None, problem
    )


def _at(batch: Batch, share: Fraction, noise: Fraction, values: Array, drifts: Array) -> Tried:
    """What is said of one share at one noise."""
    told = []
    for name in SHOWN:
        own, moved = (of[:, :, SHOWN.index(name)] for of in (values, drifts))
        if np.isfinite(own).all():
            told.append(_measured(name, own, parted(own, moved)))
    parameters = at(batch, share, noise)
    said = [p for p in predictions(parameters, ("derived",)) if p.observable in JUDGED]
    chains = len(STARTS) * batch.subsets
    name = f"{batch.name}-share-{float(share):g}-sigma2-{float(noise):.4g}"
    kept = {m.observable for m in told}
    judged = tuple(p for p in said if p.observable in kept)
    return Tried(name, parameters, chains, tuple(told), judged)


def _enough(batch: Batch, noise: Fraction, values: Array) -> Tried:
    """The share at which half of the pairs that are not seen are known, at one noise."""
    accuracy = values[..., SHOWN.index("test_accuracy")].mean(1)
    partial_shares = [j for j, share in enumerate(batch.shares) if share < 1]
    shares = np.array([float(batch.shares[j]) for j in partial_shares])
    own = accuracy[partial_shares]
    found = crossing(shares, own.mean(1))
    units = [crossing(shares, np.delete(own, k, 1).mean(1)) for k in range(own.shape[1])]
    spread = np.array(units)
    count = len(units)
    error = float(np.sqrt((count - 1) * spread.var()))
    problem = "" if np.isfinite(found) and np.isfinite(error) else f"not up to {shares.max():g}"
    measured = Measurement(THRESHOLD, found, error, count, nan, nan, None, problem)
    name = f"{batch.name}-sigma2-{float(noise):.4g}"
    said = tuple(_shares(at(batch, Fraction(1, 2), noise)))
    curve = {"x": shares.tolist(), "y": own.mean(1).tolist(), "error": _errors(own)}
    return Tried(name, at(batch, Fraction(1), noise), 0, (measured,), said, {"accuracy": curve})


def _errors(own: Array) -> list[float]:
    return [_error(row) for row in own]


def crossing(shares: Array, accuracy: Array) -> float:
    """The last share, by straight lines, at which the accuracy comes up to a half; NaN for none.

    >>> crossing(np.array([0.2, 0.4, 0.8]), np.array([0.0, 0.25, 0.75])).round(6)
    np.float64(0.6)
    """
    if accuracy[-1] < HALF:
        return nan
    below = np.flatnonzero(accuracy < HALF)
    if not len(below):
        return nan
    j = int(below[-1])
    way = (HALF - accuracy[j]) / (accuracy[j + 1] - accuracy[j])
    return float(shares[j] + way * (shares[j + 1] - shares[j]))


def _shares(parameters: Parameters) -> Iterator[Prediction]:
    """Shares at coexistence of this noise: quenched, and with the data counted in wrong ways."""
    blank = partial(Prediction, observable=THRESHOLD, modes=1)
    why, everything = "", parameters.replace(**{SHARE: Fraction(1)})
    with precision(_BITS):
        try:
            found = points("coexistence", SHARE, parameters, _BITS)
            values = sorted(float(value.mid()) for _, value in found)
        except Undecided as doubt:
            values, why = [], str(doubt)
        (_, whole), *_ = points("coexistence", "sigma2", everything, _BITS)
    if values:
        yield blank("derived", value=values[-1], limit=LIMIT)
    else:
        yield blank("derived", value=nan, limit=LIMIT, missing=why or "no share has coexistence")
    ratio = float(parameters["sigma2"]) / float(whole.mid())
    for name, value in (
        ("control: equivalent kernel, n = F P^2", ratio),
        ("control: F counted twice", ratio**0.5),
    ):
        missing = "" if ratio < 1 else "no share has coexistence"
        yield blank(name, value=value if ratio < 1 else nan, control=True, missing=missing)


def _descended(of: Descents, saved: Checkpoint) -> Tried:
    """Test accuracies of AdamW's networks at the end by share, and when they knew the rule."""
    steps = saved.tensors["steps"].numpy().astype(float)
    accuracy = saved.tensors["accuracy"].numpy()[..., 1]
    shares = [j for j, share in enumerate(of.shares) if share < 1]
    x = [float(of.shares[j]) for j in shares]
    end = accuracy[-1, shares]
    knew = accuracy[:, shares] >= KNOWN
    first = np.where(knew.any(0), steps[knew.argmax(0)], np.inf)
    time = np.median(first, axis=1)
    curves: dict[str, Curve] = {
        "accuracy": {"x": x, "y": end.mean(1).tolist(), "error": _errors(end)},
        "time": {"x": x, "y": [float(t) if np.isfinite(t) else nan for t in time]},
    }
    sizes = {"N": Fraction(of.width), "P": Fraction(of.order), "gamma": Fraction(1)}
    rest = {"sigma_a2": Fraction(1), "sigma2": Fraction(1), SHARE: Fraction(1)}
    networks = len(of.shares) * of.subsets
    return Tried(of.name, ON_SUBSET.at({**sizes, **rest}), networks, (), (), curves)
