"""Grids in double precision against certified solutions and the teacher-student model."""

from __future__ import annotations

from fractions import Fraction
from math import log

import numpy as np
import pytest

from binodal.api import critical, sweep
from binodal.errors import RequestError
from binodal.models.single_index.numerics.grid import grid_of
from binodal.models.single_index.numerics.grid_search import Neurons, _dips_on, features
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.solve import solver
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.numerics.phases.rule import PHASES
from tests.laws import cases

FIG2 = {"N": 700.0, "n": 3000.0, "d": 150.0, "sigma_w2": 0.5, "sigma_a2": 8 / 700}
PAPER = "1: 1, 3: -3/10"


def found(activation, teacher, **columns):
    return grid_of(setting_of(activation, teacher, "none"))({**FIG2, **columns}, "derived")


@pytest.mark.parametrize("cubic", ["-3/10", "-31/100"])
def test_the_paper_is_a_setting(cubic):
    """Every column of the teacher-student grid, births included; another teacher is another map."""
    plane = {"sigma2": np.linspace(0.1, 0.3, 29)[:, None], "sigma_w2": np.linspace(0.3, 0.8, 23)}
    paper = thermodynamic_grid({**FIG2, **plane, "epsilon": -0.3})
    general = found("erf", f"1: 1, 3: {cubic}", **plane)
    names = {"b": "t_1", "c": "t_3", "q": "q", "action": "action", "phase": "phase"}
    same = all(
        np.allclose(paper[theirs], general[ours], rtol=1e-9, atol=1e-12, equal_nan=True)
        for theirs, ours in names.items()
    )
    assert same == (cubic == "-3/10")
    assert set(np.unique(general["phase"])) == {0, 1}


def test_a_birth_is_found_where_the_lattice_is_too_coarse():
    """A sigma^2 just below the certified birth has its feature, one just above has none."""
    birth = float(critical("teacher-student", "birth", preset="fig2").value.point.value)
    columns = found("erf", PAPER, sigma2=birth * (1 + np.array([-1e-3, -1e-6, -1e-8, 1e-8, 1e-3])))
    assert np.isfinite(columns["q"]).tolist() == [True, True, True, False, False]


def test_the_place_behind_a_dip_at_the_edge_is_on_the_lattice():
    h, slopes = np.linspace(0, 1, 7), np.array([6.0, 5.0, 4.0, 3.0, 1.0, 2.0])
    heights = np.concatenate([[0.0], np.cumsum(slopes / 6)])
    action = heights[None, :, None] + np.array([1.0, 0.0, 1.0])
    assert [place.tolist() for place in _dips_on(h, action)] == [[0], [6], [1]]


@pytest.mark.parametrize(
    ("activation", "teacher", "points"),
    cases(
        [
            ("gelu", "1: 1, 2: 1/2", [(0.43, 0.5), (0.453, 0.5), (0.46, 0.47), (0.2, 0.5)]),
            ("sin:1", PAPER, [(0.25, 0.45), (0.35, 0.61)]),
            ("relu", "2: 1/2", [(0.3, 0.5), (0.1, 0.4)]),
            ("erf", "1: 1, 3: -3/10, 5: 1/10", [(0.01, 0.5), (0.012, 0.52)]),
            ("abs", "2: 1, 4: 1/5", [(0.03, 0.5)]),
            ("tanh", PAPER, [(0.19, 0.52)]),
        ],
        every=3,
    ),
)
def test_cells_are_what_is_certified(activation, teacher, points):
    """Residual, feature, mass and phase of certified solutions on both sides of coexistence."""
    setting = setting_of(activation, teacher, "none")
    for sigma2, sigma_w2 in points:
        columns = found(activation, teacher, sigma2=sigma2, sigma_w2=sigma_w2)
        exact = {
            k: Fraction(v) for k, v in {**FIG2, "sigma2": sigma2, "sigma_w2": sigma_w2}.items()
        }
        proved = solver(setting)(exact, "derived", 15)
        assert PHASES[int(columns["phase"])] == proved.phase
        if proved.closure is None:
            assert not np.isfinite(columns["q"])
            continue
        for k in setting.teacher:
            assert float(columns[f"t_{k}"]) == pytest.approx(float(proved.closure.t[k]), abs=1e-11)
        minima = [s for s in proved.saddles[1:] if s.kind == "minimum"]
        assert bool(minima) == bool(np.isfinite(columns["q"]))
        held = [s for s in minima if s.mass > 0] or minima
        for deepest in sorted(held, key=lambda s: -float(s.mass))[:1]:
            assert float(columns["q"]) == pytest.approx(float(deepest.q), abs=1e-9)
            assert float(columns["action"]) == pytest.approx(float(deepest.action), abs=1e-11)
            mass = sum(float(s.mass) for s in minima)
            assert float(columns["mass"]) == pytest.approx(mass, abs=1e-11)


