"""The setting of Appendix D, scaled down: feature learning against width, and in time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.parameters import Parameters
from binodal.validate.experiments.experiment import (
    Case,
    Experiment,
    Length,
    ensemble,
    members_at,
    scaled,
)

APP_D = SPACE.at(SPACE.presets["app-d"])
SCAN_BETA, COURSE_BETA = Fraction(1, 32), Fraction(1, 8)
"""M.11 of the scan in width, and of the courses in time."""

DATA = 16
"""n and sigma^2 of the scan in width are this much larger: scaled down alone, n would be less than
d, and the sums over data far from their averages."""

MEMBERS = 32
COURSE_DATA = (1, 3, 8)
"""Factors of n and sigma^2 in the courses in time; 3 keeps D.44's n/d at beta = 1/8."""

COURSE = 2000
"""Recorded Euler steps of the course in time, a tenth of all steps."""


DRAWS = 200
WIDTHS = {
    500: Length(150_000, DRAWS, 3_500),
    700: Length(50_000, DRAWS, 1_500),
    1400: Length(10_000, DRAWS, 200),
    2800: Length(500, DRAWS, 10),
    5600: Length(500, DRAWS, 10),
}
"""N before scaling: d, n/sigma^2 and epsilon stay those of D.44. By the derived action a neuron
leaves its droplet over a barrier of d times the action's rise, in about e^barrier of its own times;
chains are longer than ten times that many steps (a test derives the barriers), and at the two
narrowest longer still: with a fifth of these or less, one data set in 16 had not settled."""

FULL_LENGTH = Length(300, 40, 5)
FULL_WIDTHS = (2800, 1400, 700)
"""N of D.44 itself, unscaled: before, at and after the transition."""

FULL_MEMBERS = 24
FULL_COURSE = (4, 1000, 15)
"""Networks, records and steps a record of the course in time at D.44's N = 700, unscaled."""


def _equilibrium(name: str, members: int, length: Length, parameters: Parameters) -> Case:
    """Networks from both starts, one of the scans in width."""
    spec = ensemble(NETWORK, parameters, members, length)
    return Case(name, spec, {"N": parameters["N"]})


def _course(name: str, members: int, records: int, thin: int, parameters: Parameters) -> Case:
    """Networks in time from the prior, recorded every ``thin`` Euler steps from the first on."""
    length = Length(0, records, thin)
    spec = ensemble(NETWORK, parameters, members, length, "euler", "prior")
    return Case(name, spec, {"n": parameters["n"]}, judged=False)


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return (*_scaled_down(effort), *_full_size(effort))


def _scaled_down(effort: Fraction) -> Iterator[Case]:
    """D.44 at beta = 1/32 against the width, and at 1/8 in time with more and more data."""
    members = members_at(effort, MEMBERS)
    for width, length in WIDTHS.items():
        parameters = scaled(APP_D, SCAN_BETA, N=width, n=600 * DATA, sigma2=Fraction(DATA, 20))
        yield _equilibrium(f"width-{width}", members, length, parameters)
    for factor in COURSE_DATA:
        parameters = scaled(APP_D, COURSE_BETA, n=600 * factor, sigma2=Fraction(factor, 20))
        yield _course(f"time-{factor}", members_at(effort, 32), COURSE, 10, parameters)


def _full_size(effort: Fraction) -> Iterator[Case]:
    """D.44 as it stands: its three widths in equilibrium, and the smallest in time."""
    for width in FULL_WIDTHS:
        parameters = scaled(APP_D, Fraction(1), N=width)
        members = members_at(effort, FULL_MEMBERS)
        yield _equilibrium(f"full-width-{width}", members, FULL_LENGTH, parameters)
    members, records, thin = FULL_COURSE
    parameters = scaled(APP_D, Fraction(1), N=FULL_WIDTHS[-1])
    yield _course("full-time", members_at(effort, members), records, thin, parameters)


WIDTH_AND_TIME = Experiment(
    "width-and-time",
    "Feature learning against width, and training before test in time (the setting of D.44)",
    "Where does feature learning set in with the width, and is the training set learned first?",
    _cases,
)
