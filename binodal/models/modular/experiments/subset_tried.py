"""What networks on subsets say of each share and noise, and of the share that is enough.

Subsets are the units. The starts of one subset must meet, and chains must not drift; where they do
not, the number says so and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import nan

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.modular.experiments.subset_chains import SHOWN, STARTS, Batch, joined
from binodal.models.modular.experiments.subset_descent import Descents
from binodal.models.modular.network.subset_observer import OTHERS
from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    end_of,
    least_share,
    on_curve,
    points,
    share_at,
)
from binodal.models.modular.numerics.subset_outputs import outputs
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.modular.predictions.subset_rows import LIMIT, predictions
from binodal.numerics.balls import precision
from binodal.numerics.parameters import Parameters
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Curve, Tried
from binodal.validate.prediction import Prediction
from binodal.validate.run.checkpoint import Checkpoint

Array = NDArray[np.float64]
JUDGED = ("a", "a_test", "lambda")
JUDGED_STARTS = (STARTS.index("prior"), STARTS.index("feature"))
"""Those that are held against theory: one of either side of the transition. Chains that begin with
neurons on single pairs, or are cooled slowly, have not come to them everywhere."""

KNOWN, HALF = 0.95, 0.5
"""Of the test accuracy: where AdamW's networks know the rule; and where half of the way is."""

FAR, APART = 6.0, 0.02
"""Standard errors over eight subsets, by which chance parts starts once in two thousand times; and
a difference of thresholds that is called one whatever its error is."""

ENDS = {"coexistence": f"{LIMIT}, leading order", ALL_POWERS: f"{LIMIT}, all powers"}
LINES = {"coexistence": "leading order", ALL_POWERS: "all powers"}
LAW = "test_accuracy by the law of outputs"
"""A curve beside those of the starts."""
THRESHOLD = "share_enough"
"""The share of the pairs at which a network knows half of the others."""
_BITS = 512


Part = tuple[Batch | Descents, Checkpoint]


def tried(parts: Sequence[Part]) -> Iterator[Tried]:
    """All cases of the batches of one size; single shares at the coldest noise.

    The first has every noise.
    """
    (first, saved), *_ = parts
    if isinstance(first, Descents):
        yield _descended(first, saved)
        return
    batch, means, drifts = joined([(of, kept) for of, kept in parts if isinstance(of, Batch)])
    for k, noise in enumerate(batch.noises):
        yield _enough(batch, noise, means[:, :, :, k])
    for j, share in enumerate(batch.shares):
        own = means[j, list(JUDGED_STARTS), :, -1], drifts[j, list(JUDGED_STARTS), :, -1]
        yield _at(batch, share, batch.noises[-1], *own)


def at(batch: Batch, share: Fraction, noise: Fraction) -> Parameters:
    """The exact parameters of a chain."""
    sizes = {"N": Fraction(batch.width), "P": Fraction(batch.order), "gamma": batch.gamma}
    return ON_SUBSET.at({**sizes, "sigma_a2": batch.sigma_a2, "sigma2": noise, SHARE: share})


def parted(values: Array, drifts: Array) -> str:
    """Why the starts (rows) of the subsets (columns) have not met, or nothing."""
    count = values.shape[1]
    for start, away in zip(JUDGED_STARTS, values - values.mean(0), strict=True):
        if abs(away.mean()) > FAR * _error(away):
            return f"starts did not meet: {STARTS[start]} is off by {away.mean():.2g}"
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
        if share < 1 or name not in OTHERS:
            told.append(_measured(name, own, parted(own, moved)))
    parameters = at(batch, share, noise)
    wanted = [p for p in predictions(parameters, ("derived",)) if p.observable in JUDGED]
    chains = len(values) * batch.subsets
    name = f"{batch.name}-share-{float(share):g}-sigma2-{float(noise):.4g}"
    kept = {m.observable for m in told}
    judged = tuple(p for p in wanted if p.observable in kept)
    return Tried(name, parameters, chains, tuple(told), judged)


def _enough(batch: Batch, noise: Fraction, values: Array) -> Tried:
    """The share at which half of the pairs that are not seen are known, at one noise."""
    known = np.isfinite(values[..., SHOWN.index("test_accuracy")]).all((1, 2))
    places = np.flatnonzero(known).tolist()
    shares = np.array([float(batch.shares[j]) for j in places])
    accuracy = values[places][..., SHOWN.index("test_accuracy")]
    own = accuracy[:, list(JUDGED_STARTS)].mean(1)
    half, error = _half(shares, own)
    sides = [_half(shares, accuracy[:, start]) for start in JUDGED_STARTS]
    problem = ""
    if not np.isfinite(half + error):
        problem = f"not a half up to a share of {shares.max():g}"
    elif not abs(sides[0][0] - sides[1][0]) < APART:
        problem = (
            f"starts did not meet: {sides[0][0]:.3f} from the prior, {sides[1][0]:.3f} from rings"
        )
    told = Measurement(
        *(THRESHOLD, half, error, own.shape[1], nan, nan),
        problem=problem,
        bias_error=_bracket(shares, half) / 12**0.5,
    )
    batches = tuple(_shares(at(batch, Fraction(1, 2), noise)))
    ratio = float(noise) / coexistence_of(at(batch, Fraction(1), noise))
    place = {"at": [float(batch.order), float(batch.width), ratio]}
    curves: dict[str, Curve] = {
        f"{start} {name}": place | _curve(shares, values[places][:, k, :, SHOWN.index(name)])
        for k, start in enumerate(STARTS)
        for name in ("test_accuracy", "memorising", "droplets")
    }
    law = [
        _by_law(at(batch, batch.shares[j], noise), values[j, list(JUDGED_STARTS)]) for j in places
    ]
    curves[LAW] = place | {"x": shares.tolist(), "y": law}
    chains = int(np.isfinite(values[..., 0]).sum())
    if noise == batch.noises[0]:
        curves |= {words: _coexistence(event, batch.order) for event, words in LINES.items()}
    name = f"{batch.name}-sigma2-{float(noise):.4g}"
    return Tried(name, at(batch, Fraction(1), noise), chains, (told,), batches, curves)


