"""What critical points have in common: their order."""

from __future__ import annotations

import inspect
from fractions import Fraction
from types import SimpleNamespace

from flint import arb

from binodal.numerics.continuation.boundaries import Boundaries
from binodal.numerics.critical import CriticalPoints, nearest_first


def test_points_are_ordered_by_their_ratio_to_the_own_value():
    """Twice and a third of 5: the ratio, not the difference, and neither of another scale."""
    values = (Fraction(5, 3), Fraction(10), Fraction(15, 2), Fraction(1, 2))
    points = [SimpleNamespace(value=arb(v.numerator) / v.denominator) for v in values]
    found = [float(p.value) for p in nearest_first(points, Fraction(5))]
    assert found == [7.5, 10.0, float(points[0].value), 0.5]


def test_a_share_that_nobody_names_is_a_half():
    """The event "mass" is where features hold half, as a point and as a curve."""
    for solver in (CriticalPoints, Boundaries):
        assert inspect.signature(solver.__call__).parameters["fraction"].default == Fraction(1, 2)
