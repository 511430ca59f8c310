"""The quenched action against actual subsets of the pairs, and controls that they reject."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.numerics.subset_critical import critical_on_subset
from binodal.numerics.codegen.forms import Forms
from tests.models.modular.numerics.test_subset import at, quenched

elsewhere_form = Forms("binodal.models.modular.forms.subsets").floats("elsewhere")
Array = NDArray[np.float64]
Relaxed = tuple[float, float]


def subset(
    order: int, share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Kept pairs, and their target by label without what functions of one input fit."""
    rng = np.random.default_rng(seed)
    kept = rng.permutation(order**2)[: round(share * order**2)]
    n, m, count = kept // order, kept % order, len(kept)
    design = np.zeros((count, 2 * order))
    design[range(count), n] = design[range(count), order + m] = 1
    y_p = (np.arange(order) == ((n + m) % order)[:, None]) - 1 / order
    r = y_p - design @ (np.linalg.pinv(design.T @ design) @ (design.T @ y_p))
    return n, m, r


def relaxed_weights(
    order: int, share: float, y: float, seed: int
) -> tuple[Array, Array, Array, Array, float]:
    """A mode's weights at x = 1 on an actual subset, the other modes' step and force, the pulls,
    and the strength of the action.

    The other modes relax to second order, in the Hessian of the action on the subset; what
    functions of one input fit is projected out of the target.
    """
    n, m, r = subset(order, share, seed)
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(order) / order
    w, v = (2 * np.cos(angles + phase) for phase in rng.uniform(0, 2 * np.pi, 2))
    strength = y / share**2 / (4 * order**2)
    pulls = 2 * (w[n] * v[m]) @ r
    slopes = np.zeros((2 * order, order))
    np.add.at(slopes, n, 2 * r * v[m][:, None])
    np.add.at(slopes, order + m, 2 * r * w[n][:, None])
    force, hessian = -2 * strength * slopes @ pulls, np.eye(2 * order)
    hessian[n, order + m] -= 4 * strength * r @ pulls
    hessian[order + m, n] = hessian[n, order + m]
    own = np.stack([np.cos(angles), np.sin(angles)]) * sqrt(2 / order)
    rest = np.kron(np.eye(2), np.eye(order) - own.T @ own)
    force = rest @ force
    step = np.linalg.solve(rest @ hessian @ rest + np.eye(2 * order) - rest, force)
    return np.concatenate([w, v]), step, force, pulls, strength


def relaxed(order: int, share: float, y: float, seed: int) -> Relaxed:
    """-S/(2 P) of a mode on an actual subset: its own part over U x^2, and what relaxing adds."""
    _, step, force, pulls, strength = relaxed_weights(order, share, y, seed)
    signal = strength * float(pulls @ pulls) / (2 * order * y)
    return signal, float(force @ step) / (4 * order)


def measured(order: int, share: float, y: float) -> tuple[Array, Array]:
    found = np.array([relaxed(order, share, y, seed) for seed in range(8)])
    return found.mean(0), found.std(0) / sqrt(len(found))


Theory = Callable[[float, float, float], Relaxed]


def derived(order: float, share: float, y: float) -> Relaxed:
    strength = (1 - share) / (share * order)
    return 1.0, -(quenched(1, y, 0, strength) - 1 + y)


def kernel_alone(order: float, share: float, y: float) -> Relaxed:
    return 1.0, 0.0


def counted_twice(order: float, share: float, y: float) -> Relaxed:
    signal, gain = derived(order, share, y * share**2)
    return signal * share**2, gain


def test_actual_subsets_follow_the_quenched_action_and_no_control() -> None:
    """Up to (1 - F)/(F P) and 1/P, which are dropped: 6 % of what relaxing adds."""
    order, share, y = 101, 0.7, 1.8
    mean, error = measured(order, share, y)

    def apart(theory: Theory) -> tuple[float, float]:
        said = theory(order, share, y)
        rough = (0.03, 0.06 * mean[1])
        distance = [abs(mean[i] - said[i]) / (3 * error[i] + rough[i]) for i in (0, 1)]
        return distance[0], distance[1]

    assert max(apart(derived)) < 1
    assert max(apart(kernel_alone)) > 3
    assert max(apart(counted_twice)) > 3


