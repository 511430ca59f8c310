"""Escapes of real and quaternionic numbers: Langevin motion of all components, and a mode."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import log10, pi

import numpy as np
import pytest

from binodal.api import hysteresis
from binodal.models.group.numerics import escape as numerics
from binodal.models.group.numerics.cyclic import common_twin
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.escape import block_escapes
from binodal.models.group.setting import setting_of
from binodal.models.modular.numerics.hysteresis import escapes, leaving
from binodal.models.registry import preset
from binodal.numerics.phases.first_passage import Passage, log10_time
from tests.laws import beside, cases

_PLACE = {"real": (1.05, 1.0, 8.0), "quaternionic": (1.1, 1.05, 30.0)}
"""u, gamma and F with barriers of two to three units."""


def parameters(order, sigma2):
    return preset("fig3").replace(P=order, sigma2=Fraction(sigma2))


def exact_time(kind, components):
    """By the equation in both moduli."""
    u, gamma, strength = _PLACE[kind]
    far = (2 * strength * (u + (u * u - gamma) ** 0.5) / gamma) ** 0.5
    of = Passage(0.0, far, 0.0, (0.0, pi / 4), length=lambda radius: radius)
    names = {1: "real", 2: "complex", 4: "quaternionic"}
    potential = numerics._potential(names[components])
    return log10_time(lambda r, t: potential(r, t, u, gamma, strength)[0], of), far


def drawn_time(kind, components, far, count=1500, step=0.02):
    """All real components by Euler's rule; the goal is shifted by what steps overshoot."""
    u, gamma, strength = _PLACE[kind]
    chance, goal = np.random.default_rng(5), far - 0.5826 * (2 * step) ** 0.5
    y, done = np.zeros((2, count, components)), np.full(count, np.nan)
    alive = np.arange(count)
    for k in range(1, 200_000):
        squares = (y**2).sum(-1) / strength
        force = 1 - 2 * u * squares[::-1] + gamma * squares**2
        y = y - step * y * force[..., None]
        y = y + (2 * step) ** 0.5 * chance.normal(size=y.shape)
        there = (y**2).sum((0, 2)) > goal**2
        done[alive[there]] = k * step
        alive, y = alive[~there], y[:, ~there]
        if not len(alive):
            return done.mean(), done.std() / count**0.5
    raise AssertionError("some did not arrive")


@pytest.mark.parametrize(("kind", "components", "wrong"), [("real", 1, 2), ("quaternionic", 4, 2)])
def test_components_in_motion_arrive_at_that_time(kind, components, wrong):
    (value, error), far = exact_time(kind, components)
    mean, spread = drawn_time(kind, components, far)
    assert error < 0.005
    assert abs(10**value - mean) < 3 * spread + 0.03 * mean
    assert abs(10 ** exact_time(kind, wrong)[0][0] - mean) > 5 * spread + 0.03 * mean


@beside(
    "tests/models/group/test_sweeps.py::test_a_mode_of_z7_has_the_exact_times_of_modular_addition"
)
def test_a_complex_number_is_a_mode():
    """By the block's own law, form and order in 1/F; the bound of the reaction is a wider one."""
    at = parameters(7, "1/1000")
    z7 = setting_of({"group": "Z7", "irrep": "1b", "decay": "schatten"})
    own, plain = block_escapes(common_twin(z7), at, "derived", 96), escapes(at, "derived", 96)
    assert own.from_zero.exact == pytest.approx(plain.from_zero.exact, rel=1e-9)
    for one, other in (
        (own.from_zero, plain.from_zero),
        (own.from_feature, plain.from_feature),
    ):
        assert one.log10_time == pytest.approx(other.log10_time, rel=1e-12)
        assert one.reaction > other.reaction


@beside(
    "tests/models/group/test_block_escape.py::test_next_order_of_one_row_is_that_of_the_exact_equation"
)
def test_a_sign_has_times_by_the_formula_near_exact_ones():
    along = "sigma2=1/1000:1/900:2"
    sign = {"group": "S3", "irrep": "1b", "preset": "fig3"}
    escaped = hysteresis("group", along, **sign).document["points"][0]["escapes"]["zero"]
    kramers, exact = (float(escaped[name]["value"]) for name in ("log10_time", "exact"))
    assert 0 < abs(kramers - exact) < log10(2) / 8


def found(group, irrep, decay, sigma2):
    setting = setting_of({"group": group, "irrep": irrep, "decay": decay})
    return block_escapes(common_twin(setting), parameters(setting.size, sigma2), "derived", 64)


@pytest.mark.parametrize("sigma2", cases(["1/500", "1/1000"], every=None))
def test_a_sign_leaves_far_below_coexistence(sigma2):
    """Where the ring is a thousand times as far as the pass."""
    of = found("S5", "1b", "schatten", sigma2)
    value, error = of.from_feature.exact_time()
    assert abs(value - of.from_feature.log10_time) < error < 1e-3
    value, error = of.from_zero.exact_time()
    assert error < 1e-2
    if of.from_zero.log10_time is not None:
        assert abs(value - of.from_zero.log10_time) < error + of.from_zero.error < 0.1


@pytest.mark.parametrize(
    ("group", "irrep", "decay", "sigma2"),
    cases(
        [
            ("S3", "2a", "schatten", "1/1000"),
            ("D7", "2b", "schatten", "1/2000"),
            ("A4", "3a", "frobenius", "1/500"),
            ("S3xS3", "4a", "schatten", "1/500"),
            ("S5", "5a", "frobenius", "1/1000"),
            ("Q8", "2a", "schatten", "1/2000"),
        ],
        every=None,
    ),
)
def test_every_irrep_has_its_exact_times_or_no_barrier(group, irrep, decay, sigma2):
    """Within the errors of the formula, where that has a time, or half as much again."""
    of = found(group, irrep, decay, sigma2)
    for escape in (of.from_zero, of.from_feature):
        if escape.exact is None:
            assert "barrier is" in escape.why
        elif escape.log10_time is not None:
            off = abs(escape.exact[0] - escape.log10_time)
            assert off < (escape.exact_time()[1] + escape.error)


@pytest.mark.parametrize("decay", ["schatten", "frobenius"])
def test_a_matrix_leaves_both_wells(decay):
    """In a residual that is given; both decays have one pass, and zero knows none of them."""
    twin = common_twin(setting_of({"group": "S3", "irrep": "2a", "decay": decay}))
    at = parameters(6, "1/500")
    law = DeterminantLaw(twin.block, decay, 1, at)
    closure = numerics._zero_of_rows(law, 2, at, "derived")
    of = numerics._number(law, 2, 96)
    zero, ring = (
        leaving(of, well, at, "derived", 96, lambda: closure) for well in ("zero", "ring")
    )
    assert abs(zero.exact[0] - zero.log10_time) < zero.exact_time()[1] + zero.error
    assert ring.log10_time > zero.log10_time > 30
    assert zero.error < 0.02 and ring.error < 1e-3 * ring.log10_time
    if decay == "schatten":
        rise = numerics._rise(
            replace(of, by_paths=None),
            law,
            2,
            lambda rising: leaving(rising, "zero", at, "derived", 96, lambda: closure),
        )
        assert zero.log10_time < rise.log10_time < zero.log10_time + 5
        assert "the rise to rank two" in numerics._fall_beside(rise)
