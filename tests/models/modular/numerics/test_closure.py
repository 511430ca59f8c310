"""Closures, saddles and masses in both limits, against routes that share no code."""

from fractions import Fraction
from itertools import pairwise
from math import exp, sqrt

import numpy as np
import pytest
from flint import arb

from binodal import api
from binodal.derive.symbols import N, P, sigma2, sigma_a2
from binodal.models.modular.derivations.scaling import canonical
from binodal.models.modular.numerics import finite
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.finite_critical import critical_finite
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.models.modular.numerics.law import ExactLaw, share_of
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.registry import parameters_of, preset
from binodal.numerics.balls import precision
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import PHASES
from tests.laws import beside, cases
from tests.models.modular.numerics.brute_force import action, complex_mean, real_mean, solved

FIG3 = preset("fig3")
F = Fraction
SMALL = parameters_of(
    "modular", {"N": F(8), "P": F(5), "sigma2": F(2, 5), "sigma_a2": F(1, 30), "gamma": F(1, 3)}
)
WARM = [F(1, 20), F(3, 20), F(1, 5), F(23, 100), F(6, 25), F(3, 10)]


def floats(parameters):
    return {name: float(value) for name, value in parameters.items()}


def exact_fraction(value):
    mantissa, exponent = value.mid().man_exp()
    return F(int(mantissa)) * F(2) ** int(exponent)


def brute_force_tau(p, mean):
    strength = 2 * p["sigma_a2"] * p["P"] ** 2 / p["N"]
    return solved(mean, strength, 4 * p["P"] ** 2 * p["sigma_a2"], p["sigma2"])


@pytest.mark.parametrize("sigma2_value", cases([F(1, 20), F(2, 5), F(2)], every=2))
def test_finite_closure_against_plain_quadrature(sigma2_value):
    at = SMALL.replace(sigma2=sigma2_value)
    p = floats(at)
    tau = brute_force_tau(p, lambda u: complex_mean(u, p["gamma"], p["P"]))
    found = solve_finite(at)
    assert found.status is Status.CERTIFIED
    assert abs(float(found.closure.a.mid()) / (p["sigma2"] / tau) - 1) < 1e-10
    assert found.closure.a.rel_accuracy_bits() > 60
    assert found.real_mode is None


def test_even_order_has_a_real_mode_of_its_own():
    at = SMALL.replace(P=F(4))
    p, found = floats(at), solve_finite(at)
    for closure, mean in (
        (found.closure, lambda u: complex_mean(u, p["gamma"], p["P"])),
        (found.real_mode, lambda u: real_mean(u, p["gamma"], p["P"])),
    ):
        assert abs(float(closure.lam.mid()) + p["sigma2"] - brute_force_tau(p, mean)) < 1e-10
    assert not found.closure.a.overlaps(found.real_mode.a)
    assert any("real mode P/2" in note for note in found.assumptions)


def test_saddles_are_stationary_and_relative_to_zero():
    """ds/dx by differences of the definition; S/P of a complex mode is 2 s, as printed s."""
    for theory, copies in (("derived", 2), ("published", 1)):
        found = solve_thermodynamic(FIG3.replace(sigma2=F(6, 25)), theory)
        u = 2 * 2e-6 * 401**2 / (1000 * 0.24**2)
        assert [s.kind for s in found.saddles] == ["minimum", "saddle", "minimum"]
        for saddle in found.saddles[1:]:
            x, h = float(saddle.x), 1e-3
            slope = (action(x + h, x, u, 1e-4) - action(x - h, x, u, 1e-4)) / (2 * h)
            assert abs(slope) < 1e-9
            assert float(saddle.action) == pytest.approx(copies * action(x, x, u, 1e-4), rel=1e-9)
        assert found.saddles[0].action == 0 and found.saddles[0].mass == 1.0


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_thermodynamic_closure_holds_in_every_phase(theory):
    """lambda of a ring with the stated mass, from x alone, closes a (sigma^2 + lambda)."""
    at = FIG3 if theory == "published" else FIG3.replace(sigma_a2=F(1, 10**11), P=F(160801))
    factor = 4 * float(at["P"]) ** 2 if theory == "derived" else 1.0
    top = sqrt(sqrt(3) * float(at["sigma_a2"]) * float(at["P"]) ** 2 / 1000 / 0.01)
    phases = []
    for share in (1.1, 0.9, 0.2, 0.02):
        cold = F(share * top)
        found = solve_thermodynamic(at.replace(sigma2=cold), theory)
        phases.append(found.phase)
        a, lam = float(found.closure.a), float(found.closure.lam)
        assert a * (float(cold) + lam) == pytest.approx(float(cold), rel=1e-12)
        ring = found.saddles[-1]
        if found.phase != "GFL":
            expected = factor * float(at["sigma_a2"]) * float(ring.mass) * float(ring.x) ** 2
            assert lam == pytest.approx(expected, rel=1e-12)
    assert phases[:2] == ["GFL", "GMFL-I"]
    assert ("GMFL-II" in phases) == (theory == "published")


