"""Escapes with several directions or a bias: one direction is a case, and exact times judge."""

from __future__ import annotations

from fractions import Fraction
from math import log10

import numpy as np
import pytest

from binodal.models.registry import preset
from binodal.models.single_index.numerics import escape as plain
from binodal.models.single_index.numerics import loops
from binodal.models.single_index.numerics.biased.setting import biased_setting
from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.drawn import alike
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.held import ways_out
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.radial import radial
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.several.solve import saddles_at
from binodal.models.single_index.numerics.several.symmetries import turns
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.way_paths import log10_time
from binodal.models.single_index.numerics.ways_out import escapes, rate
from binodal.models.single_index.numerics.weights import Weights
from binodal.numerics.errors import Undecided
from binodal.numerics.phases import capacity
from binodal.numerics.phases.hysteresis import NoBranches
from binodal.numerics.phases.mean_time import log10_mean_time
from binodal.numerics.rescale import rescale
from tests.laws import beside, cases


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Fewer cells; their errors say so."""
    monkeypatch.setattr(capacity, "CELLS", {2: 12000, 3: 15000})


PAPER = "1: 1, 3: -3/10"
IDLE = "(1,0): 1, (3,0): -3/10"
BOTH = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"


def at(beta, sigma2):
    return rescale(preset("fig2"), Fraction(beta))[0].replace(sigma2=Fraction(sigma2))


def _numbers(parameters):
    return {k: float(v) for k, v in parameters.items() if k != "epsilon"}


def ratio(escape):
    """log10 of the exact time over Kramers', and the error of the former."""
    return escape.exact[0] - escape.log10_time, escape.exact[1]


def test_a_direction_that_no_mode_has_changes_nothing():
    """Residuals, times and exact times are those of one direction, by other coordinates and code.

    The zero state's law ends at walls and not at a cut, and starts are drawn from a core.
    """
    parameters = at(16, "21/100")
    one = plain.escapes(setting_of("erf", PAPER, "none"), parameters, "derived")
    two = escapes(several_setting("erf", IDLE, "none"), parameters, "derived")
    for well, same in (("from_zero", 0.01), ("from_feature", 1e-7)):
        first, second = getattr(one, well), getattr(two, well)
        assert first.rise.overlaps(second.rise)
        assert second.log10_time == pytest.approx(first.log10_time, abs=same)
        off, error = ratio(second)
        known, other = ratio(first)
        assert abs(off - known) < 2 * (error + other) < 0.02


@pytest.mark.parametrize("bias", cases(["scaled:1", "prior:1/4"], every=None))
def test_exact_times_judge_the_formula_with_biases(bias):
    """Above a barrier of four it is off by less than its error, and by less than a factor two."""
    found = escapes(biased_setting("erf", PAPER, bias), at(36, "22/100"), "derived")
    for one in (found.from_zero, found.from_feature):
        off, error = ratio(one)
        assert error / 4 < off < one.error < log10(2)
        assert error < 0.04


@beside("test_exact_times_judge_the_formula_with_biases")
def test_exact_times_judge_two_ways_out_and_a_circle(monkeypatch):
    """Two saddles along both directions, and one circle of them, whose length is in the rate."""
    monkeypatch.setattr(capacity, "CELLS", {2: 12000, 3: 60000})
    two = escapes(several_setting("erf", BOTH, "none"), at(81, "7/40"), "derived").from_zero
    circle = escapes(
        several_setting("cos(z)", "(2,0): 1, (0,2): 1", "none"), at(4, "3/10"), "derived"
    ).from_zero
    for one in (two, circle):
        off, error = ratio(one)
        height = float(one.rise.mid())
        assert error / 4 < off < error + 1 / height
        assert error < 0.03


@pytest.mark.parametrize("well", ["zero", "feature"])
def test_a_sphere_of_saddles_leaves_the_size_of_the_overlap(well):
    """Where nothing is learned: two coordinates instead of three, against the paths of all."""
    setting = several_setting("cos(z)", "(2,0): 1, (0,2): 1", "none")
    point = {k: float(v) for k, v in at(4, "3/10").items() if k != "epsilon"}
    law = NeuronLaw(setting, point, closed_modes(setting))
    on = Weights(law, law.target)
    ways = ways_out(on, feature=well == "feature")
    time, error = log10_mean_time(radial(on, ways))
    paths, own = log10_time(on, ways, 0.0)
    assert error < 2e-3
    assert abs(time - paths) < error + own < 0.03


def test_a_circle_is_known_by_its_modes_and_has_its_times_without_branches(monkeypatch):
    """He_2 of both alike turns; with another weight, and for He_3, nothing does."""
    times = object()
    monkeypatch.setattr(loops, "escapes", lambda *_: times)
    for teacher, same in (
        ("(2,0): 1, (0,2): 1", True),
        ("(4,0): 1, (2,2): 2, (0,4): 1", True),
        ("(2,0): 1, (0,2): 2", False),
        (BOTH, False),
    ):
        setting = several_setting("gelu", teacher, "none")
        assert turns(setting) is same
        if same:
            with pytest.raises(NoBranches, match="circles") as refused:
                loops.several_branches(setting)(at(4, "3/10"), "derived", 64)
            assert refused.value.escapes is times


def test_fluxes_over_all_saddles_add_up():
    """Saddle by saddle: both images have the flux of one, by its own Hessian."""
    setting = several_setting("erf", BOTH, "none")
    state = solved(setting, {k: float(v) for k, v in at(81, "17/100").items() if k != "epsilon"})
    on = Weights(state.law, state.modes)
    ways = ways_out(on)
    assert len(ways.tops) == 2
    top, well = ways.tops[0], ways.well
    bends = np.linalg.eigvalsh(top.hessian)
    curvatures = np.sqrt(np.linalg.det(well.hessian) / abs(np.linalg.det(top.hessian)))
    measure = (well.at[2] / top.at[2]) ** 3
    one = -bends[0] / (2 * np.pi) * curvatures * measure
    assert rate(on, ways) == pytest.approx(2 * one, rel=1e-9)
    step = 1e-5
    for k in range(3):
        nudge = step * np.eye(3)[:, k]
        places = np.stack([top.at + nudge, top.at - nudge], 1)
        rows = np.subtract(*on.slopes(places).T) / (2 * step)
        np.testing.assert_allclose(rows, top.hessian[k], rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(
    ("teacher", "orbits"),
    [
        (BOTH, [[(0, 1), (1, 0)], [(0, 3), (3, 0)]]),
        (IDLE, [[(1, 0)], [(3, 0)]]),
        ("(1,0): 1, (0,1): 1/2", [[(0, 1)], [(1, 0)]]),
    ],
)
def test_modes_are_alike_where_the_teacher_does_not_tell_directions_apart(teacher, orbits):
    setting = several_setting("erf", teacher, "none")
    law = NeuronLaw(setting, _numbers(at(1, "1/5")), closed_modes(setting))
    known = [[tuple(law.polynomials.indices[j]) for j in orbit] for orbit in alike(law)]
    assert known == orbits


def test_a_circle_of_saddles_is_not_searched_for_points():
    setting = several_setting("cos(z)", "(2,0): 1, (0,2): 1", "none")
    with pytest.raises(Undecided, match="circles"):
        saddles_at(setting, State(setting, at(4, "1/10")), 64)
    assert not saddles_at(setting, State(setting, at(4, "3")), 64)
