"""What a user would pick instead: how many coexistence points it misses or gets wrong.

Ten settings around the preset fig2, both theories; the certified points along sigma2 between
e^-3 and e^3 times its value are the truth. A peer's answer counts as right to one part in 1e6, the
scan's to the spacing of its grid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from time import perf_counter

import numpy as np

from benchmarks import peers
from benchmarks.timing import Row
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.critical import critical
from binodal.numerics.parameters import Parameters

SETTINGS = 10
_RIGHT, _SPACING = 1e-6, 0.021
Peer = Callable[[Mapping[str, float], str], list[float]]


def settings() -> list[Parameters]:
    """Parameters up to three times smaller or larger than fig2's, epsilon of either sign."""
    random, published = np.random.default_rng(7), preset("fig2")
    chosen = []
    for _ in range(SETTINGS):
        factors = {name: Fraction(f"{3 ** random.uniform(-1, 1):.3f}") for name in published}
        sign = 1 if random.uniform() < 0.3 else -1
        moved = {name: published[name] * factor for name, factor in factors.items()}
        sizes = {name: Fraction(round(moved[name])) for name in ("N", "n", "d")}
        chosen.append(
            published.replace(**{**moved, **sizes, "epsilon": sign * abs(moved["epsilon"])})
        )
    return chosen


def run() -> list[Row]:
    """``ours`` certifies all points, ``naive`` is the peer; both over all settings."""
    cases = [(place, theory) for place in settings() for theory in ("published", "derived")]
    start = perf_counter()
    truth = [_certified(place, theory) for place, theory in cases]
    ours = perf_counter() - start
    tried: dict[str, tuple[Peer, float]] = {
        "scipy.optimize.root, 20 starts": (peers.multistart, _RIGHT),
        "mpmath.findroot, 5 starts": (peers.findroot, _RIGHT),
        "scan of 300 x 400 points": (peers.scan, _SPACING),
        "pseudo-arclength from fig2": (_continued, _RIGHT),
    }
    rows = []
    for name, (peer, tolerance) in tried.items():
        start = perf_counter()
        answers = [peer({k: float(v) for k, v in place.items()}, theory) for place, theory in cases]
        spent = perf_counter() - start
        missed, wrong = _count(truth, answers, tolerance)
        total = sum(len(points) for points in truth)
        rows.append(Row(name, ours, spent, f"{missed} of {total} missed, {wrong} wrong"))
    return rows


def _certified(parameters: Parameters, theory: str) -> list[float]:
    result = critical(parameters, "coexistence", "sigma2", theory)
    points = [result.point, *result.others] if result.point is not None else []
    values = [float(p.value.mid()) for p in points]
    own = float(parameters["sigma2"])
    return [v for v in values if abs(np.log(v / own)) < peers.REACH]


def _continued(values: Mapping[str, float], theory: str) -> list[float]:
    """Continuation from the known point of the preset."""
    origin = preset("fig2")
    point = critical(origin, "coexistence", "sigma2", theory).point
    if point is None:
        return []
    log = np.log(float(point.value.mid()) / float(origin["sigma2"]))
    known = np.array([float(point.rho.mid()), float(point.b.mid()), log])
    return peers.homotopy({k: float(v) for k, v in origin.items()}, known, values, theory)


def _count(
    truth: list[list[float]], answers: list[list[float]], tolerance: float
) -> tuple[int, int]:
    """Certified points without an answer, and answers without a certified point."""

    def near(value: float, others: list[float]) -> bool:
        return any(abs(value / other - 1) < tolerance for other in others)

    pairs = list(zip(truth, answers, strict=True))
    missed = sum(not near(value, given) for points, given in pairs for value in points)
    wrong = sum(not near(value, points) for points, given in pairs for value in given)
    return missed, wrong
