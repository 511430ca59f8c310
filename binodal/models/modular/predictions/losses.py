"""Losses and accuracy of networks that have seen all pairs, at infinite N.

Given the weights the outputs are P Gaussian processes of one kernel, known at all pairs with the
noise sigma^2. The mean residual is a y, and what the mean leaves open has the variance
lambda_c sigma^2/(lambda_c + sigma^2) along every eigenvector: the same at all pairs and outputs,
by translation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log1p

from flint import arb

from binodal.models.modular.numerics.right_output import right_is_largest
from binodal.models.modular.predictions.mode_curvature import levels, multiplicities
from binodal.models.modular.predictions.mode_law import ModeClosure, zero_law


def losses(
    point: Mapping[str, float], closure: ModeClosure, factor: float = 1.0
) -> dict[str, float]:
    """``train_loss``, ``accuracy``, and the ``excluded_loss`` of all frequencies, at odd P.

    ``factor`` multiplies the kernel, for controls.
    """
    order, noise = int(point["P"]), point["sigma2"]
    target = (order - 1) / order**2
    left_open = {
        kind: many * noise * factor * level / (noise + factor * level) / order**2
        for kind, (many, level) in _levels(point, closure).items()
    }
    variance = sum(left_open.values())
    # Of the 2 (P - 1) eigenvectors like the target's half are functions of n - m.
    others = variance - left_open["target"] / 2
    return {
        "train_loss": target * closure.a**2 + variance,
        "excluded_loss": target + others,
        "accuracy": largest_is_right([1 - closure.a] * (order - 1), variance),
    }


def information(point: Mapping[str, float], closure: ModeClosure) -> float:
    """Nats between the readout and one noisy output: half the sum of ln(1 + lambda_c/sigma^2)."""
    every = _levels(point, closure).values()
    return sum(many * log1p(level / point["sigma2"]) for many, level in every) / 2


def _levels(point: Mapping[str, float], closure: ModeClosure) -> dict[str, tuple[int, float]]:
    """How many eigenvectors of the kernel there are, with their eigenvalue, by kind."""
    order, moments = int(point["P"]), closure.moments
    root, alone = zero_law(order, point["gamma"])
    means = moments.x, moments.x4, moments.x2, float(alone @ root**2), float(alone @ root**4)
    counts = multiplicities(order)
    level_of = levels(means, order, point["sigma_a2"])
    return {kind: (counts[kind], level) for kind, level in level_of.items()}


def largest_is_right(gaps: Sequence[float], variance: float) -> float:
    """The chance that of Gaussian outputs the one that is higher by ``gaps`` is the largest.

    >>> round(largest_is_right([0.0] * 4, 1.0), 12), largest_is_right([1.0] * 4, 0.0)
    (0.2, 1.0)
    """
    pairs = [(arb(gap), many) for gap, many in Counter(gaps).items()]
    return min(1.0, float(right_is_largest(pairs, arb(variance)).mid()))
