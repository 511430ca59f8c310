"""The scan in width runs longer than its neurons need to leave droplets, by certified saddles.

At D.44's own size no width obeys this rule, though at the largest the starts are seen to meet.
"""

from fractions import Fraction
from math import exp

import pytest

from binodal.api import solve
from binodal.models.teacher_student.experiments.width_and_time import (
    APP_D,
    DATA,
    SCAN_BETA,
    WIDTH_AND_TIME,
)
from binodal.validate.experiments.experiment import scaled
from tests.laws import cases

CASES = {case.name: case.spec for case in WIDTH_AND_TIME.cases(Fraction(1)) if case.judged}
RELAXATIONS = 10


def barrier(parameters):
    """d times the rise of the derived action out of the droplet; 0 without one."""
    found = solve("teacher-student", limit="finite", theory="derived", digits=6, **parameters)
    ahead = [s for s in found.document["saddles"] if float(s["q"]["mid"]) > 0.1]
    if not ahead:
        return 0.0
    top, bottom = (float(s["action"]["mid"]) for s in ahead)
    assert [s["kind"] for s in ahead] == ["maximum", "minimum"]
    return float(parameters["d"]) * (top - bottom)


def long_enough(spec):
    return spec.burn_in > RELAXATIONS * exp(barrier(spec.parameters))


@pytest.mark.parametrize("name", cases((n for n in CASES if n.startswith("width-")), every=None))
def test_the_scan_is_longer_than_its_barriers(name):
    assert long_enough(CASES[name])


@pytest.mark.parametrize(
    ("width", "height"), cases([(2800, 7.1), (1400, 19.8), (700, 38.7)], every=None)
)
def test_the_full_size_is_not(width, height):
    spec = CASES[f"full-width-{width}"]
    assert barrier(spec.parameters) == pytest.approx(height, abs=0.05)
    assert not long_enough(spec)


@pytest.mark.parametrize(
    ("width", "height"),
    cases([(350, 10.4), (500, 7.4), (700, 5.3), (1400, 1.8), (2800, 0.0)], every=4),
)
def test_barriers_as_the_documents_give_them(width, height):
    parameters = scaled(APP_D, SCAN_BETA, N=width, n=600 * DATA, sigma2=Fraction(DATA, 20))
    assert barrier(parameters) == pytest.approx(height, abs=0.05)