def test_full_ring_phase_of_the_derived_theory():
    at = FIG3.replace(P=F(11), sigma_a2=F(1, 10**9), gamma=F(1, 3), sigma2=F(1, 10**7))
    found = solve_thermodynamic(at)
    assert found.phase == "GMFL-II" and found.saddles[-1].mass == 1.0
    lam = 4 * 121e-9 * float(found.saddles[-1].x) ** 2
    assert float(found.closure.lam) == pytest.approx(lam, rel=1e-12)
    assert found.saddles[-1].action < 0


def test_a_phase_boundary_is_undecided():
    """gamma = 3, sigma_a^2 P^2/N = 9/4: coexistence at sigma^2 = 3/2 exactly."""
    at = {"N": F(1), "P": F(3), "sigma2": F(3, 2), "sigma_a2": F(1, 4), "gamma": F(3)}
    found = solve_thermodynamic(parameters_of("modular", at))
    assert found.status is Status.UNDECIDED and found.phase == "undecided"


@beside("tests/numerics/test_dropped.py::test_shift_of_the_balance_is_what_finite_p_does")
def test_finite_tends_to_the_thermodynamic_limit():
    """Along the derived scaling a at sigma^2/tau_c = 4/5 approaches 4/5 like log(P)/P."""
    exponents = canonical()
    errors = []
    for beta in (1, 16):
        scale = {str(s): F(beta) ** int(4 * exponents[s]) for s in (N, sigma2, sigma_a2)}
        at = {name: value * scale.get(name, 1) for name, value in FIG3.items()}
        at["P"] = FIG3["P"] * F(beta) ** int(4 * exponents[P])
        at["sigma2"] = F(0.8 * 0.2360150427018935) * scale["sigma2"]
        found = solve_finite(parameters_of("modular", at))
        held = [float(s.mass) for s in found.saddles if s.kind == "minimum"]
        assert found.phase == ("GFL" if float(at["N"]) * held[1] < 1 else "GMFL-I")
        errors.append(0.8 - float(found.closure.a))
    assert all(0 < late < early for early, late in pairwise(errors))


def test_fig3_is_carried_by_less_than_one_neuron():
    cold = FIG3.replace(sigma2=F(1, 5))
    for found, phase in ((solve_finite(cold), "GFL"), (solve_thermodynamic(cold), "GMFL-I")):
        assert found.phase == phase
        assert float(found.saddles[-1].mass) == pytest.approx(9.33e-7, rel=2e-3)
        assert any("less than one neuron" in note for note in found.assumptions)
    published = solve_finite(cold, "published")
    assert not any("less than one neuron" in note for note in published.assumptions)


def test_printed_closure_has_a_gap_at_birth():
    """At birth u = sqrt(gamma), x = 1/sqrt(gamma), s = x/3; lambda jumps there."""
    tau = sqrt(2 * (1 / 30) * 25 / 8 / sqrt(1 / 3))
    odds = 4 * exp(-5 * sqrt(3) / 3)
    jump = 3 / 30 * odds / (1 + odds)
    inside = solve_finite(SMALL.replace(sigma2=F(tau - jump / 2)), "published")
    assert inside.status is Status.ABSENT and inside.closure is None
    assert (inside.theory, inside.limit, inside.phase) == ("published", "finite", "undecided")
    assert "no solution" in inside.reason
    for value in (tau - 1.01 * jump, tau + 0.01 * jump):
        found = solve_finite(SMALL.replace(sigma2=F(value)), "published")
        assert found.status is Status.CERTIFIED
        lam = float(found.closure.lam)
        assert lam > jump if value < tau else abs(lam) < 1e-20
    edge = critical_finite(SMALL, "birth", theory="published").point.value
    assert float(edge) == pytest.approx(tau - jump, rel=1e-12)


def test_without_a_proof_nothing_is_claimed(monkeypatch):
    def refuse(*_):
        raise Undecided("no proof today")

    monkeypatch.setattr(finite.Balance, "solved", refuse)
    found = solve_finite(SMALL)
    assert found.status is Status.UNDECIDED and found.phase == "undecided"
    assert found.closure is None and "no proof today" in found.reason


