"""What the derived law of (q, r_perp) says of progress measures, with first orders in 1/N, 1/n."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, partial
from math import factorial, hypot, sqrt

import numpy as np
from scipy.special import digamma, erf, erfinv, gammaln

from binodal.models.teacher_student.numerics.finite_width import OBSERVABLES, STEP, Curvature
from binodal.models.teacher_student.numerics.joint_law import TAIL
from binodal.models.teacher_student.numerics.law import Array, scales
from binodal.models.teacher_student.numerics.losses import LOSSES
from binodal.models.teacher_student.predictions.finite_width import Orders
from binodal.models.teacher_student.predictions.readouts import READ, read
from binodal.models.teacher_student.predictions.rows import solved
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.expansion import Series
from binodal.validate.measures.barrier import ONE_PHASE, least_between
from binodal.validate.measures.crossed import crossings
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.spectrum import EXCEEDED
from binodal.validate.measures.theory import Later, Theory

NEAR_EDGE = "within chance of where the spike leaves the bulk"
LEFT_OUT = (
    "with first orders in 1/N and 1/n, and an error for the next ones; where these orders are not "
    "small, without them, and with an error of their size"
)
UNEVEN = "neurons differ in |w_perp|, so that the bulk ends beyond the Marchenko-Pastur edge"
_DEGREES = dict(zip(OBSERVABLES[:4], (1, 3, 5, 7), strict=True))
_DIRECT = {"b": "b_direct", "c": "c_direct"}
_MEANS = ("norm2", "tail", "sparsity", "weight_entropy")
_ELSEWHERE = ("local_complexity", "bbp_spikes", *READ)
_NAMES = (*OBSERVABLES[:-1], *_DIRECT.values(), *_MEANS, *LOSSES, *_ELSEWHERE)
_CHANCE = 4.0


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network on n Gaussian inputs, and the droplets of its law of q."""
    point = {name: float(value) for name, value in parameters.items()}
    try:
        joint = solved(point, "derived", refine=2).joint
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    told = cache(partial(_told, point, parameters["epsilon"]))
    values = Later(_NAMES, lambda: told()[0])
    silent = Later(_NAMES, lambda: told()[1])
    mean_field = Later(_NAMES, lambda: told()[2])
    barrier, share = least_between(joint.q, joint.density) or (None, None)
    why = ONE_PHASE if barrier is None else ""
    return Theory(values, silent, mean_field, barrier, share, why, LEFT_OUT)


def _told(
    point: Mapping[str, float], cubic: Fraction
) -> tuple[dict[str, tuple[float, float]], dict[str, str], dict[str, float]]:
    """Numbers with their errors, at both first orders, or of mean field where these are large; why
    there are none; and those of mean field.
    """
    averages = partial(_averages, point)
    known, finer = Orders(point, 1, STEP, averages), Curvature(point, 2, averages)
    exact = finer.observables(finer.residual, finer.sectors(finer.residual).chances)
    exact |= dict.fromkeys(LOSSES, float(finer.residual @ finer.residual))
    beside = _around(point, cubic, known.of.residual)
    values = {
        name: (value + beside[name], abs(mean - exact[name]) + left + abs(beside[name]))
        for name, mean, value, left in _series(known)
    }
    values |= {direct: values[name] for name, direct in _DIRECT.items()}
    exact |= {direct: exact[name] for name, direct in _DIRECT.items()}
    across = values.pop("r_perp2")[0] / max(point["d"] - 1, 1)
    fourth = values.pop("r_perp4")[0]
    aligned = min(sum(values.pop("m2")), 1.0)
    values["local_complexity"] = crossings(point["N"], int(point["d"]), aligned)
    exact["local_complexity"] = values["local_complexity"][0]
    modes = np.array([beside[name] for name in _DEGREES]) * scales(len(_DEGREES))
    told, starts = read(known, finer, modes)
    values, exact = values | told, exact | starts
    spikes = spike(values["q2"][0], across, fourth, point["d"], point["N"])
    return *with_spikes(values, spikes), {name: exact[name] for name in values}


