"""Numbers are read exactly, and rescaling is exact where it can be."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binodal.config import assemble, exact_of, settings
from binodal.derive.scaling import weight_of
from binodal.errors import RequestError
from binodal.models.registry import preset
from binodal.models.teacher_student.derivations.printed import PARAMETERS
from binodal.models.teacher_student.derivations.scaling import combinations
from binodal.numerics.exact import exact
from binodal.numerics.rescale import rescale, square_root, whole_sizes

WHOLE = st.integers(-(10**40), 10**40)


@given(WHOLE, st.integers(1, 10**40))
def test_rationals_are_exact(top, bottom):
    assert exact(f"{top}/{bottom}") == Fraction(top, bottom)


@given(WHOLE, st.integers(0, 60))
def test_decimals_are_exact(digits, places):
    sign, text = "-" if digits < 0 else "", f"{abs(digits):0{places + 1}d}"
    whole, part = text[: len(text) - places], text[len(text) - places :]
    assert exact(f"{sign}{whole}.{part}") == Fraction(digits, 10**places)


@given(WHOLE, st.integers(-300, 300))
def test_powers_of_ten_are_exact(digits, exponent):
    assert exact(f"{digits}e{exponent}") == digits * Fraction(10) ** exponent


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200))
def test_a_float_means_the_decimal_it_prints(value):
    assert exact_of(value) == Fraction(repr(value))


@pytest.mark.parametrize("value", [nan, inf, -inf, None, True, 1j])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(RequestError):
        exact_of(value)


@given(st.text(max_size=12))
def test_no_text_escapes(text):
    """Any text is a number of the grammar or a RequestError, never another exception."""
    with suppress(RequestError):
        assert exact(text) == Fraction(text.strip())


def test_settings_over_a_preset():
    found = assemble("teacher-student", "fig2", settings(["sigma2=3/20", "n=1e3"]))
    assert (found["sigma2"], found["n"]) == (Fraction(3, 20), 1000)
    assert found["sigma_a2"] == Fraction(8, 700)


@pytest.mark.parametrize("direction", [0, 1])
def test_exponents_leave_the_closure_as_it_is(direction):
    powers = {
        symbol: preset("fig2").space.exponents()[str(symbol)][direction] for symbol in PARAMETERS
    }
    assert any(powers.values())
    for combination in combinations():
        assert weight_of(combination, powers, PARAMETERS) == 0


def test_rescaling_by_a_square_is_exact():
    base = preset("fig2")
    moved, (note,) = rescale(base, Fraction(4), Fraction(3))
    assert (moved["N"], moved["d"], moved["n"]) == (2800, 300, 9000)
    assert moved["sigma2"] == base["sigma2"] * 3 / 4
    assert moved["sigma_a2"] == base["sigma_a2"] / 2
    assert "irrational" not in note


def test_an_irrational_root_is_said():
    base = preset("fig2")
    moved, (note,) = rescale(base, Fraction(1, 8))
    assert "d, sigma_a2" in note and "40 digits" in note
    assert (moved["N"], moved["n"]) == (base["N"] / 8, base["n"] / 8)
    assert abs(moved["d"] ** 2 * 8 / base["d"] ** 2 - 1) < Fraction(1, 10**40)


@given(st.fractions(min_value=Fraction(1, 10**30), max_value=10**30).filter(lambda x: x > 0))
def test_roots(value):
    root, is_exact = square_root(value)
    assert abs(root**2 / value - 1) < Fraction(1, 10**40)
    assert is_exact == (root**2 == value)


def test_sizes_of_a_finite_model_are_whole():
    moved, _ = rescale(preset("fig2"), Fraction(1, 8))
    sized, (note,) = whole_sizes(moved)
    assert (sized["N"], sized["n"], sized["d"]) == (88, 375, 53)
    assert "N = 88, d = 53" in note
    assert whole_sizes(preset("fig2")) == (preset("fig2"), [])
