"""Masses at finite d: certified against an independent law, floats against certified ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
import pytest
from flint import acb, arb
from mpmath import mp
from scipy.special import logsumexp

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics import finite_critical
from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS, certified_closure
from binodal.models.teacher_student.numerics.density import Density
from binodal.models.teacher_student.numerics.finite import (
    float_masses,
    float_state,
    proved_closure,
    solve_finite,
)
from binodal.models.teacher_student.numerics.finite_critical import critical_finite
from binodal.models.teacher_student.numerics.law import law, solve_law, solved_law
from binodal.models.teacher_student.numerics.masses import barriers, certified_masses, features
from binodal.models.teacher_student.numerics.saddles import Closure, saddles
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import phase
from tests.laws import beside, cases
from tests.models.teacher_student.numerics.reference import Reference

FIG2 = preset("fig2")
NARROW = FIG2.replace(
    N=F(23),
    n=F(38),
    d=F(904),
    sigma_w2=F("0.0014458"),
    sigma_a2=F("0.00015782"),
    epsilon=F("4.8816"),
    sigma2=F("0.00013916"),
)
BEYOND_NARROW = "0.04784248640950227973558165818"
COLD = FIG2.replace(sigma2=F("0.01"))
COLD_EVENT = "0.01003826982329758322"


def panels(parameters):
    """Ends of panels where the float law is above e^-110 of its top, and its last barrier."""
    state = float_state(parameters, "derived", 2)
    of, width = state.law, state.law.narrowest(state.residual)
    logs = of.log_density(state.residual)
    high = of.y[logs > logs.max() - 110]
    parts = np.split(high, np.flatnonzero(np.diff(high) > 1.5 * of.y[1]) + 1)
    ends = {0.0, state.cuts[-1]}
    for part in parts:
        count = int(np.ceil((part[-1] - part[0]) / (5 * width))) + 2
        ends |= set(np.linspace(max(0.0, part[0] - width), part[-1] + width, count).tolist())
    return sorted(ends), state


def by_mpmath(parameters):
    """b, c and the probability beyond the last barrier, from the law of (y, r_perp)."""
    ends, state = panels(parameters)
    reference = Reference(parameters, ends)
    b, c = reference.closure(*map(mp.mpf, state.modes))
    return b, c, reference.beyond(state.cuts[-1], b, c)


def contains(proved, value, slack="1e-25"):
    return abs(mp.mpf(proved.mid().str(40, radius=False)) - value) <= mp.mpf(
        proved.rad().str(5, radius=False)
    ) + mp.mpf(slack)


def test_two_narrow_peaks_hold_what_the_law_says():
    """The outer minima of a law whose peaks are a thousandth of its range wide."""
    with mp.workdps(30), precision(QUADRATURE_BITS):
        b, c, beyond = by_mpmath(NARROW)
        assert abs(beyond - mp.mpf(BEYOND_NARROW)) < mp.mpf(10) ** -27
        solution = solve_finite(NARROW, "derived")
        assert solution.status is Status.CERTIFIED and solution.masses is Status.CERTIFIED
        assert contains(solution.closure.b, b) and contains(solution.closure.c, c)
        outer = 2 * solution.saddles[-1].mass
        assert contains(outer, beyond) and outer.rad() < 1e-14


@beside("test_events_are_proved_and_their_float_errors_are_honest")
def test_the_mass_event_where_the_prior_is_wide_and_the_feature_sharp():
    """The certified event, and the probability that mpmath finds at it."""
    found = critical_finite(COLD, "mass", fraction=F("0.0306"))
    assert found.status is Status.CERTIFIED
    with mp.workdps(30), precision(QUADRATURE_BITS):
        value = found.point.value
        assert contains(value, mp.mpf(COLD_EVENT), slack="1e-20") and value.rad() < 1e-18
        at = COLD.replace(sigma2=F(COLD_EVENT))
        b, _, beyond = by_mpmath(at)
        assert abs(beyond - mp.mpf("0.0306")) < mp.mpf(10) ** -20
        assert contains(found.point.b, b, slack="1e-18")


SETTINGS = {
    "fig2": FIG2,
    "narrow": NARROW,
    "cold": COLD,
    "large": FIG2.replace(d=F(10_000), N=F(46_000), n=F(200_000), sigma_a2=F(8, 46_000)),
    "large and cold": FIG2.replace(
        d=F(4000), N=F(900), n=F(40_000), sigma_a2=F(1, 500), sigma2=F(1, 50)
    ),
    "tiny prior": FIG2.replace(sigma_w2=F(1, 5000), sigma2=F(1, 1000), epsilon=F(3)),
    "wide prior": FIG2.replace(sigma_w2=F(40), d=F(12)),
    "two dimensions": FIG2.replace(d=F(2), sigma2=F(1, 3)),
}


@pytest.mark.parametrize(("name", "theory"), cases(product(SETTINGS, THEORIES), every=5))
def test_float_masses_are_as_near_to_the_certified_ones_as_they_say(name, theory):
    parameters = SETTINGS[name]
    solution = solve_finite(parameters, theory)
    assert solution.status is solution.masses is Status.CERTIFIED
    with precision(QUADRATURE_BITS):
        held = [s.mass for s in solution.saddles if s.mass is not None]
        assert abs(sum(held, arb(0)) - 1) < 1e-9
        fine, coarse = (float_state(parameters, theory, refine) for refine in (2, 1))
        found = float_masses(fine, coarse, len(barriers(solution.saddles)))
        minima = [s for s in solution.saddles if s.kind == "minimum" and not s.q < 0]
        for saddle, share in zip(minima, found, strict=True):
            proved = saddle.mass * (1 if saddle.q == 0 else 2)
            assert proved.rad() < 1e-9 * proved.mid()
            assert abs(share.mid() - proved) < share.rad() + proved.rad()
            assert share.rad() < 1e-6 * share.mid() + 1e-12


def old_rule(state, nodes=400):
    """One Gauss rule a basin, whatever the width of its peak."""
    of, places = state.law, np.polynomial.legendre.leggauss(nodes)
    ends = [0.0, *state.cuts, float(of.y[-1])]
    logs = []
    for low, high in pairwise(ends):
        half = (high - low) / 2
        points = low + half * (places[0] + 1)
        weights = of.at(points).log_density(state.residual)
        logs.append(logsumexp(weights, b=half * places[1]))
    return np.exp(np.array(logs) - logsumexp(logs))


def test_one_rule_a_basin_fails_where_panels_do_not():
    """The control: 400 nodes spread over a basin step over the narrow peak, and so do 800."""
    fine, coarse = (float_state(NARROW, "derived", refine) for refine in (2, 1))
    share = float_masses(fine, coarse, 1)[1]
    assert abs(float(share.mid()) - 0.0478424864) < 1e-9
    for nodes in (400, 800):
        assert abs(old_rule(fine, nodes)[1] - 0.0478424864) > 1e-4


def test_a_grid_that_steps_over_a_feature_is_refined():
    """The fixed three points per width of the prior miss the feature and leave a wrong residual."""
    floats = {name: float(value) for name, value in STRONG.items()}
    missed = solve_law(law(floats, "derived"))
    of, residual = solved_law(floats, "derived")
    near = float_state(STRONG, "derived")
    proved, _ = proved_closure(STRONG, "derived", near)
    gap = np.array([float(proved.b.mid()), float(proved.c.mid()) * np.sqrt(6)]) - residual
    assert np.abs(gap).max() < 1e-10
    assert np.abs(missed - residual).max() > 1e-5
    assert of.narrowest(residual) >= 2 * of.y[1]


STRONG = FIG2.replace(sigma2=F(1, 100), epsilon=F(-4))


def test_the_bound_of_the_density_holds_on_its_region():
    rng = np.random.default_rng(7)
    with precision(400):  # the prior at complex points, which no proof evaluates, needs them
        for parameters, theory in ((FIG2, "derived"), (NARROW, "derived"), (COLD, "published")):
            state = float_state(parameters, theory)
            at, of = Closure(*map(arb, state.modes)), Density(parameters, theory)
            for _ in range(40):
                middle, half = rng.uniform(0, state.law.y[-1] / 2), 10 ** rng.uniform(-4, -2)
                height = half * rng.uniform(0, 1)
                bound = of.bound(of.region(arb(middle - half), arb(middle + half), arb(height)), at)
                x, v = middle + half * rng.uniform(-1, 1), height * rng.uniform(-1, 1)
                square = acb(x, v) ** 2
                pull, rho = of.pull(square, at)
                value = abs(of.prior(square) * pull) * arb(1).max(abs(rho)) ** 3
                assert value < bound


@pytest.mark.parametrize("theory", THEORIES)
def test_strong_convexity_alone_makes_the_ball(theory):
    """Newton steps that lead nowhere leave a ball that is wide, and still right."""
    near = float_state(FIG2, theory)
    off = replace(near, residual=near.residual + np.array([1e-9, -1e-9]))
    exact, integrals = proved_closure(FIG2, theory, near)
    stuck = certified_closure(off.modes, FIG2, integrals, np.eye(2) * 1e300)
    assert 1e-10 < float(stuck.b.rad()) < 1e-4
    assert stuck.b.contains(exact.b) and stuck.c.contains(exact.c)


@pytest.mark.parametrize("theory", THEORIES)
def test_the_tail_is_bounded_and_its_exponent_nearly_right(theory):
    with precision(QUADRATURE_BITS):
        state = float_state(FIG2, theory)
        at, of = Closure(*map(arb, state.modes)), Density(FIG2, theory)
        for end in (2.0, 4.0, 6.0):
            step = arb("0.00001")
            places = [(arb(end) + (k + arb("0.5")) * step) ** 2 for k in range(200)]
            rest = sum((of.prior(p) * of.pull(p, at)[0] for p in places), arb(0)) * step
            assert rest < of.beyond(arb(end), at) < rest ** arb("0.8")


def test_cuts_beside_the_barriers_do_not_matter_but_what_lies_between_does(monkeypatch):
    near = float_state(FIG2, "derived")
    closure, integrals = proved_closure(FIG2, "derived", near)
    moved = replace(near, cuts=tuple(cut + 1e-9 for cut in near.cuts))
    _, beside = proved_closure(FIG2, "derived", moved)
    with precision(QUADRATURE_BITS):
        found = saddles(FIG2, closure, "derived")
        here, there = (certified_masses(found, closure, i) for i in (integrals, beside))
        assert all(a.overlaps(b) and a.rad() < 1e-15 for a, b in zip(here, there, strict=True))
        monkeypatch.setattr(type(beside), "sliver", lambda *_: arb(0))
        wrong = certified_masses(found, closure, beside)
        assert not any(a.overlaps(b) for a, b in zip(here, wrong, strict=True))
        lost = proved_closure(FIG2, "derived", replace(near, cuts=()))[1]
        with pytest.raises(Undecided, match="basins"):
            certified_masses(found, closure, lost)


@pytest.mark.parametrize(
    ("event", "parameters", "fraction"),
    cases(
        [
            ("birth", FIG2, F(1, 2)),
            ("coexistence", FIG2.replace(N=F(50)), F(1, 2)),
            ("instability", FIG2.replace(sigma2=F(3, 100)), F(1, 2)),
            ("mass", FIG2, F(1, 100)),
        ],
        every=None,
    ),
)
def test_events_are_proved_and_their_float_errors_are_honest(
    event, parameters, fraction, monkeypatch
):
    proved = critical_finite(parameters, event, fraction=fraction)
    assert proved.status is Status.CERTIFIED and "sign is proved" in proved.reason

    def refuse(*_):
        raise Undecided("no proof today")

    monkeypatch.setattr(finite_critical, "proved_point", refuse)
    floats = critical_finite(parameters, event, fraction=fraction)
    assert floats.status is Status.CONVERGED and "no proof today" in floats.reason
    for name in ("value", "u", "b"):
        sure, near = getattr(proved.point, name), getattr(floats.point, name)
        assert near.contains(sure) and near.rad() < 1e-6 * abs(near.mid())


def test_the_phase_follows_from_proved_signs():
    solution = solve_finite(FIG2, "derived")
    zero = next(s.mass for s in solution.saddles if s.q == 0)
    features = sum((s.mass for s in solution.saddles if s.mass is not None and s.q != 0), arb(0))
    with precision(QUADRATURE_BITS):
        assert solution.phase == phase(features, zero, ball(FIG2["N"])) == "GMFL-I"
    assert any("fewer than one" in text for text in solution.assumptions)
    assert solve_finite(FIG2.replace(sigma2=F(1, 4)), "derived").phase == "GFL"


def test_without_a_proof_masses_are_estimates_and_say_so(monkeypatch):
    from binodal.models.teacher_student.numerics import finite

    def refuse(*_):
        raise Undecided("no proof today")

    proved = solve_finite(FIG2, "derived")
    monkeypatch.setattr(finite, "proved_closure", refuse)
    floats = solve_finite(FIG2, "derived")
    assert floats.status is floats.masses is Status.CONVERGED and floats.phase == proved.phase
    for sure, near in zip(proved.saddles, floats.saddles, strict=True):
        assert (sure.mass is None) == (near.mass is None)
        if sure.mass is not None:
            assert near.mass.contains(sure.mass) and near.mass.rad() < 1e-9


@pytest.mark.parametrize(("kind", "expected"), [("minimum", (0.75, 0.25)), ("maximum", (1, 0))])
def test_the_first_basin_is_the_zero_states_where_that_is_a_minimum(kind, expected):
    found = [SimpleNamespace(q=arb(0), kind=kind), SimpleNamespace(q=arb(1), kind="minimum")]
    assert features([arb("0.25"), arb("0.25"), arb("0.5")], found) == expected
