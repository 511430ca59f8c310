"""First order in 1/N: the teacher-student model's, and a dense function space in d = 4."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import factorial

import numpy as np
import pytest
from scipy.special import erf

from binodal.api import solve
from binodal.models.single_index.numerics.any_setting import any_setting
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.finite_width import Curvature, first_order
from binodal.models.single_index.numerics.sectors import means_of
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.teacher_student.predictions import finite_width as paper

WIDE = {"N": 88.0, "n": 375.0, "d": 53.0, "sigma2": 0.2, "sigma_w2": 0.5, "sigma_a2": 0.0323248814}
SMALL = {"N": 60.0, "n": 90.0, "d": 4.0, "sigma2": 0.4, "sigma_w2": 0.5, "sigma_a2": 0.02}
PAPER = "1: 1, 3: -3/10"
_APART = 6


def test_erf_is_the_teacher_student_model():
    """There all functions of w*.x are resolved, here six across the axis, and two as a control."""
    theirs = paper.first_order({**WIDE, "epsilon": -0.3}, 2)
    state = solved(setting_of("erf", PAPER, "none"), WIDE, (1, 3, 5, 7), 2)
    ours = first_order(state)
    assert ours.freedom == pytest.approx(theirs.freedom, rel=1e-6)
    assert ours.modes[1] == pytest.approx(theirs.shift["b"], rel=1e-4)
    assert ours.averages["q2"] == pytest.approx(theirs.shift["q2"], rel=1e-3)
    of = Curvature(state, 4)
    whole = paper.Curvature({**WIDE, "epsilon": -0.3}, 2).at_residual(of.residual).log_dets.sum()
    assert of.at(of.residual).log_det == pytest.approx(whole, rel=1e-6)
    six = of.across
    of.across = replace(six, factors=six.factors[:2], degrees=six.degrees[:2])
    assert of.at(of.residual).log_det != pytest.approx(whole, rel=1e-4)


TURNED = "(1,0): 3/5, (0,1): 4/5, (3,0): -81/1250, (2,1): -162/625, (1,2): -216/625, (0,3): -96/625"
CUBIC = ((0, 1), (1, 0), (0, 3), (1, 2), (2, 1), (3, 0))
PLANE = {**WIDE, "d": 12.0, "sigma2": 0.5}


def test_a_teacher_turned_in_its_plane_moves_as_the_one_along_an_axis():
    """He_1 - 3/10 He_3 along (3/5, 4/5): the grid is not turned, but all else is."""
    along, turned = (
        first_order(solved(any_setting("erf", text, "none"), PLANE, CUBIC, 2))
        for text in ("(1,0): 1, (3,0): -3/10", TURNED)
    )
    assert turned.freedom == pytest.approx(along.freedom, rel=1e-8)
    for index, share in (((1, 0), 0.6), ((0, 1), 0.8)):
        assert turned.modes[index] == pytest.approx(share * along.modes[1, 0], rel=1e-6)
    here, there = turned.averages, along.averages
    assert here["m2_1"] + here["m2_2"] == pytest.approx(there["m2_1"] + there["m2_2"], rel=1e-6)
    assert here["q2_1"] == pytest.approx(0.36 * there["q2_1"] + 0.64 * there["q2_2"], rel=1e-5)


def test_modes_around_the_axis_do_not_hide_those_on_it():
    """He_2 on the axis moves about as it does without the mode of degree four around it."""
    at = {**SMALL, "N": 20.0, "n": 75.0, "sigma2": 1.0, "sigma_a2": 0.06}
    setting = setting_of("abs", "2: 1", "none")
    alone = first_order(solved(setting, at, (0, 2)))
    around = first_order(solved(setting, at, (0, 2, 2), 1, (0, 0, 1)))
    assert around.modes[2] == pytest.approx(alone.modes[2], rel=0.15)


def test_a_second_direction_that_is_not_taught_changes_little():
    """What is resolved of functions across the first direction: the rest is a trace in both."""
    one = first_order(solved(setting_of("erf", PAPER, "none"), PLANE))
    two = first_order(solved(any_setting("erf", "(1,0): 1, (3,0): -3/10", "none"), PLANE))
    assert two.freedom == pytest.approx(one.freedom, rel=2e-3)
    assert two.modes[1, 0] == pytest.approx(one.modes[1], rel=3e-3)
    assert two.averages["m2_1"] == pytest.approx(one.averages["m2"], rel=3e-3)


def test_biases_of_no_variance_move_nothing():
    none, weak = (
        first_order(solved(any_setting("erf", PAPER, bias), PLANE, (), 2))
        for bias in ("none", "scaled:1/10000")
    )
    assert weak.freedom == pytest.approx(none.freedom, rel=1e-4)
    assert weak.modes == pytest.approx(none.modes, rel=1e-3)
    assert {k: weak.averages[k] for k in none.averages} == pytest.approx(none.averages, rel=1e-3)


@pytest.mark.parametrize(
    "texts",
    [
        ("gelu", "1: 1, 2: 1/2", "none"),
        ("erf", "(1,0): 1, (0,1): 1/2, (2,1): 1/5, (3,0): -3/10", "none"),
        ("sin:1", "1: 1, 2: 1/2, 3: -3/10", "prior:1/2"),
    ],
)
def test_slopes_of_the_curvature_are_its_differences(texts):
    """By the residual, along a generic direction: the law and the field move."""
    state = solved(any_setting(*texts), {**SMALL, "d": 5.0})
    of = Curvature(state)
    here, law = of.at(of.residual), of.law
    gains = of.by_neuron(here)
    gained = gains.gained - (here.chances * gains.gained).sum()
    along, step = np.cos(np.arange(len(of.residual)) + 1), 1e-5
    way = law.field(of.window, along / law.norms)
    slope = (here.chances * way * (law.coupling * here.field * gained + gains.felt)).sum()
    ends = [of.at(of.residual + sign * step * along).log_det for sign in (1, -1)]
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


def _features(of: Curvature, top: int) -> tuple[list[tuple[int, ...]], np.ndarray, np.ndarray]:
    """Overlaps of GELU with Hermite polynomials of x in d = 4, directions on a rule of the sphere.

    Stein: <He_alpha(x) phi(w.x)> = w^alpha c_{|alpha|}(r)/r^{|alpha|}, c_k by a sum over z.
    """
    m, r = of.window.m[::_APART], of.window.r[::_APART]
    z = np.linspace(-10, 10, 4001)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    phi = r[:, None] * z * (1 + erf(r[:, None] * z / np.sqrt(2))) / 2
    overlaps = [
        phi @ (weight * np.polynomial.hermite_e.HermiteE.basis(k)(z)) for k in range(top + 1)
    ]
    heights, shares = np.polynomial.legendre.leggauss(5)
    turns = 2 * np.pi * np.arange(10) / 10
    height, turn = (x.ravel() for x in np.meshgrid(heights, turns, indexing="ij"))
    share = np.repeat(shares / 20, 10)
    flat = np.sqrt(1 - height**2)
    sphere = (height, flat * np.cos(turn), flat * np.sin(turn))
    axis = m[:, None, None] + 0 * r[None, :, None] + 0 * height
    across = np.sqrt(1 - m**2)[:, None, None] + 0 * axis
    unit = [axis, *(across * x for x in sphere)]
    powers = [p for p in product(range(top + 1), repeat=4) if sum(p) <= top]
    rows = []
    for p in powers:
        direction = np.prod([u**k for u, k in zip(unit, p, strict=True)], axis=0)
        size = np.sqrt(np.prod([float(factorial(k)) for k in p]))
        rows.append((direction * overlaps[sum(p)][None, :, None] / size).reshape(-1))
    residual = sum(
        t * np.sqrt(factorial(k)) * rows[powers.index((k, 0, 0, 0))]
        for k, t in zip(of.law.orders, of.residual / of.law.norms, strict=True)
    )
    logs = of.law.log_density(of.window, of.law.field(of.window, of.residual / of.law.norms))
    chances = np.exp(logs - logs.max())[::_APART, ::_APART]
    chances = ((chances / chances.sum())[:, :, None] * share).reshape(-1)
    return powers, np.stack(rows), np.stack([residual, chances])


def test_sectors_are_those_of_a_dense_space():
    """log det of 1 + (sigma_a^2 n/sigma^2)(<psi psi'> + ... cov(f psi, f psi')) to degree 4."""
    state = solved(setting_of("gelu", "1: 1, 2: 1/2", "none"), SMALL, (0, 1, 2, 4))
    of = Curvature(state, 0)
    _, rows, (field, chances) = _features(of, 4)
    density = SMALL["n"] / SMALL["sigma2"]
    pulled = rows * field
    mean = pulled @ chances
    covariance = (pulled * chances) @ pulled.T - np.outer(mean, mean)
    total = SMALL["sigma_a2"] * density * (rows * chances) @ rows.T
    total += SMALL["sigma_a2"] ** 2 * density**3 / SMALL["N"] * covariance
    dense = np.linalg.slogdet(np.eye(len(rows)) + total)[1]
    assert of.at(of.residual).log_det == pytest.approx(dense, rel=2e-2)
    sector = Curvature(state, 0)
    sector.across = replace(sector.across, factors=1.2 * sector.across.factors)
    assert sector.at(sector.residual).log_det != pytest.approx(dense, rel=2e-2)


def test_norms_of_neurons():
    """Of phi^2 and of its Hermite modes: <z^2 relu^2> is 3/2 r^2."""
    window = solved(setting_of("relu", "1: 1", "none"), WIDE).window
    zeroth, first, second = means_of(
        lambda _: lambda z: (np.maximum(z, 0) ** 2,), "relu", window, 3
    )
    assert zeroth == pytest.approx(window.r**2 / 2, rel=1e-6)
    assert first == pytest.approx(window.r**2 * np.sqrt(2 / np.pi), rel=1e-6)
    assert second == pytest.approx(window.r**2, rel=1e-6)
    of = Curvature(solved(setting_of("erf", PAPER, "none"), WIDE))
    r = of.window.r
    exact = 2 / np.pi * np.arcsin(2 * r**2 / (1 + 2 * r**2))
    assert of.norms == pytest.approx(exact, rel=1e-9)


def test_solutions_carry_their_corrections():
    """Half the shift at twice the width and the same closure; none where 1/N is not small."""
    values = []
    for width, noise in ((700, "3/10"), (1400, "3/20")):
        document = solve(
            "single-index",
            activation="tanh",
            preset="fig2",
            sigma2=noise,
            limit="finite",
            N=width,
            sigma_a2=f"8/{width}",
            n="3000",
        ).document
        values.append(document["corrections"]["1/N"]["t"]["1"])
    assert 0 < values[1] == pytest.approx(values[0] / 2, rel=1e-5)
    small = solve("single-index", preset="fig2", limit="finite", N=7, sigma_a2="8/7").document
    assert small["corrections"]["1/N"] is None and "not small" in small["corrections"]["why"]