@pytest.mark.parametrize(
    ("event", "along"),
    cases(
        [
            ("birth", "sigma2"),
            ("gmfl2", "N"),
            ("mass", "sigma2"),
            ("birth", "gamma"),
            ("gmfl2", "sigma2"),
        ],
        every=3,
    ),
)
def test_finite_event_is_a_property_of_the_closure(event, along):
    """Solve the closure at the critical value: u and the ring's share are those of the event."""
    at = SMALL.replace(sigma_a2=F(1, 10**5), sigma2=F(1, 200), N=F(12))
    found = critical_finite(at, event, along)
    assert found.status is Status.CERTIFIED
    moved = {**at, along: exact_fraction(found.point.value)}
    p = floats(moved)
    tau = brute_force_tau(p, lambda u: complex_mean(u, p["gamma"], p["P"]))
    u = 2 * p["sigma_a2"] * p["P"] ** 2 / (p["N"] * tau**2)
    assert float(found.point.u) == pytest.approx(u, rel=1e-9)
    assert float(found.point.a) == pytest.approx(p["sigma2"] / tau, rel=1e-9)
    with precision(128):
        if event == "birth":
            assert float(found.point.u) == pytest.approx(sqrt(moved["gamma"]), rel=1e-12)
        else:
            wanted = F(1, 2) if event == "mass" else 1 - 1 / moved["N"]
            share = share_of(ExactLaw(moved).odds(arb(found.point.u.mid())))
            assert float(share) == pytest.approx(float(wanted), rel=1e-12)


def test_finite_events_that_do_not_exist():
    """Fig. 3: the ring wins long before it is as deep as zero, so lambda alone is too large."""
    for event in ("coexistence", "gmfl2"):
        found = critical_finite(FIG3, event)
        assert found.status is Status.ABSENT and "lambda alone" in found.reason
    broad = critical_finite(FIG3.replace(P=F(3), gamma=F(100)), "mass")
    assert broad.status is Status.ABSENT and "as soon as it exists" in broad.reason
    assert critical_finite(FIG3, "mass", "gamma").status is Status.UNDECIDED
    rare = critical_finite(FIG3, "mass", fraction=F(1, 10**6))
    assert float(rare.point.value) == pytest.approx(0.19744000403296, abs=1e-13)


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_grids_agree_with_certified_solutions(theory):
    columns = {**floats(FIG3), "sigma2": np.array([float(v) for v in WARM])}
    pairs = ((thermodynamic_grid, solve_thermodynamic, 1e-12), (finite_grid, solve_finite, 1e-9))
    for grid, solve, tolerance in pairs:
        found = grid(columns, theory)
        for index, value in enumerate(WARM):
            exact = solve(FIG3.replace(sigma2=value), theory)
            assert PHASES[int(found["phase"][index])] == exact.phase
            assert found["a"][index] == pytest.approx(float(exact.closure.a), rel=tolerance)
            lam = pytest.approx(float(exact.closure.lam), rel=1e-7, abs=1e-15)
            assert found["lambda"][index] == lam
            if len(exact.saddles) > 1:
                ring = exact.saddles[-1]
                assert found["x"][index] == pytest.approx(float(ring.x), rel=1e-7)
                assert found["mass"][index] == pytest.approx(float(ring.mass), rel=1e-6, abs=1e-15)
                barrier = float(exact.saddles[1].action)
                assert found["barrier"][index] == pytest.approx(barrier, rel=1e-7)
            else:
                assert np.isnan(found["x"][index])


def test_grid_of_the_printed_gap_is_undecided():
    tau = sqrt(2 * (1 / 30) * 25 / 8 / sqrt(1 / 3))
    found = finite_grid({**floats(SMALL), "sigma2": np.array([tau * 0.999, 2 * tau])}, "published")
    assert [PHASES[int(code)] for code in found["phase"]] == ["undecided", "GFL"]


def test_grids_are_vectorised_and_refuse_nonsense():
    columns = {**floats(FIG3), "sigma2": np.linspace(0.05, 0.3, 100_000)}
    assert thermodynamic_grid(columns)["a"].shape == (100_000,)
    with pytest.raises(ParameterError, match="greater than 0"):
        thermodynamic_grid({**floats(FIG3), "gamma": np.array([0.0, 1.0])})
    shape = {**floats(FIG3), "sigma2": np.ones((3, 1)), "gamma": np.ones((1, 2))}
    assert finite_grid(shape)["a"].shape == (3, 2)


def test_the_loss_without_learning_is_the_variance_of_the_target():
    """One of P outputs is right: 1 - 1/P, of which a^2 is left."""
    document = api.solve("modular", preset="fig3", sigma2="1/5").document
    curves, a = document["curves"], float(document["closure"]["a"]["mid"])
    assert float(curves["target"]["mid"]) == pytest.approx(400 / 401, rel=1e-14)
    assert float(curves["test_loss"]["mid"]) == pytest.approx(a**2 * 400 / 401, rel=1e-14)
    assert a < 0.9