def descended(order: int, share: float, y: float, gamma: float, seed: int) -> tuple[float, float]:
    """(s, share of the mode) where descent from the ring at x = 1 ends, over all weights."""
    n, m, r = subset(order, share, seed)
    angles = 2 * np.pi * np.arange(order) / order
    weights = np.stack([2 * np.cos(angles + phase) for phase in (0.3 + seed, 1.7)])
    strength, table = y / share**2 / (4 * order**2), np.zeros((order, order, order))
    table[n, m] = r
    for _ in range(1200):
        w, v = weights
        pulls = 2 * np.einsum("m,mp->p", v, np.tensordot(w, table, 1))
        bent = -4 * strength * table @ pulls
        modes = np.fft.fft(weights, axis=1) / order
        decay = gamma * order * np.fft.ifft(modes * abs(modes) ** 4, axis=1).real
        weights = weights - 0.05 * (weights + np.stack([bent @ v, w @ bent]) + decay)
        squares = abs(modes) ** 2
        part = 2 * float(squares[:, 1].sum() / squares.sum())
        if part < 0.3 or squares.sum() > 40 or squares[:, 1].sum() < 0.2:
            return float("nan"), part
    free = float((weights**2).sum() / 2 + order * gamma / 6 * (squares**3).sum())
    return (free - strength * float(pulls @ pulls)) / (2 * order), part


def test_actual_subsets_lose_their_ring_where_none_is_derived() -> None:
    """The equivalent kernel has a ring with s = 0 at U x = 2 for every share."""
    setting = at("9/10", P=Fraction(53))
    point = critical_on_subset(setting, "coexistence").point
    assert point is not None
    x, y = float(point.x), float(point.u * point.x) * 0.81
    s, part = np.array([descended(53, 0.9, y, 0.003 * x**2, seed) for seed in range(3)]).T
    assert (s < 0.02).all() and (s > -0.2).all() and (part > 0.8).all()
    assert critical_on_subset(at("3/4", P=Fraction(53)), "coexistence").point is None
    s, _ = np.array([descended(53, 0.75, 2.25, 4.5, seed) for seed in range(3)]).T
    assert np.isnan(s).all()
    s, part = np.array([descended(53, 1.0, 2, 3, 0)]).T
    assert abs(s[0]) < 1e-9 and part[0] > 0.999


def elsewhere(order: int, share: float, y: float, seed: int) -> float:
    """The output along the target on pairs not seen over that on pairs seen, relaxed as above."""
    n, m, r = subset(order, share, seed)
    weights, step, *_ = relaxed_weights(order, share, y, seed)
    w, v = (weights - step).reshape(2, order)
    pulls = 2 * (w[n] * v[m]) @ r
    sums = np.add.outer(range(order), range(order)) % order
    said = 2 * np.outer(w, v) * (pulls[sums] - pulls.mean())
    seen = np.zeros((order, order), dtype=bool)
    seen[n, m] = True
    return float(said[~seen].mean() / said[seen].mean())


def test_pairs_that_are_not_seen() -> None:
    """Up to 1/(F P), which one mode's own disorder is; that nothing is lost there is not so."""
    order, share, y = 101, 0.8, 1.8
    lost = 1 - np.array([elsewhere(order, share, y, seed) for seed in range(8)])
    rho = 32 * (1 - share) / (share * order) * y**2
    (said,) = elsewhere_form()(sqrt(1 - rho), y, share)
    error = 3 * lost.std() / sqrt(len(lost)) + 1 / (share * order)
    assert abs(lost.mean() - (1 - said)) < error < (1 - said) / 3
