"""Power laws of closing gaps: known answers, honest refusals, and error bars that cover."""

import numpy as np
import pytest

from binodal.experiments.gaps import Gap, power_law


def noisy(generator, exponent, spread):
    sizes = np.array([100.0, 230.0, 500.0, 1100.0, 2300.0])
    exact = 7.0 * sizes**exponent
    errors = spread * exact
    return [
        Gap(x, g + e * generator.normal(), e) for x, g, e in zip(sizes, exact, errors, strict=True)
    ]


def test_error_bars_cover_the_truth_as_often_as_they_say():
    generator = np.random.default_rng(7)
    laws = [power_law(noisy(generator, -0.8, 0.03)) for _ in range(400)]
    within = np.mean([abs(law.exponent + 0.8) < 2 * law.stderr for law in laws])
    assert 0.93 < within <= 1.0


def test_a_wrong_exponent_is_many_error_bars_away():
    law = power_law(noisy(np.random.default_rng(3), -0.8, 0.03))
    assert abs(law.exponent + 1.0) > 5 * law.stderr


def test_a_law_that_does_not_fit_has_a_wider_error():
    sizes = [1.0, 2.0, 4.0, 8.0]
    bent = [Gap(x, 1 / x + 0.5, 0.001) for x in sizes]
    law = power_law(bent)
    assert law.chi2 > 10 * law.freedom
    assert law.stderr > 5 * power_law([Gap(x, 1 / x, 0.001) for x in sizes]).stderr


@pytest.mark.parametrize(
    "gaps",
    [
        [Gap(1, 0.5, 0.01)],
        [Gap(1, 0.5, 0.01), Gap(2, 0.01, 0.01)],
        [Gap(1, 0.5, 0.01), Gap(2, -0.5, 0.01)],
    ],
)
def test_too_few_resolved_gaps_or_a_change_of_sign_is_no_law(gaps):
    assert power_law(gaps) is None