def test_neurons_without_a_bound_hold_a_residual():
    """ReLU and a bump come to a small c_2: a condensate that nothing finite joins."""
    activation, teacher = "max(0, z) + exp(-z^2/2)/5", "2: 1/2"
    columns = found(activation, teacher, sigma2=np.array([0.01, 0.02]))
    assert [PHASES[int(p)] for p in columns["phase"]] == ["GMFL-I"] * 2
    for name, value in {"m": 1.0, "r": np.inf, "action": 0.0, "mass": 0.0}.items():
        assert columns[name].tolist() == [value, value]
    edge = np.sqrt(2 * np.pi / (48 / 49 / 2)) * np.array([0.01, 0.02])
    assert columns["t_2"] == pytest.approx(edge, abs=1e-12)  # u sigma_w^2 (t_2 g_2)^2 = 1


def test_the_end_of_a_normalisable_law_is_told_where_phi_is_a_bent_line():
    """ReLU's condensation seen from both sides, and with a bump from beside it."""
    options = {"activation": "relu", "teacher": "2: 1/2", "preset": "fig2"}
    edge = float(critical("single-index", "condensation", **options).value.point.value)
    columns = found("relu", "2: 1/2", sigma2=edge * np.array([0.9, 0.9999, 1.0, 1.0001, 1.1]))
    told = ["GMFL-I", "GMFL-I", "undecided", "GFL", "GFL"]
    assert [PHASES[int(p)] for p in columns["phase"]] == told
    assert np.isfinite(columns["t_2"]).tolist() == [True, True, False, True, True]
    near = found("max(0, z) + exp(-z^2/2)/5", "2: 1/2", sigma2=edge * np.array([1.00003]))
    assert PHASES[int(near["phase"][0])] == "undecided"


def test_no_phase_where_the_order_of_fluctuations_is_not_known():
    """c_1 = r (exp(-r^2/2) - 1/2) vanishes at r^2 = 2 log 2."""
    norms = 2 * log(2) * np.array([1.0, 1 + 1e-3])
    columns = found("sin(z) - z/2", PAPER, sigma2=3.0, sigma_w2=norms)
    assert [PHASES[int(p)] for p in columns["phase"]] == ["undecided", "GFL"]


def test_a_search_says_where_it_does_not_hold():
    """An action without a lower bound has no deepest feature."""
    setting = setting_of("relu", "2: 1/2", "none")
    ones = np.ones(2)
    held = features(Neurons(setting, np.array([0.5, 200.0]), ones / 2, ones[None]))
    assert held.doubt.tolist() == [False, True]


def test_sweeps_in_both_limits():
    table = sweep("single-index", ["sigma2=0.15:0.35:3"], preset="fig2", activation="sign")
    learned = ["test_loss", "log_evidence"]
    assert list(table.quantities) == ["t_1", "t_3", "m", "r", "q", "action", "mass", *learned]
    assert table.decided()
    finite = sweep(
        "single-index", ["sigma2=0.3:0.35:2"], preset="fig2", activation="erf", limit="finite"
    )
    assert np.isfinite(finite.values["t_3"]).all()
    with pytest.raises(RequestError, match="sweep is not available"):
        sweep("single-index", ["sigma2=0.1:0.2:2"], preset="fig2", teacher="(1,0): 1, (0,1): 1")
