"""Hard settings: cold, deep, far from any double; every one has an answer with a proof."""

from fractions import Fraction as F

import numpy as np
import pytest
from flint import arb
from mpmath import mp

from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.finite import Balance, solve_finite
from binodal.models.modular.numerics.finite_critical import critical_finite
from binodal.models.modular.numerics.float_law import exact_moments
from binodal.models.modular.numerics.grid import finite_grid
from binodal.models.modular.numerics.law import ExactLaw
from binodal.models.registry import parameters_of, preset
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import PHASES
from tests.laws import cases
from tests.models.modular.numerics.brute_force import closure_by_mpmath

FIG3 = preset("fig3")


def setting(N, P, sigma2, sigma_a2, gamma):
    given = {"N": N, "P": P, "sigma2": sigma2, "sigma_a2": sigma_a2, "gamma": gamma}
    return parameters_of("modular", {name: F(value) for name, value in given.items()})


DEEP = setting("100", "11", "2.2e-4", "1e-6", "100")
COLD = FIG3.replace(sigma2=F("1e-6"))


def contains(found, value):
    """Whether a ball holds an mpmath number, whose own error is far below the ball's."""
    return abs(found - arb(mp.nstr(value, 20))) < arb(10) ** -14 * arb(mp.nstr(value, 20))


@pytest.mark.parametrize(
    ("at", "near", "phase"),
    cases([(DEEP, "3.187876754838e-4", "GMFL-II"), (COLD, "0.2360250239112", "GFL")], every=None),
)
def test_masses_have_an_accuracy_of_their_own(at, near, phase):
    """The zero state of DEEP holds 1.8e-14: one minus the ring's share has two digits of it."""
    with mp.workdps(22), precision(160):
        texts = {k: mp.mpf(v.numerator) / v.denominator for k, v in at.items()}
        tau, zero, ring = closure_by_mpmath(texts, mp.mpf(near))
        found = solve_finite(at, bits=160)
        assert found.status is Status.CERTIFIED and found.phase == phase
        assert contains(found.closure.lam, tau - texts["sigma2"])
        assert contains(found.closure.a, texts["sigma2"] / tau)
        for mass, expected in ((found.saddles[0].mass, zero), (found.saddles[2].mass, ring)):
            assert contains(mass, expected) and mass.rel_accuracy_bits() > 60


def test_known_values():
    assert str(solve_finite(DEEP).saddles[0].mass.str(12, radius=False)) == "1.79929001005e-14"
    cold = solve_finite(COLD).closure
    assert cold.lam.str(15, radius=False) == "0.236024023911227"
    assert cold.a.str(16, radius=False) == "4.236838888643075e-6"


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_floats_from_the_coldest_to_the_hottest(theory):
    """No warning (they are errors here), and what balls say where they are asked."""
    cold = np.array([1e-300, 1e-100, 1e-20, 1e-6, 1e-3, 0.05, 0.3, 10.0, 1e20])
    found = finite_grid({**{k: float(v) for k, v in FIG3.items()}, "sigma2": cold}, theory)
    assert all(np.isfinite(found[name]).all() for name in ("a", "lambda", "u"))
    assert (np.diff(found["a"]) >= 0).all() and (np.diff(found["phase"]) <= 0).all()
    for k in (3, 4, 5):
        proved = solve_finite(FIG3.replace(sigma2=F(str(cold[k]))), theory)
        assert found["a"][k] == pytest.approx(float(proved.closure.a), rel=1e-13)
        assert found["lambda"][k] == pytest.approx(float(proved.closure.lam), rel=1e-12)
        assert PHASES[int(found["phase"][k])] == proved.phase


@pytest.mark.parametrize("ratio", [1.05, 3.0, 50.0, 1e4])
def test_log_odds_of_deep_rings(ratio):
    """Exponents up to 1e18, where a number and its exponential are far out of range."""
    order, decay = 101.0, 1e-3
    at_u = ratio * decay**0.5
    row = [np.array([v]) for v in (at_u, order, 0.1, decay)]
    with precision(300):
        law = ExactLaw(setting("100", "101", "1", "1/10", str(F(decay))))
        expected = law.odds(arb(at_u)).log()
        assert float(exact_moments(*row).log_odds[0]) == pytest.approx(float(expected), rel=1e-12)


HARD = {
    "no double, few modes": setting("100", "11", F(1, 10**400), "1e-6", "1e-2"),
    "no double": FIG3.replace(sigma2=F(1, 10**400)),
    "colder than its eigenvalue by 38 decades": setting("1e13", "1e9", "9e16", "2e-15", "8e-19"),
    "steep": setting("1738195", "5", "1.112e-9", "3.323e-23", "1.199e-24"),
    "large decay": setting("100", "11", "1e-9", "1e-6", "1e20"),
    "one neuron": setting("1", "3", "1e-3", "1", "1e-6"),
}


@pytest.mark.parametrize(
    ("name", "theory"),
    [
        *cases([(name, "derived") for name in HARD if name != "steep"], every=None),
        ("steep", "published"),
    ],
)
def test_hard_settings_are_certified(name, theory):
    found = solve_finite(HARD[name], theory)
    assert found.status is Status.CERTIFIED and found.phase in PHASES[:3]
    masses = [s.mass for s in found.saddles if s.mass is not None]
    balls = [found.closure.a, found.closure.lam, *masses]
    assert all(b.is_zero() or b.rel_accuracy_bits() >= 32 for b in balls)
    assert sum(masses, arb(0)).overlaps(arb(1))


def test_a_steep_crossing_is_bracketed():
    """Secants overshoot a step that is 1e-25 wide; halving finds it."""
    with precision(400):
        at = 1 + arb(2) ** -70

        def steep(x):
            return x - 2 + 2 / (1 + (-(x - at) * arb(10) ** 25).exp())

        found = crossing(steep, 1.0, 400, 1.0)
        assert abs(found - at) < arb(10) ** -24 and found.rel_accuracy_bits() > 300


def test_signs_of_balls_find_the_start():
    tau = solve_finite(FIG3).closure.lam + ball(FIG3["sigma2"])
    coarse, fine = (float(start) for start in Balance(FIG3, "derived").near())
    assert coarse == pytest.approx(float(tau), rel=1e-3)
    assert fine == pytest.approx(float(tau), rel=1e-13)


def test_an_absent_law_is_undecided(monkeypatch):
    """Whatever proof fails, the caller gets an answer."""

    def refuse(*_):
        raise Undecided("no proof today")

    monkeypatch.setattr(ExactLaw, "level", refuse)
    found = solve_finite(FIG3)
    assert found.status is Status.UNDECIDED and found.closure is None
    event = critical_finite(FIG3, "birth")
    assert event.status is Status.UNDECIDED and event.point is None
