"""What the derived law of (q, r_perp) says of progress measures, at finite d, N infinite."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
from scipy.special import digamma, erf, erfinv, gammaln

from binodal.models.teacher_student.numerics.joint_law import grid, log_weight, residual_modes
from binodal.models.teacher_student.numerics.law import Array
from binodal.models.teacher_student.predictions.rows import MODE_NAMES, solved
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.barrier import ONE_PHASE, least_between
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.theory import Theory

NEAR_EDGE = "within chance of where the spike leaves the bulk"
_DIRECT = {"b": "b_direct", "c": "c_direct"}
_CHANCE = 4.0


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network on n Gaussian inputs, and the droplets of its law of q."""
    at = {name: float(value) for name, value in parameters.items()}
    try:
        coarse, fine = (_of(at, refine) for refine in (1, 2))
    except Undecided as doubt:
        return Theory(why=str(doubt))
    values = {name: (value, abs(value - coarse[name])) for name, value in fine.items()}
    state = solved(at, "derived", refine=2)
    spikes = spike(values["q2"][0], values["w_perp2"][0] / max(at["d"] - 1, 1), at["d"], at["N"])
    silent = {} if spikes is not None else {"bbp_spikes": NEAR_EDGE}
    values |= {} if spikes is None else {"bbp_spikes": (spikes, 0.0)}
    found = least_between(state.joint.q, state.joint.density)
    if found is None:
        return Theory(values, silent, why=ONE_PHASE)
    return Theory(values, silent, *found)


def _of(at: Mapping[str, float], refine: int) -> dict[str, float]:
    state = solved(at, "derived", refine=refine)
    q, perp2, weights = grid(at, "derived", state.of, state.residual, refine)
    logs = log_weight(q[:, None], perp2[None, :], at, state.of, state.residual)
    mass = weights * np.exp(logs - logs.max())
    mass[0] /= 2
    mass /= mass.sum()
    named = dict(zip(MODE_NAMES, map(float, residual_modes(state.residual)), strict=False))
    direct = {_DIRECT[name]: value for name, value in named.items()}
    along, across = mass.sum(axis=1), mass.sum(axis=0)
    norm2 = q[:, None] ** 2 + perp2
    bound = float(erfinv(THRESHOLD)) / sqrt(2)
    averages = {
        "q2": float(along @ q**2),
        "w_perp2": float(across @ perp2),
        "norm2": float((mass * norm2).sum()),
        "sparsity": float((mass * erf(bound / np.sqrt(norm2))).sum()),
        "weight_entropy": at["N"] * float(along @ _entropy(q) + _of_rest(at["d"], across, perp2)),
    }
    return named | direct | averages


def _entropy(size: Array) -> Array:
    """-|w| ln |w|."""
    return np.asarray(-size * np.log(np.where(size > 0, size, 1.0)))


def _of_rest(size: float, chances: Array, perp2: Array) -> float:
    """-sum <|w_j| ln |w_j|> over the d - 1 components across the teacher, w_j = r_perp c_j.

    c is uniform on the sphere: <|c|^s> = Gamma((s + 1)/2) Gamma(m/2)/(sqrt(pi) Gamma((m + s)/2)),
    m = d - 1, and its derivative by s at 1 is <|c| ln |c|>.
    """
    directions = size - 1
    if directions < 1:
        return 0.0
    mean = float(np.exp(gammaln(directions / 2) - gammaln(size / 2)) / sqrt(np.pi))
    logarithm = mean * (float(digamma(1.0)) - float(digamma(size / 2))) / 2
    radius = np.sqrt(perp2)
    return directions * float(chances @ (mean * _entropy(radius) - logarithm * radius))


def spike(along: float, across: float, size: float, width: float) -> float | None:
    """Whether the teacher's direction is an eigenvalue outside the bulk: <q^2> beside <w_j^2>.

    It is if their ratio is above 1 + sqrt(d/N) (Baik, Ben Arous, Peche); None where the ratio is
    as near to that as chance may bring it.
    """
    ratio, threshold = along / across, 1 + sqrt(size / width)
    if abs(ratio - threshold) < _CHANCE * ratio * sqrt(2 / width):
        return None
    return float(ratio > threshold)
