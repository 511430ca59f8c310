"""Derived corrections against events computed at finite sizes."""

from dataclasses import replace
from fractions import Fraction

import pytest

from binodal.models.registry import model, preset
from binodal.numerics.phases import ladder as ladders
from binodal.numerics.phases.ladder import ladder

FIG2, FIG3 = preset("fig2"), preset("fig3")


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_birth_of_the_feature_approaches_its_limit_with_the_derived_coefficient(theory):
    found = ladder(
        model(FIG2.model).offer("approach"), FIG2, [Fraction(400), Fraction(1600)], "birth", theory
    )
    assert found.extrapolated == pytest.approx(found.predicted, rel=2e-3)
    assert found.rungs[1].exponent == pytest.approx(-1, abs=0.03)
    for rung in found.rungs:
        assert abs(rung.coefficient - found.predicted) > 5e-3 * abs(found.predicted)


def test_at_other_parameters_too():
    found = ladder(
        model(preset("app-d").model).offer("approach"),
        preset("app-d"),
        [Fraction(900), Fraction(3600)],
        "birth",
        "derived",
    )
    assert found.extrapolated == pytest.approx(found.predicted, rel=1e-2)


def test_birth_of_the_ring_keeps_the_prior_width_of_zero():
    found = ladder(
        model(FIG3.model).offer("approach"), FIG3, [Fraction(1, 4), Fraction(9)], "birth", "derived"
    )
    for rung in found.rungs:
        assert rung.coefficient == pytest.approx(rung.predicted, rel=1e-6)
    assert found.rungs[1].exponent == pytest.approx(-2, abs=1e-3)


def test_an_error_is_multiplied_as_its_value_is():
    """A difference that the error hides has no exponent."""
    found = ladder(
        model(FIG2.model).offer("approach"),
        FIG2,
        [Fraction(400), Fraction(1600)],
        "birth",
        "derived",
    )
    for rung in found.rungs:
        assert rung.coefficient_error == pytest.approx(rung.error * rung.size, rel=1e-12)
        assert rung.resolved and rung.coefficient_error < 1e-3 * abs(rung.coefficient)
    hidden = replace(found.rungs[0], coefficient_error=2 * abs(found.rungs[0].coefficient))
    value, error = found.rungs[1].value, found.rungs[1].error
    after = ladders._rung(
        model(FIG2.model).offer("approach"),
        Fraction(1600),
        FIG2,
        (value, error),
        1.0,
        found.limit,
        None,
        [hidden],
    )
    assert not hidden.resolved and after.exponent is None


def test_a_correction_of_the_wrong_sign_is_caught():
    honest = model(FIG3.model).offer("approach")
    wrong = replace(honest, shift=lambda *given: -honest.shift(*given))
    found = ladder(wrong, FIG3, [Fraction(1, 4), Fraction(9)], "birth", "derived")
    assert found.rungs[0].coefficient != pytest.approx(found.rungs[0].predicted, rel=1e-3)


def test_a_fixed_share_has_no_event_in_the_limit():
    found = ladder(
        model(FIG3.model).offer("approach"), FIG3, [Fraction(1), Fraction(4)], "mass", "published"
    )
    assert found.limit is None and found.extrapolated is None
    assert all(rung.value > 0 and rung.coefficient is None for rung in found.rungs)
