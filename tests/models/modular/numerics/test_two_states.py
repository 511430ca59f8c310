"""Modes on both sides of their barrier: equilibrium's own share, exact times, the derived slope."""

from __future__ import annotations

from fractions import Fraction
from math import log, log10

import numpy as np
import pytest

from binodal.models.modular.derivations import delay as derived
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.two_states import ModesInTwoWells
from binodal.models.modular.parameters import SPACE
from binodal.numerics.rescale import rescale
from tests.numerics.phases.generator import mean_time

VALUES = {"N": "4000", "P": "41", "sigma2": "0.003", "sigma_a2": "1/40000", "gamma": "2"}
AT = SPACE.at({name: Fraction(value) for name, value in VALUES.items()})


@pytest.fixture(scope="module")
def modes():
    return ModesInTwoWells(AT)


def test_the_share_at_rest_is_the_mass_of_equilibrium_and_odds_fall_to_it(modes):
    solution = solve_finite(AT, "derived")
    assert modes.rest == pytest.approx(float(solution.saddles[-1].mass.mid()), rel=1e-4)
    assert modes.level(modes.rest) == pytest.approx(float(solution.closure.a.mid()), rel=1e-6)
    odds = [modes.log_odds(float(share)) for share in np.linspace(0, modes.rest, 5)]
    assert (np.diff(odds) < 0).all()
    assert odds[-1] == pytest.approx(log(modes.rest / (1 - modes.rest)), abs=1e-5)


def test_the_rise_tends_to_the_derived_slope(modes):
    """The saddle's rise as modes cross; x_- and x_+ of the action at the residual of none.

    The slope is leading order: what it leaves out falls from a tenth at P = 41 to 0.7 % at P = 82.
    """
    larger, _ = rescale(AT, Fraction(4))
    assert _rise_over_slope(modes, AT) == pytest.approx(1, abs=0.12)
    assert _rise_over_slope(ModesInTwoWells(larger), larger) == pytest.approx(1, abs=0.015)


def _rise_over_slope(modes, values):
    step = modes.rest / 1000
    first, then = (modes.escape(share) for share in (0.0, step))
    rise = float((then.rise - first.rise).mid()) / step
    at_u = _coupling(modes, values)
    spread = (at_u**2 - 2) ** 0.5
    before, _, _ = modes._basins(modes._held(0.0))
    at = {derived.x: (at_u - spread) / 2, derived.x_min: (at_u + spread) / 2}
    at |= {derived.before: before, **_named(modes.level(0.0), values)}
    return rise / float(derived.barrier_slope().subs(at))


def _named(a, values):
    symbols = (derived.N, derived.P, derived.sigma2, derived.sigma_a2, derived.gamma)
    return {derived.a: a, **{s: float(values[str(s)]) for s in symbols}}


def _coupling(modes, values):
    return float(derived.mode_action().coupling.subs(_named(modes.level(0.0), values)))


def test_exact_times_by_another_scheme_in_other_coordinates():
    """In the two moduli themselves, to the place where one of them is the ring's."""
    at = AT.replace(P=Fraction(23), N=Fraction(2000), sigma2=Fraction(25, 10000))
    modes = ModesInTwoWells(at)
    u = _coupling(modes, at)
    far = (46 * (u + (u * u - 2) ** 0.5) / 2) ** 0.5

    def height(y, z):
        x, x_v = y * y / 46, z * z / 46
        s = (x + x_v) / 2 + 2 * (x**3 + x_v**3) / 6 - u * x * x_v
        return 46 * s - np.log(y) - np.log(z)

    def timed(rows):
        step = far / rows
        first = step * (np.arange(rows) + 0.5)
        return mean_time(height, first, 1.5 * far / rows * (np.arange(rows) + 0.5))

    coarse, fine = timed(80), timed(160)
    exact, error = modes.escape(0.0).exact
    assert exact == pytest.approx(log10((4 * fine - coarse) / 3), abs=0.02 + error)
