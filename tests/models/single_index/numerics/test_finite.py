"""The closure at finite d: against the one-dimensional law of erf, sampling, and infinite d."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.registry import preset
from binodal.models.single_index.numerics import solve
from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.finite import finite_notes, solver
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.float_saddles import landscape_of
from binodal.models.single_index.numerics.setting import Setting, setting_of
from binodal.models.teacher_student.numerics.finite import solve_finite
from binodal.numerics.outcome import Status

FIG2 = {
    "N": Fraction(700),
    "n": Fraction(3000),
    "d": Fraction(150),
    "sigma2": Fraction(1, 5),
    "sigma_w2": Fraction(1, 2),
    "sigma_a2": Fraction(8, 700),
}


def at(**changes: Fraction | int) -> dict[str, Fraction]:
    return FIG2 | {name: Fraction(value) for name, value in changes.items()}


def floats(values: dict[str, Fraction]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def setting(activation: str, teacher: str) -> Setting:
    return setting_of(activation, teacher, "none")


def test_the_preset_is_the_published_one():
    assert FIG2["sigma_a2"] == preset("fig2", "teacher-student")["sigma_a2"]


@pytest.mark.parametrize("sigma2", ["3/10", "1/10"])
def test_erf_is_the_teacher_student_model(sigma2: str):
    """Modes, saddles and masses of two laws that share no code beyond the definitions."""
    values = at(sigma2=Fraction(sigma2))
    ours = solver(setting("erf", "1: 1, 3: -3/10"))(values, "derived", 15)
    theirs = solve_finite(values | {"epsilon": Fraction(-3, 10)}, "derived")
    assert ours.status is Status.CONVERGED
    assert ours.phase == theirs.phase
    assert ours.closure.t[1].overlaps(theirs.closure.b)
    assert ours.closure.t[3].overlaps(theirs.closure.c)
    right = [s for s in theirs.saddles if not s.q < 0]
    assert len(right) == len(ours.saddles)
    for one, other in zip(ours.saddles, right, strict=True):
        assert one.q.overlaps(other.q)
        assert one.action.overlaps(other.action)
        assert (one.kind == "minimum") == (other.kind == "minimum")
        if other.mass is not None:
            images = 1 if other.q == 0 else 2
            assert one.mass.overlaps(images * other.mass)


@pytest.mark.parametrize(
    ("activation", "teacher", "orders"),
    [
        ("erf", "1: 1, 3: -3/10", (1, 3)),
        ("relu", "2: 1/2", (0, 2)),
        ("relu", "1: 1, 3: 1/2", (0, 1)),
        ("gelu", "1: 1, 2: 1/2", (0, 1, 2)),
        ("abs", "0: 1, 2: -4", (0, 2)),
    ],
)
def test_modes_of_the_closure(activation: str, teacher: str, orders: tuple[int, ...]):
    assert closed_modes(setting(activation, teacher)) == orders


@pytest.mark.parametrize(
    ("activation", "teacher"),
    [("gelu", "0: 1/4, 1: 1, 2: 1/2"), ("relu", "2: 1/2"), ("tanh", "1: 1, 3: -3/10")],
)
def test_the_closure_holds_on_sampled_neurons(activation: str, teacher: str):
    """Prior draws of whole vectors, weighed by the interaction: ridge regression gives t_k back."""
    of, values = setting(activation, teacher), floats(at(d=12, sigma2=2))
    found = solved(of, values)
    orders = found.law.orders
    rng = np.random.default_rng(1)
    w = rng.normal(size=(400_000, 12)) * (0.5 / 12) ** 0.5
    norm = np.sqrt((w**2).sum(1))
    table = of.overlaps.floats(norm, max(orders) + 1)
    features = np.stack([(w[:, 0] / norm) ** k * table[k] for k in orders])
    strength = values["n"] ** 2 * values["sigma_a2"] / (values["sigma2"] ** 2 * values["N"])
    force = found.modes @ features
    weight = np.exp(0.5 * strength * force**2)
    gain = values["n"] * values["sigma_a2"] / values["sigma2"]
    for k, feature, mode in zip(orders, features, found.modes, strict=True):
        sampled = weight * feature * force
        mean = float(sampled.mean() / weight.mean())
        error = float(np.std(sampled - mean * weight) / weight.mean() / np.sqrt(weight.size))
        scale = gain / float(np.prod(np.arange(1, k + 1)))
        left = mode - float(of.teacher.get(k, 0)) + scale * mean
        assert abs(left) < 5 * scale * error
        assert scale * error < 0.02


@pytest.mark.parametrize(
    ("activation", "teacher", "sigma2"),
    [
        ("gelu", "1: 1, 2: 1/2", "1"),
        ("tanh", "1: 1, 3: -3/10", "1"),
        ("erf", "1: 1, 3: -3/10", "1/10"),
    ],
)
def test_it_approaches_infinite_d(activation: str, teacher: str, sigma2: str):
    """Along M.11 every mode's distance to the certified limit falls like 1/d, in both phases."""
    of = setting(activation, teacher)
    limit = solve.solver(of)(at(sigma2=Fraction(sigma2)), "derived", 15).closure.t
    away = []
    for times in (10, 100):
        values = at(sigma2=Fraction(sigma2), d=150 * times, n=3000 * times, N=700 * times)
        found = solved(of, floats(values)).residual
        away.append([abs(found[k] - float(limit[k].mid())) for k in found])
    for near, far in zip(*away, strict=True):
        assert far < max(0.15 * near, 1e-9)


