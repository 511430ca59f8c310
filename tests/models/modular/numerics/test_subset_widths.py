"""How sharp an event on a subset is, and neurons that memorise before it: by root finding."""

from __future__ import annotations

from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from binodal.models.modular.numerics.subset_critical import critical_on_subset
from binodal.models.modular.numerics.subset_widths import OF_NEURON, OF_ODDS, OVER_SUBSETS
from binodal.models.modular.parameters import SHARE
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from tests.models.modular.numerics.test_subset import at, coupling_of, quenched
from tests.models.modular.numerics.test_subset_actual import relaxed


def least(own: Parameters, signal: float = 1.0) -> float:
    """The least s of a ring, its signal off by a factor."""
    p = {name: float(value) for name, value in own.items()}
    at_u, strength = coupling_of(own, p["sigma2"]), (1 - p[SHARE]) / (p[SHARE] * p["P"])
    centre = sqrt(3 / p["gamma"])
    found = minimize_scalar(
        lambda x: quenched(x, at_u, p["gamma"], strength) - (signal - 1) * at_u * x**2,
        bounds=(0.7 * centre, 1.15 * centre),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(found.fun)


@pytest.mark.parametrize("along", ["sigma2", SHARE])
def test_widths_are_how_far_the_event_moves(along: str) -> None:
    """With a spread of the signal of sqrt(6 epsilon/P), and with S = 2 P s off by one."""
    own = at("4/5")
    first = critical_on_subset(own, "coexistence").point
    assert first is not None
    own = own.replace(sigma2=Fraction(float(first.value)))
    point = critical_on_subset(own, "coexistence", along).point
    assert point is not None
    value, order = float(point.value), float(own["P"])

    def there(signal: float, depth: float) -> float:
        def off(v: float) -> float:
            return least(own.replace(**{along: Fraction(v)}), signal) - depth

        return float(brentq(off, 0.97 * value, 1.03 * value, xtol=1e-13))

    zeta, unit = sqrt(6 * 0.2 / 0.8) / order, 1 / (2 * order)
    for name, up, down in (
        (OVER_SUBSETS, (1 + zeta, 0), (1 - zeta, 0)),
        (OF_ODDS, (1, unit), (1, -unit)),
    ):
        size = point.widths[name]
        assert size is not None
        assert float(size) == pytest.approx(abs(there(*up) - there(*down)) / 2, rel=2e-2)
    assert OF_NEURON in point.widths


def test_the_spread_is_that_of_actual_subsets() -> None:
    """S of a ring over subsets and phases, beside its signal; the error of a standard deviation."""
    order, share, count = 31, 0.9, 20
    found = np.std([relaxed(order, share, 1.5, seed)[0] for seed in range(count)], ddof=1)
    here = sqrt(6 * (1 - share) / share) / order
    assert found == pytest.approx(here, abs=3 * here / sqrt(2 * count) + here * 2 / sqrt(order))


def test_no_share_has_a_memorising_neuron_as_deep_as_a_ring() -> None:
    """S of equal modes at the coupling of coexistence, and where they leave the zero state."""
    own = at("4/5")
    ring = critical_on_subset(own, "coexistence").point
    answer = critical_on_subset(own, "crossing")
    assert (answer.status, answer.point) == (Status.ABSENT, None)
    assert ring is not None
    pull, gamma, order = 0.8 * 1.8**2 / 2.6, 0.003, 211
    coupling = float(ring.u)
    assert coupling == pytest.approx(coupling_of(own, float(ring.value)) / 0.64, rel=1e-9)

    def s(x: float, at_u: float) -> float:
        return x - at_u * pull * x**2 + gamma * x**3 / 3

    deepest = minimize_scalar(lambda x: s(x, coupling), bounds=(20, 200), method="bounded")
    words = answer.reason.split("it is ")[1].split()[0]
    assert float(words) == pytest.approx(order**2 * float(deepest.fun), rel=1e-4)
    assert float(words) < -(2 + sqrt(2)) / 3 * order**2 / sqrt(gamma)
    everything = critical_on_subset(at("1"), "coexistence").point
    assert everything is not None
    least = max(pull, 1 - 1 / order)
    first = float(answer.reason.split("sigma2 = ")[1].split()[0])
    assert log(first / float(everything.value)) == pytest.approx(log(least) / 2, abs=1e-5)
    for share in ("1", "1/100"):
        assert critical_on_subset(at(share), "crossing", SHARE).status is Status.ABSENT