def _by_law(parameters: Parameters, values: Array) -> float:
    """The accuracy on pairs that are not seen, by the law of outputs at a on either kind of pairs.

    ``values`` (starts, subsets, observables).
    """
    seen, others = (arb(values[..., SHOWN.index(name)].mean()) for name in ("a", "a_test"))
    return float(outputs(seen, others, parameters).test_accuracy.mid())


def _bracket(shares: Array, half: float) -> float:
    """The distance of the two shares that a threshold lies between: where, is interpolated."""
    above = int(np.searchsorted(shares, half))
    return float(shares[above] - shares[above - 1]) if 0 < above < len(shares) else nan


def _half(shares: Array, own: Array) -> tuple[float, float]:
    """Where the mean over subsets (columns) comes up to a half, and its error by jackknife."""
    count = own.shape[1]
    units = [crossing(shares, np.delete(own, k, 1).mean(1)) for k in range(count)]
    return crossing(shares, own.mean(1)), float(np.sqrt((count - 1) * np.var(units)))


def _coexistence(event: str, order: int) -> Curve:
    """Shares and sigma^2 over that of all pairs along coexistence, from its end on."""
    bits, curve = 128, list[tuple[float, float]]()
    with precision(bits):
        whole = on_curve(event, arb(1)).ratio
        for z in np.linspace(float(end_of(event, bits).z.mid()), 1, 41):
            point = on_curve(event, arb(float(z)))
            share = share_at(point.strength, arb(order))
            # U^2/gamma goes as F^4/sigma^8 in sigma^2.
            noise = share * (whole / point.ratio) ** arb("0.25")
            curve.append((float(share.mid()), float(noise.mid())))
    x, y = zip(*curve, strict=True)
    return {"x": list(x), "y": list(y)}


def _curve(shares: Array, own: Array) -> dict[str, list[float]]:
    return {"x": shares.tolist(), "y": own.mean(1).tolist(), "error": _errors(own)}


def _errors(own: Array) -> list[float]:
    return [_error(row) for row in own]


def crossing(shares: Array, accuracy: Array) -> float:
    """The last share, by straight lines, at which the accuracy comes up to a half; NaN for none.

    >>> round(crossing(np.array([0.2, 0.4, 0.8]), np.array([0.0, 0.25, 0.75])), 6)
    0.6
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
    """The least share at which a mode is as deep as zero, and what wrong counts of the data say.

    Between the end of coexistence and the share where this noise crosses it: the larger.
    """
    blank = partial(Prediction, observable=THRESHOLD, modes=1)
    with precision(_BITS):
        whole = coexistence_of(parameters)
        ratio = float(parameters["sigma2"]) / whole
        for event, limit in ENDS.items():
            if ratio >= 1:
                yield blank("derived", value=nan, limit=limit, missing="above coexistence")
                continue
            values = points(event, SHARE, parameters, _BITS)
            end = float(least_share(event, parameters, _BITS).mid())
            yield blank(
                "derived", value=max([end, *(float(v.mid()) for _, v in values)]), limit=limit
            )
    for name, value in (
        ("control: equivalent kernel, n = F P^2", ratio),
        ("control: F counted twice", ratio**0.5),
    ):
        missing = "" if ratio < 1 else "above coexistence"
        yield blank(name, value=value if ratio < 1 else nan, control=True, missing=missing)


def coexistence_of(parameters: Parameters) -> float:
    """sigma^2 of coexistence on all pairs."""
    everything = parameters.replace(**{SHARE: Fraction(1)})
    with precision(_BITS):
        (_, whole), *_ = points("coexistence", "sigma2", everything, _BITS)
    return float(whole.mid())


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
    at_size = [float(of.order), float(of.width)]
    curves: dict[str, Curve] = {
        "accuracy": {"at": at_size, "x": x, "y": end.mean(1).tolist(), "error": _errors(end)},
        "time": {"at": at_size, "x": x, "y": [float(t) if np.isfinite(t) else nan for t in time]},
    }
    sizes = {"N": Fraction(of.width), "P": Fraction(of.order), "gamma": Fraction(1)}
    rest = {"sigma_a2": Fraction(1), "sigma2": Fraction(1), SHARE: Fraction(1)}
    networks = len(of.shares) * of.subsets
    return Tried(of.name, ON_SUBSET.at({**sizes, **rest}), networks, (), (), curves)
