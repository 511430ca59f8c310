"""Critical points: closed forms in rationals, round trips along every parameter, absences."""

import subprocess
import sys
from fractions import Fraction
from math import sqrt

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from binodal.derive.assumptions import Assumption
from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.critical import PRINTED_ZERO, REAL_SIZES, critical, notes
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.finite_critical import critical_finite
from binodal.models.modular.numerics.results import ALONG
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.registry import parameters_of, preset
from binodal.numerics.balls import as_dict, ball, precision
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status

FIG3 = preset("fig3")
F = Fraction
# Derived tau_c = 3/2 and Lambda = 27/16: with gamma = 3, tau_c^2 = sigma_a^2 P^2/N.
ROUND = parameters_of(
    "modular", {"N": F(1), "P": F(3), "sigma2": F(1, 10), "sigma_a2": F(1, 4), "gamma": F(3)}
)


def rescaled(point):
    """A parameter's exact value near the middle of a ball."""
    mantissa, exponent = point.value.mid().man_exp()
    return F(int(mantissa)) * F(2) ** int(exponent)


@pytest.mark.parametrize("along", ALONG)
def test_an_answer_rests_on_statements_of_its_own_theory(along):
    said = {theory: notes(theory, along) for theory in THEORIES}
    assert all(len(text.split()) > 2 for texts in said.values() for text in texts)
    printed = {theory: Assumption.PRINTED.value in texts for theory, texts in said.items()}
    assert printed == {"derived": False, "published": True}
    assert said["published"][-1 - (along in ("N", "P"))] == PRINTED_ZERO
    assert all((REAL_SIZES in texts) is (along in ("N", "P")) for texts in said.values())


@pytest.mark.parametrize(("size", "even"), [(4, True), (5, False), (9, False), (10, True)])
def test_even_orders_alone_have_a_real_mode(size, even):
    found = solve_finite(FIG3.replace(P=F(size)))
    assert (found.real_mode is not None) is even


def test_fig3_as_published():
    """The paper reads 0.227 and 0.175 off its figure."""
    start = critical(FIG3, "coexistence", theory="published", digits=40)
    end = critical(FIG3, "gmfl2", theory="published", digits=40)
    assert as_dict(start.point.value, 40)["mid"].startswith(
        "0.236015042701893489997656396262673327634"
    )
    assert as_dict(end.point.value, 40)["mid"].startswith(
        "0.176015042701893489997656396262673327634"
    )
    with precision(200):
        assert (start.point.value - end.point.value).overlaps(arb(6) / 100)
    assert abs(float(start.point.value) - 0.227) < 0.01
    assert abs(float(end.point.value) - 0.175) < 0.0011


def test_closed_forms_in_rationals():
    """gamma = 1/16: birth at tau^2 = 8 sigma_a^2 P^2/N = 9/4; gamma = 3: coexistence at 3/2."""
    at = ROUND.replace(gamma=F(1, 16), sigma_a2=F(1, 8), N=F(4))
    birth = critical(at, "birth").point
    assert birth.value.overlaps(arb(3) / 2) and birth.value.rad() < 1e-15
    assert birth.u.overlaps(arb(1) / 4) and birth.x.overlaps(arb(4)) and birth.a == 1
    coexistence = critical(ROUND, "coexistence").point
    assert coexistence.value.overlaps(arb(3) / 2)
    assert coexistence.u.overlaps(arb(2)) and coexistence.x.overlaps(arb(1))
    end = critical(ROUND, "gmfl2", theory="published").point
    assert end.value.overlaps(arb(5) / 4) and end.a.overlaps(arb(5) / 6)


def test_end_of_gmfl1_derived():
    """Lambda = 12 P^2 sigma_a^2/gamma = 9 is above tau_c = 3/2; at sigma_a^2 = 1/400 it is not."""
    absent = critical(ROUND, "gmfl2")
    assert absent.status is Status.ABSENT and absent.point is None
    assert "tau_c = 1.5" in absent.reason and "ratio 6" in absent.reason
    end = critical(ROUND.replace(sigma_a2=F(1, 400)), "gmfl2").point
    assert end.value.overlaps(ball(F(15, 100) - F(9, 100)))
    fig3 = critical(FIG3, "gmfl2")
    assert fig3.status is Status.ABSENT and "38592.2" in fig3.reason


def test_two_ends_along_sigma_a2():
    """tau_c - Lambda = 3 t - 36 t^2 with t = sigma_a at sigma^2 = 1/20: both roots are given."""
    found = critical(ROUND.replace(sigma2=F(1, 20)), "gmfl2", along="sigma_a2")
    roots = sorted(float(p.value) for p in (found.point, *found.others))
    expected = [((3 + sign * sqrt(9 - 36 * 4 / 20)) / 72) ** 2 for sign in (-1, 1)]
    assert roots == pytest.approx(expected, rel=1e-13)
    top = ROUND.replace(sigma2=F(1, 16))
    assert critical(top, "gmfl2", along="sigma_a2").status is Status.UNDECIDED
    above = critical(ROUND.replace(sigma2=F(1, 15)), "gmfl2", along="sigma_a2")
    assert above.status is Status.ABSENT and "isolated" in above.reason


