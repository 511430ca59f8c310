"""Loops: where branches end, what a barrier is, and Kramers' rates against exact spectra."""

from fractions import Fraction

import numpy as np
import pytest

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.hysteresis import prefactor_function as mode_prefactor
from binodal.models.registry import model, preset
from binodal.models.teacher_student.numerics.critical import critical
from binodal.models.teacher_student.numerics.functions import limit_functions, values
from binodal.models.teacher_student.numerics.hysteresis import prefactor_function
from binodal.models.teacher_student.numerics.saddles import saddles
from binodal.models.teacher_student.numerics.thermodynamic import zero_state
from binodal.numerics.balls import precision
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.hysteresis import hysteresis
from tests.numerics.phases.generator import slowest_rate

FIG2, FIG3 = preset("fig2"), preset("fig3")


@pytest.mark.parametrize("theory", THEORIES)
def test_branches_end_where_the_critical_points_say(theory):
    birth, pinned = (
        float(critical(FIG2, event, "sigma2", theory).point.value)
        for event in ("birth", "coexistence")
    )
    loop = hysteresis(branches(FIG2), FIG2, "sigma2", Fraction(3, 20), Fraction(1, 4), 15, theory)
    assert loop.status == Status.CERTIFIED
    for point in loop.points:
        assert (point.heating is None) == (float(point.value) > birth)
        assert (point.phase == "GMFL-I") == (float(point.value) < pinned)
        if point.heating is None:
            continue
        assert point.heating.order > point.heating.saddle > 0
        assert point.heating.barrier > 0 and point.heating.back > 0
        deeper = point.cooling.action < 0
        assert bool(deeper) == (float(point.value) < pinned)
        if point.phase == "GMFL-I":
            assert abs(float(point.heating.action.mid())) < 1e-20


def test_a_doubtful_point_is_said_to_be_one_and_the_others_stay():
    def solve(parameters, theory, bits):
        if parameters["sigma2"] == 2:
            raise Undecided("two roots are too close")
        return "GFL", None, None, None

    loop = hysteresis(solve, FIG2, "sigma2", Fraction(1), Fraction(3), 3)
    assert [point.value for point in loop.points] == [1, 2, 3]
    assert [point.phase for point in loop.points] == ["GFL", "undecided", "GFL"]
    assert [point.reason for point in loop.points] == ["", "two roots are too close", ""]
    assert loop.status is loop.points[1].status is Status.UNDECIDED


def branches(parameters):
    return model(parameters.model).offer("branches")


def test_at_coexistence_both_directions_have_the_same_barrier():
    pinned = critical(FIG2, "coexistence", "sigma2", "derived", 15).point.value
    middle = Fraction(str(pinned.str(15, radius=False)))
    step = Fraction(1, 10**7)
    below, above = hysteresis(
        branches(FIG2), FIG2, "sigma2", middle - step, middle + step, 2
    ).points
    for point in (below, above):
        gap = point.heating.barrier - point.heating.back
        assert abs(float(gap.mid())) < 1e-5
    assert float((below.heating.order - above.heating.order).mid()) == pytest.approx(0, abs=1e-4)


def test_the_rates_of_one_neuron_add_up_to_the_spectrum_of_its_generator():
    """Even functions of q: the slowest eigenvalue is the sum of the rates out of both wells."""
    loop = hysteresis(branches(FIG2), FIG2, "sigma2", Fraction(15, 100), Fraction(225, 1000), 2)
    point = loop.points[1]
    errors = []
    c, width = -0.3, 0.5
    at = FIG2.replace(sigma2=Fraction(225, 1000))
    with precision(96):
        state = zero_state(at, 96)
        b = float(state.b.mid())
        kappa = float(limit_functions()(state.b, *values(at))[4].mid())
        found = [s for s in saddles(at, state, "derived") if s.q > 0]
    top, bottom = (float(s.rho.mid()) for s in found)
    heights = float(point.cooling.barrier.mid()), float(point.cooling.back.mid())
    for d in (600.0, 1200.0):

        def potential(q, r, d=d):
            rho = q**2 / (1 + 2 * (q**2 + r**2))
            field = b - 2 * c * rho
            prior = (q**2 + r**2) / (2 * width) - kappa * rho * field**2
            return d * prior - (d - 2) * np.log(r)

        arguments = (top, bottom, b, c, kappa, width, d)
        rates = [
            prefactor_function(well, "derived")(*arguments)[0] * np.exp(-d * height)
            for well, height in zip(("zero", "feature"), heights, strict=True)
        ]
        spread = 4.5 / np.sqrt(d)
        q = np.linspace(0, 0.72 + spread, 260)
        q = q + (q[1] - q[0]) / 2
        r = np.linspace(0.55 - spread / 2, 0.72 + spread, 90)
        errors.append(sum(rates) / slowest_rate(potential, q, r) - 1)
    assert abs(errors[1]) < 0.12
    assert abs(errors[1]) < 0.75 * abs(errors[0])


def test_the_rates_of_a_mode_add_up_to_the_spectrum_of_its_generator():
    """In the two moduli, with the drift of their measure; a moderate F = 2P."""
    gamma, u = 0.03, 0.2
    root = np.sqrt(u**2 - gamma)
    inner, outer = (u - root) / gamma, (u + root) / gamma

    def s(x, y):
        return (x + y) / 2 - u * x * y + gamma * (x**3 + y**3) / 6

    errors = []
    for order in (2.0, 4.0):
        factor = 2 * order
        rates = [
            mode_prefactor(well, "derived")(inner, outer, u, gamma, order)[0]
            * np.exp(-factor * (s(inner, inner) - base))
            for well, base in (("zero", 0.0), ("ring", s(outer, outer)))
        ]
        nodes = np.linspace(0, np.sqrt(factor * outer) + 5, 180)
        nodes = nodes + (nodes[1] - nodes[0]) / 2

        def potential(left, right, factor=factor):
            entropy = np.log(left) + np.log(right)
            return factor * s(left**2 / factor, right**2 / factor) - entropy

        errors.append(sum(rates) / slowest_rate(potential, nodes, nodes) - 1)
    print(errors)
    assert abs(errors[1]) < 0.25
    assert abs(errors[1]) < 0.75 * abs(errors[0])


def test_the_ring_of_fig3_cannot_form_by_chance():
    """Nothing but the barrier of one mode at coexistence: more than 8000 decades of waiting."""
    (point, _) = hysteresis(
        branches(FIG3), FIG3, "sigma2", Fraction(235, 1000), Fraction(3, 10), 2
    ).points
    assert point.phase == "GMFL-I"
    assert point.escapes.from_zero.log10_time > 8000


@pytest.mark.parametrize(
    ("along", "low", "high", "count"),
    [("P", 1, 2, 3), ("sigma2", 2, 1, 3), ("sigma2", 1, 2, 1), ("sigma2", 1, 2, 2001)],
)
def test_a_request_without_sense_is_refused(along, low, high, count):
    with pytest.raises(ParameterError):
        hysteresis(branches(FIG2), FIG2, along, Fraction(low), Fraction(high), count)
