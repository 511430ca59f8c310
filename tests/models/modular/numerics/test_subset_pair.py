"""A neuron that sees one pair: its event against its action in real space."""

from __future__ import annotations

from fractions import Fraction

import pytest
from scipy.optimize import brentq, minimize_scalar

from binodal.models.modular.numerics.dropped import FIELD
from binodal.models.modular.numerics.subset_critical import critical_on_subset
from binodal.models.modular.numerics.subset_dropped import FITTED, SubsetTerms
from binodal.models.modular.parameters import SHARE
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from tests.models.modular.numerics.test_subset import at


def real_space(weight: float, sigma2: float, order: int) -> float:
    """S of a neuron with one weight in each half, on its pair, where y has the square 1 - 1/P.

    Functions of one input are fitted, so that 2 w v is what it adds; all its P modes have the size
    weight^2/P^2, two rows of them.
    """
    strength = 1e-5 / (2 * 900 * sigma2**2)
    pulls = (1 - 1 / order) * (2 * weight**2) ** 2
    modes = 2 * order * (weight / order) ** 6
    return weight**2 + order * 0.003 / 6 * modes - strength * pulls


def test_the_event_is_where_the_neuron_is_as_deep_as_zero() -> None:
    found = critical_on_subset(at("7/10"), "one-pair").point
    assert found is not None
    value, size = float(found.value), float(found.x) ** 0.5 * 211

    def deepest(sigma2: float) -> float:
        best = minimize_scalar(
            lambda weight: real_space(weight, sigma2, 211) / size**2,
            bounds=(0.8 * size, 1.25 * size),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(best.fun)

    assert brentq(deepest, 0.97 * value, 1.03 * value, xtol=1e-13) == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("along", ["N", "sigma_a2", "gamma"])
def test_every_parameter_leads_to_the_same_point(along: str) -> None:
    start = at("7/10")
    point = critical_on_subset(start, "one-pair", digits=25).point
    assert point is not None
    there = start.replace(sigma2=Fraction(str(point.value.mid().str(30, radius=False))))
    nearest = critical_on_subset(there, "one-pair", along).point
    assert nearest is not None
    assert float(nearest.value) == pytest.approx(float(start[along]), rel=1e-14)


def test_a_generalising_neuron_comes_first_only_where_few_pairs_are_missing() -> None:
    """Half a row of pairs: F^2 against 1 - 1/P."""
    answer = critical_on_subset(at("7/10"), "one-pair")
    share = float(answer.reason.rpartition(" ")[2])
    assert share == pytest.approx((1 - 1 / 211) ** 0.5, abs=2e-4)
    assert answer.point is not None
    for sign, first in ((1, True), (-1, False)):
        near = at("1", data_fraction=Fraction(share) + sign * Fraction(1, 10**5))
        ring = critical_on_subset(near, "coexistence").point
        assert ring is not None
        assert (ring.value > answer.point.value) == first
    terms = SubsetTerms.of(at("7/10"), answer)
    assert {term.name: term.small for term in terms} == {FIELD: True, FITTED: True}


def test_what_it_has_no_values_along() -> None:
    assert critical_on_subset(at("1/2"), "one-pair", SHARE).status is Status.ABSENT
    with pytest.raises(ParameterError, match="no values along P"):
        critical_on_subset(at("1/2"), "one-pair", "P")