def test_past_condensation_fewer_than_one_neuron_carries_what_is_learned():
    values = at(N=88, n=375, d=53, sigma2=Fraction(1, 8), sigma_a2=Fraction(8, 88))
    found = solver(setting("relu", "2: 1/2"))(values, "derived", 15)
    assert found.phase == "undecided"
    assert "of the N neurons carry half" in found.reason
    assert "belongs to no minimum" in found.reason
    assert found.closure.t[2] < 0.4


def test_norms_without_a_bound_in_double_precision_are_undecided():
    found = solver(setting("relu", "2: 1/2"))(at(sigma2=Fraction(1, 10)), "derived", 15)
    assert found.status is Status.UNDECIDED
    assert "condensation" in found.reason


def test_slopes_of_the_search_are_those_of_its_action():
    """In (artanh m, log r), against central differences of S itself away from its saddles."""
    found = solved(setting("gelu", "1: 1, 2: 1/2"), floats(at(sigma2=1)))
    on = landscape_of(found.law, found.modes)
    places, step = np.array([[0.4, -0.7, 1.1], [0.2, -0.5, -0.1]]), 1e-5
    action = [
        on.shape(h, v)[2]
        for h, v in (
            places + step * np.array(way)[:, None] for way in ((1, 0), (-1, 0), (0, 1), (0, -1))
        )
    ]
    slopes, (hh, hv, vv) = on.derivatives(*places)
    assert np.allclose(slopes[0], (action[0] - action[1]) / (2 * step), atol=1e-8)
    assert np.allclose(slopes[1], (action[2] - action[3]) / (2 * step), atol=1e-8)
    moved = {
        way: on.derivatives(*(places + step * np.array(way)[:, None]))[0]
        for way in ((1, 0), (-1, 0), (0, 1), (0, -1))
    }
    along = [(a - b) / (2 * step) for a, b in zip(moved[1, 0], moved[-1, 0], strict=True)]
    across = [(a - b) / (2 * step) for a, b in zip(moved[0, 1], moved[0, -1], strict=True)]
    for wanted, value in zip((*along, *across), (hh, hv, hv, vv), strict=True):
        assert np.allclose(value, wanted, atol=1e-7)


def test_another_theory_is_refused():
    with pytest.raises(Exception, match="theory 'published': not available here"):
        finite_notes("published")
    assert (
        sum(note.startswith(("saddles only", "modes: ")) for note in finite_notes("derived")) == 2
    )
