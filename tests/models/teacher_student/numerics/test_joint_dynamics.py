"""The joint law of readout and weights in time: against whole networks, equilibrium, fast ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.cli import main
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.dynamics import TAIL, dynamics
from binodal.numerics.dynamics.course import Options
from tests.models.in_time import away

SMALL = {"N": 20, "n": 30, "d": 4, "sigma2": "1/5", "sigma_w2": "1/2", "sigma_a2": "1/4"}
AT = preset("fig2").replace(**{k: Fraction(v) for k, v in SMALL.items()}, epsilon=Fraction(-2, 5))


def followed(until, particles, readouts, theory="derived"):
    asked = Options(until, particles, readouts=readouts)
    return dynamics(AT, theory, asked, lambda share: None)


class Whole:
    """Readouts and vectors of d components in small Euler steps, on the loss of their mean output.

    Overlaps of both modes are written out, as are their slopes; ``turn`` multiplies the force on
    readouts.
    """

    def __init__(self, count, seed, mobility):
        self.at = {name: float(value) for name, value in AT.items()}
        self.chance, self.mobility = np.random.default_rng(seed), mobility
        width = np.sqrt(self.at["sigma_w2"] / self.at["d"])
        self.w = width * self.chance.standard_normal((int(self.at["d"]), count))
        self.a = np.sqrt(self.at["sigma_a2"] / self.at["N"]) * self.chance.standard_normal(count)

    def outputs(self):
        q, size = self.w[0], 1 + 2 * (self.w**2).sum(0)
        first, third = 2 * q / np.sqrt(np.pi * size), -4 * q**3 / np.sqrt(np.pi * size**3)
        b = 1 - self.at["N"] * (self.a * first).mean()
        c = self.at["epsilon"] - self.at["N"] * (self.a * third).mean() / 6
        return q, size, first, third, b, c

    def advance(self, step, turn=1.0):
        at, (q, size, first, third, b, c) = self.at, self.outputs()
        strength = at["n"] / at["sigma2"]
        slope = -2 * (b * first + 3 * c * third) / size * self.w
        slope[0] += (b * first + 3 * c * third) / q
        by_w = strength * self.a * slope - at["d"] / at["sigma_w2"] * self.w
        by_a = turn * strength * (b * first + c * third) - at["N"] / at["sigma_a2"] * self.a
        self.w += step * by_w + np.sqrt(2 * step) * self.chance.standard_normal(self.w.shape)
        fast = self.mobility * step
        self.a += fast * by_a + np.sqrt(2 * fast) * self.chance.standard_normal(self.a.shape)

    def read(self):
        q, *_, b, c = self.outputs()
        tail = (np.abs(q) > TAIL).mean()
        return {"b": b, "c": c, "q2": (q**2).mean(), "tail": tail, "test_loss": b**2 + 6 * c**2}


def test_three_coordinates_move_as_readouts_and_vectors_do():
    """Another sign or factor of the force on readouts is seen, and so is a norm that is held."""
    until, mobility = 0.04, 0.3
    found = followed(until, 8000, mobility)

    def off(turn, found=found):
        return away(found, lambda seed: Whole(2500, seed, mobility), range(6), until, 80, turn)

    assert max(off(1.0).values()) < 3
    assert off(0.5)["b"] > 8 and off(-1.0)["b"] > 30
    assert off(1.0, followed(until, 8000, mobility, "published"))["c"] > 8


def test_slow_readouts_come_to_rest_in_the_equilibrium_of_fast_ones():
    """Every quantity, through half of the time; the start is far from it."""
    found, fast = followed(0.4, 4000, 0.3), followed(0.001, 64, None)
    assert found.rest == fast.rest and "equilibrium from" in found.why
    late = found.times > found.times[-1] / 2
    for name, (value, error) in found.rest.items():
        curve = found.curves[name]
        mean = curve.values[late].mean()
        assert abs(mean - value) < 2 * curve.errors[late].mean() + error, name
        assert abs(curve.values[0] - value) > 10 * curve.errors[0], name


def test_fast_readouts_tend_to_those_in_equilibrium():
    """At a time at which slow ones are elsewhere."""
    until = 0.01
    slow, quick, fast = (followed(until, 4000, of).curves for of in (0.3, 30.0, None))
    for name in ("b", "c", "q2"):
        error = np.hypot(quick[name].errors[-1], fast[name].errors[-1])
        assert abs(quick[name].values[-1] - fast[name].values[-1]) < 3 * error, name
    assert abs(fast["q2"].values[-1] - fast["q2"].values[0]) > 3 * fast["q2"].errors[-1]
    assert slow["b"].values[-1] - fast["b"].values[-1] > 5 * slow["b"].errors[-1]


FIG2 = "dynamics teacher-student --preset fig2 --beta 1/8 --particles 64 --until 1/5000"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"{FIG2} --readouts 0", "readouts=0: a ratio of learning rates, up to"),
        (f"{FIG2} --readouts 1e4", "readouts=10000: a ratio"),
        (f"{FIG2} --readouts x", "readouts"),
        (f"{FIG2} --readouts 1e400", "readouts=inf: a ratio"),
        (f"{FIG2} --readouts 1 --networks 2", "networks: their readouts are in equilibrium"),
        ("dynamics modular --preset fig3 --readouts 1", "in equilibrium only"),
        ("dynamics diagonal-linear --preset dichotomy --readouts 1", "no readouts that move"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(line, why, capfd):
    assert main(line.split()) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


def test_the_command_says_which_readouts_it_has(capfd):
    assert main([*FIG2.split(), "--readouts", "1/2"]) == 0
    said = capfd.readouterr().out
    assert "learning rate 0.5 of the weights'" in said and "given the weights" not in said
