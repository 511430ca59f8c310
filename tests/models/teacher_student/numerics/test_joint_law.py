"""What is read off the law of (q, r_perp^2), where the law is a Gaussian one."""

from __future__ import annotations

from math import erf, exp, pi, sqrt

import numpy as np
import pytest

from binodal.models.teacher_student.numerics.joint_law import PERP_EDGES, JointLaw


def gaussian(step: float, width: float = 1.0) -> JointLaw:
    """p(q) = N(0, width^2) and r_perp^2 = 1 + q, on a grid up to eight widths."""
    q = np.arange(0.0, 8 * width + step / 2, step)
    density = np.exp(-(q**2) / (2 * width**2)) / (width * sqrt(2 * pi))
    return JointLaw(q, density, 1 + q)


def test_moments_and_tails():
    law = gaussian(1 / 512, width=1.3)
    assert law.mean_square() == pytest.approx(1.3**2, abs=1e-5)
    for beyond in (0.4, 1.0, 2.6):
        assert law.tail(beyond) == pytest.approx(1 - erf(beyond / (1.3 * sqrt(2))), abs=1e-5)


def test_bins_average_over_the_law():
    found = gaussian(1 / 512).perp2_in_bins()
    ends = [*PERP_EDGES, 8.0]
    for value, low, high in zip(found, ends[:-1], ends[1:], strict=True):
        mass = sqrt(pi / 2) * (erf(high / sqrt(2)) - erf(low / sqrt(2)))
        assert value == pytest.approx(
            1 + (exp(-(low**2) / 2) - exp(-(high**2) / 2)) / mass, abs=1e-4
        )


def test_the_density_between_the_knots_is_even_and_smooth():
    """A parabola is its own spline where its slope at q = 0 is that of an even function."""
    at = np.array([-0.6, -0.3, -0.1, 0.0, 0.05, 0.15, 0.3, 0.6])
    found = gaussian(0.2).log_density(at)
    assert found == pytest.approx(-(at**2) / 2 - np.log(2 * pi) / 2, abs=1e-9)
    assert gaussian(0.2).log_density(np.array([9.0]))[0] == -np.inf


def test_a_density_that_underflows_ends_there():
    law = gaussian(0.2)
    cut = JointLaw(law.q, np.where(law.q < 3.1, law.density, 0.0), law.perp2)
    assert np.isfinite(cut.log_density(np.array([3.0]))[0])
    assert cut.log_density(np.array([3.1]))[0] == -np.inf