def _around(
    point: Mapping[str, float], cubic: Fraction, residual: Array
) -> defaultdict[str, float]:
    """What residuals that are no functions of w*.x alone add in mean field, of order 1/d."""
    from binodal.models.single_index.numerics.any_setting import any_setting
    from binodal.models.single_index.numerics.closed_modes import more_modes
    from binodal.models.single_index.numerics.law_readings import averages
    from binodal.models.single_index.predictions.rows import complete, on_axis

    setting = any_setting("erf", f"1: 1, 3: {cubic}", "none")
    states = [
        complete(setting, dict(point))[0](),
        on_axis(setting, dict(point), more_modes(setting))[0](),
    ]
    whole, axis = (s.residual | averages(s.law, s.window, s.chances) for s in states)
    moved = {key: whole[key] - axis[key] for key in axis}
    modes = {name: moved.get(degree, 0.0) for name, degree in _DEGREES.items()}
    norms = [sqrt(factorial(degree)) for degree in _DEGREES.values()]
    lost = 2 * sum(r * n * m for r, n, m in zip(residual, norms, modes.values(), strict=True))
    of_norms = {"q2": moved["q2"], "norm2": moved["q2"] + moved["w_perp2"]}
    return defaultdict(float, {**modes, **of_norms, **dict.fromkeys(LOSSES, float(lost))})


def with_spikes(
    values: Mapping[str, tuple[float, float]], spikes: float | str
) -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
    """Values with the number of spikes, of which chance may add one, or why that is silent."""
    if isinstance(spikes, str):
        return dict(values), {"bbp_spikes": spikes}
    return {**values, "bbp_spikes": (spikes, EXCEEDED)}, {}


def _series(known: Orders) -> Iterator[tuple[str, float, float, float]]:
    """Name, mean field, value, and left out are the next orders, or all where they are large."""
    whole = float(known.of.residual @ known.of.residual)
    start = {**known.shift.start, **dict.fromkeys(LOSSES, whole)}
    try:
        known.both.require_small()
    except Undecided:
        orders = known.shift.sizes, known.data.shift.sizes
        sizes = {name: hypot(*(of[name] for of in orders)) for name in known.shift.sizes}
        sizes |= {name: hypot(*of) for name, of in known.losses.sizes.items()}
        yield from ((name, mean, mean, sizes[name]) for name, mean in start.items())
        return
    for name, mean in start.items():
        series: Series = known.lost if name in LOSSES else known.both
        yield name, mean, series.value(name), series.dropped(name)


def _averages(point: Mapping[str, float], q: Array, perp2: Array) -> dict[str, Array]:
    """What is averaged over neurons of overlap q and of perp2 across the teacher."""
    norm2 = q**2 + perp2
    bound = float(erfinv(THRESHOLD)) / sqrt(2)
    return {
        "norm2": norm2,
        "tail": np.abs(q) > TAIL,
        "r_perp4": perp2**2,
        "m2": q**2 / np.where(norm2 > 0, norm2, 1.0),
        "sparsity": erf(bound / np.sqrt(norm2)),
        "weight_entropy": point["N"] * (entropy(np.abs(q)) + entropy_across(point["d"], perp2)),
    }


def entropy(size: Array) -> Array:
    """-|w| ln |w|."""
    return np.asarray(-size * np.log(np.where(size > 0, size, 1.0)))


def entropy_across(size: float, perp2: Array) -> Array:
    """-sum <|w_j| ln |w_j|> over the d - 1 components across the teacher, w_j = r_perp c_j.

    c is uniform on the sphere: <|c|^s> = Gamma((s + 1)/2) Gamma(m/2)/(sqrt(pi) Gamma((m + s)/2)),
    m = d - 1, and its derivative by s at 1 is <|c| ln |c|>.
    """
    directions = size - 1
    if directions < 1:
        return np.zeros_like(perp2)
    mean = float(np.exp(gammaln(directions / 2) - gammaln(size / 2)) / sqrt(np.pi))
    logarithm = mean * (float(digamma(1.0)) - float(digamma(size / 2))) / 2
    radius = np.sqrt(perp2)
    return np.asarray(directions * (mean * entropy(radius) - logarithm * radius))


def spike(along: float, across: float, fourth: float, size: float, width: float) -> float | str:
    """Whether the teacher's direction is an eigenvalue outside the bulk: <q^2> beside <w_j^2>.

    It is if their ratio is above 1 + sqrt(c), c = d/N (Baik, Ben Arous, Peche). Otherwise why that
    is not known: the ratio is as near to that as chance may bring it, or there is no Marchenko-
    Pastur bulk. Rows of unequal size, of which |w_perp|^2 has the relative variance k beyond that
    of Gaussian entries, move its edge by the share k sqrt(c), to first order in k; ``fourth`` is
    <|w_perp|^4>.
    """
    ratio, threshold = along / across, 1 + sqrt(size / width)
    if abs(ratio - threshold) < _CHANCE * ratio * sqrt(2 / width):
        return NEAR_EDGE
    uneven = fourth / ((size + 1) * (size - 1) * across**2) - 1
    roots = sqrt(width), sqrt(size)
    fluctuation = sum(1 / root for root in roots) ** (1 / 3) / sum(roots)
    if uneven * sqrt(size / width) > fluctuation:
        return UNEVEN
    return float(ratio > threshold)
