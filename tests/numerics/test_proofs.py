"""Isolation, refinement and root counts on systems whose zeros are known exactly."""

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from binodal.numerics.balls import as_dict, ball, interval, positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import contracted, isolate
from binodal.numerics.polynomials import real_roots
from binodal.numerics.quadrature import gauss_error, gauss_rule
from binodal.numerics.refine import Scalar, bisected, refine


class Circle:
    """x^2 + y^2 = 5 and x y = 2: four zeros, (+-1, +-2) and (+-2, +-1) with equal signs."""

    def value(self, box):
        x, y = box
        return [x * x + y * y - 5, x * y - 2]

    def jacobian(self, box):
        x, y = box
        return [[2 * x, 2 * y], [y, x]]


class WrongJacobian(Circle):
    def jacobian(self, box):
        x, y = box
        return [[3 * x, 2 * y], [y, x]]


def test_all_zeros_are_found_and_nothing_is_left_undecided():
    found = isolate(Circle(), [interval(-3.01, 3.02), interval(-3.03, 3.04)])
    assert found.complete
    assert sorted(round(float(z[0].mid())) for z in found.zeros) == [-2, -1, 1, 2]
    assert all(z[0].contains(round(float(z[0].mid()))) for z in found.zeros)


def test_a_side_condition_drops_its_part():
    def right_half(box):
        return not box[0] < 0

    found = isolate(Circle(), [interval(-3.01, 3.02), interval(-3.03, 3.04)], right_half)
    assert len(found.zeros) == 2 and found.complete


def test_no_zero_is_an_absence_only_when_complete():
    system = Scalar(lambda x: x * x + 1, lambda x: 2 * x)
    assert isolate(system, [interval(-4, 5)]).zeros == ()
    assert isolate(system, [interval(-4, 5)]).complete


def test_a_double_zero_is_undecided_and_never_an_absence():
    system = Scalar(lambda x: (x - 1) ** 2, lambda x: 2 * (x - 1))
    found = isolate(system, [interval(0, 3)], limit=3000)
    assert found.zeros == () and not found.complete
    with pytest.raises(Undecided, match="no proof of a simple zero"):
        refine(system, [arb("1.001")], 200)


def test_a_jacobian_that_contradicts_the_system_is_noticed():
    with precision(80), pytest.raises(Undecided, match="Jacobian"):
        contracted(WrongJacobian(), [arb("1.3", 0.4), arb("2.2", 0.4)])


@pytest.mark.parametrize("bits", [60, 500, 4000])
def test_refinement_reaches_its_bits_around_the_square_root_of_two(bits):
    (root,) = refine(Scalar(lambda x: x * x - 2, lambda x: 2 * x), [arb("1.4")], bits)
    with precision(2 * bits):
        assert root.overlaps(arb(2).sqrt())
    assert root.rel_accuracy_bits() > bits - 80


def test_bisection_needs_a_proved_change_of_sign():
    with pytest.raises(Undecided):
        bisected(lambda x: x * x + 1, arb(-1), arb(2))


@given(st.lists(st.fractions(-5, 5, max_denominator=12), min_size=1, max_size=5, unique=True))
def test_real_roots_of_products_are_all_found(exact):
    """Each linear factor gives a real root, the quadratic factor x^2 + 1/7 none."""
    coefficients = [Fraction(1, 7), Fraction(0), Fraction(1)]
    for root in exact:
        shifted = [Fraction(0), *coefficients]
        coefficients = [
            s - root * c for s, c in zip(shifted, [*coefficients, Fraction(0)], strict=True)
        ]
    with precision(400):
        found = real_roots([ball(c) for c in coefficients])
        assert len(found) == len(exact)
        assert all(
            f.contains(ball(r).mid()) or f.overlaps(ball(r))
            for f, r in zip(found, sorted(exact), strict=True)
        )


def test_a_double_root_cannot_be_separated():
    with precision(200), pytest.raises(Undecided):
        third = ball(Fraction(1, 3))
        real_roots([third * third, -2 * third, arb(1)])


@given(st.fractions(min_value=-(10**6), max_value=10**6), st.integers(1, 60))
def test_decimal_balls_contain_the_value_and_are_narrow(value, digits):
    with precision(400):
        shown = as_dict(ball(value), digits)
    middle, radius = Fraction(shown["mid"]), Fraction(shown["rad"])
    assert abs(middle - value) <= radius
    assert radius <= abs(value) * Fraction(10) ** (-digits)


def test_comparisons_have_three_answers():
    assert (positive(arb(1)), positive(arb(-1)), positive(arb(0, 1)), positive(arb("nan"))) == (
        True,
        False,
        None,
        None,
    )


@pytest.mark.parametrize("nodes", [4, 9, 16])
@pytest.mark.parametrize("stretch", ["1.5", "2.2"])
def test_the_bound_of_gauss_rule_holds_beside_a_pole(nodes, stretch):
    """1/(a - x): integral log((a + h)/(a - h)); its pole lies just outside of the ellipse."""
    with precision(200):
        half, by = arb("0.7"), arb(stretch)
        end = half * (by + 1 / by) / 2
        pole = end + half / 20
        total = sum(half * weight / (pole - half * at) for at, weight in gauss_rule(nodes))
        true_error = abs(total - ((pole + half) / (pole - half)).log())
        bound = gauss_error(1 / (pole - end), half, by, nodes)
        assert true_error < bound
        assert true_error > bound * arb("1e-5")


@pytest.mark.parametrize("stretch", ["1.01", "1.5", "4"])
def test_the_bound_of_gauss_rule_sums_the_bounds_of_the_coefficients(stretch):
    """Each even k from twice the nodes on adds its coefficient's bound 2 M/r^k, 32/15 times."""
    with precision(100):
        by, nodes = arb(stretch), 6
        bounds = (2 * arb(3) / by**k * 32 / 15 for k in range(2 * nodes, 5000, 2))
        bound = gauss_error(arb(3), arb("0.7"), by, nodes)
        assert abs(sum(bounds) * arb("0.7") / bound - 1) < arb("1e-12")