@settings(max_examples=30)
@given(
    event=st.sampled_from(["birth", "coexistence", "gmfl2"]),
    along=st.sampled_from(ALONG),
    theory=st.sampled_from(["derived", "published"]),
    order=st.integers(2, 50),
    values=st.tuples(*(st.fractions(F(1, 50), 5, max_denominator=60) for _ in range(3))),
)
def test_round_trip_along_every_parameter(event, along, theory, order, values):
    """At the parameter's critical value, the critical sigma^2 is the given one."""
    sigma2, sigma_a2, gamma = values
    at = parameters_of(
        "modular",
        {"N": F(7), "P": F(order), "sigma2": sigma2, "sigma_a2": sigma_a2, "gamma": gamma},
    )
    found = critical(at, event, along, theory, digits=30)
    if found.status is Status.UNDECIDED:
        return
    for point in (found.point, *found.others) if found.point else ():
        assert point.value > 0 and point.value.rel_accuracy_bits() > 98
        moved = {**at, along: rescaled(point)}
        back = critical(moved, event, "sigma2", theory, digits=30).point
        with precision(128):
            expected = point.value if along == "sigma2" else ball(sigma2)
            assert abs(float((back.value / expected - 1).mid())) < 1e-25


@pytest.mark.parametrize("along", ["sigma2", "gamma"])
def test_ten_thousand_digits(along):
    at = FIG3 if along == "sigma2" else FIG3.replace(sigma2=F(17, 100))
    found = critical(at, "gmfl2", along, "published", digits=10_000)
    assert found.point.value.rel_accuracy_bits() > 33_219
    short = critical(at, "gmfl2", along, "published", digits=20)
    assert found.point.value.overlaps(short.point.value)


@pytest.mark.parametrize("limit", [critical, critical_finite])
@pytest.mark.parametrize("theory", ["derived", "published"])
def test_zero_state_is_always_stable(limit, theory):
    found = limit(FIG3, "instability", theory=theory)
    assert found.status is Status.ABSENT and "quartic" in found.reason


def test_phase_changes_at_the_events():
    for theory in ("derived", "published"):
        at = FIG3 if theory == "published" else ROUND.replace(sigma_a2=F(1, 400))
        phases = []
        for event in ("coexistence", "gmfl2"):
            value = rescaled(critical(at, event, theory=theory).point)
            for factor in (F(1001, 1000), F(999, 1000)):
                phases.append(solve_thermodynamic(at.replace(sigma2=value * factor), theory).phase)
        assert phases == ["GFL", "GMFL-I", "GMFL-I", "GMFL-II"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: critical(FIG3, "spinodal"), "unknown event 'spinodal'"),
        (lambda: critical(FIG3, "birth", "epsilon"), "unknown parameter 'epsilon'"),
        (lambda: critical(FIG3, "birth", theory="printed"), "unknown theory"),
        (lambda: critical(FIG3, "birth", digits=0), "digits=0"),
        (lambda: critical(FIG3, "birth", digits=10_001), "digits=10001"),
        (lambda: critical(FIG3, "mass"), 'limit="finite"'),
        (lambda: critical_finite(FIG3, "mass", fraction=F(1)), "fraction=1"),
        (lambda: critical_finite(FIG3.replace(P=F(2)), "birth"), "P=2"),
        (lambda: critical_finite(FIG3.replace(N=F(1)), "gmfl2"), "N=1"),
        (lambda: solve_finite(FIG3.replace(P=F(2))), "P=2: .* its own inverse"),
        (lambda: FIG3.replace(P=F(1)), "P=1: P must be at least 2"),
        (lambda: FIG3.replace(gamma=F(0)), "gamma=0: .* not normalisable"),
        (lambda: FIG3.replace(gamma=F(-1, 3)), "gamma=-1/3: gamma must be greater than 0"),
        (lambda: solve_thermodynamic(FIG3, "printed"), "unknown theory"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with pytest.raises(ParameterError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_whole_process_is_fast():
    """Imports and derivation included; the limit is generous for a busy machine."""
    code = (
        "from binodal.models.modular.numerics.critical import critical\n"
        "from binodal.models.registry import preset\n"
        "print(critical(preset('fig3'), 'coexistence', digits=100).point.value.str(30))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10)
    assert done.stdout.startswith("[0.236015042701893"), done.stderr
