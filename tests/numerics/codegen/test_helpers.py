"""Derivatives of -log(1 - x)/x in balls: narrow, and what the hypergeometric function says."""

from __future__ import annotations

import pytest
from flint import arb

from binodal.numerics.codegen.helpers.for_arb import log_ratio, power


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("x", ["-3", "-0.06", "-0.04", "0.01", "0.06", "0.5", "0.9"])
def test_log_ratio(order, x):
    found = log_ratio(order, arb(x))
    scale = arb.fac_ui(order) / (order + 1)
    exact = scale * arb(x).hypgeom_2f1(order + 1, order + 1, order + 2)
    assert found.overlaps(exact)
    assert found.rad() < 1e-8 * exact


def test_log_ratio_of_a_wide_ball_holds_its_ends():
    wide = log_ratio(2, arb("0.5", "0.2"))
    assert all(wide.contains(log_ratio(2, arb(x)).mid()) for x in ("0.31", "0.5", "0.69"))
    assert log_ratio(0, arb("0.9", "0.2")).is_nan()


def test_a_power_of_a_wide_positive_ball_stays_positive():
    assert power(arb("1", "0.9"), 3) > 0
    assert power(arb("1", "0.9"), 3).contains(arb("1.8") ** 3)
    assert power(arb(3), 2) == 9


def test_a_power_holds_the_powers_of_its_ball():
    for ball in (arb(0, "0.25"), arb("-1", "0.9"), arb("0.1", "0.5"), arb(0)):
        for n in (1, 2, 3, 4):
            for point in (ball.lower(), ball.mid(), ball.upper()):
                assert power(ball, n).contains(point**n)


def test_a_power_of_a_ball_with_zero_is_a_number():
    assert power(arb(0, "0.25"), 2).rad() < 0.07
