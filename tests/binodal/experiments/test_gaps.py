"""Power laws of closing gaps: known answers, honest refusals, and error bars that cover."""

import numpy as np
import pytest
from scipy import stats

from binodal.experiments.gaps import Gap, power_law

SIZES = np.array([100.0, 230.0, 500.0, 1100.0, 2300.0])


def noisy(generator, exponent, spread):
    """Gaps of 7 x^exponent whose errors are a fixed share of the largest: the last are buried."""
    exact = 7.0 * SIZES**exponent
    error = spread * exact[0]
    return [
        Gap(x, g + error * generator.normal(), error) for x, g in zip(SIZES, exact, strict=True)
    ]


def test_error_bars_cover_the_truth_although_the_last_points_are_within_theirs_of_zero():
    """A fit of the points above three errors alone is biased: what is small by chance drops out."""
    generator = np.random.default_rng(7)
    fits = [power_law(noisy(generator, -0.8, 0.03)) for _ in range(300)]
    laws = [fit.law for fit in fits if fit.law is not None]
    assert len(laws) > 280
    misses = np.array([(law.exponent + 0.8) / law.stderr for law in laws])
    assert 0.9 < np.mean(abs(misses) < 2) <= 1.0
    assert abs(misses.mean()) < 0.3


def test_a_true_power_law_is_rejected_as_rarely_as_stated():
    generator = np.random.default_rng(11)
    fits = [power_law(noisy(generator, -0.8, 0.03)) for _ in range(300)]
    refused = sum(fit.why == "a power law is rejected" for fit in fits)
    assert refused <= stats.binom.ppf(0.9999, 300, 0.01)


def test_a_wrong_exponent_is_many_error_bars_away():
    law = power_law(noisy(np.random.default_rng(3), -0.8, 0.01)).law
    assert abs(law.exponent + 1.0) > 4 * law.stderr


def test_a_law_that_does_not_fit_has_no_exponent():
    bent = [Gap(x, 1 / x + 0.5, 0.001) for x in (1.0, 2.0, 4.0, 8.0)]
    fit = power_law(bent)
    assert fit.law is None and fit.why == "a power law is rejected"
    assert fit.chi2 > 10 * fit.freedom and fit.p < 1e-6


def test_gaps_that_change_sign_count_and_reject_the_law():
    fit = power_law([Gap(1, 0.5, 0.01), Gap(2, 0.1, 0.01), Gap(4, -0.3, 0.01), Gap(8, -0.4, 0.01)])
    assert fit.law is None and fit.why == "a power law is rejected"


@pytest.mark.parametrize(
    ("gaps", "why"),
    [
        ([Gap(1, 0.5, 0.01)], "1 points do not test a power law"),
        ([Gap(1, 0.5, 0.01), Gap(2, 0.01, 0.01)], "2 points do not test a power law"),
        ([Gap(x, 0.01, 0.02) for x in (1, 2, 4)], "compatible with no gap"),
        ([Gap(1, 0.0, 0.01), Gap(2, 0.0, 0.01), Gap(4, 0.5, 0.01)], "the exponent is not bounded"),
        ([Gap(1, 0.3, 0.0), Gap(2, 0.2, 0.01), Gap(4, 0.1, 0.01)], "a point has no error bar"),
    ],
)
def test_what_cannot_be_told_is_no_law(gaps, why):
    fit = power_law(gaps)
    assert fit.law is None and fit.why == why
