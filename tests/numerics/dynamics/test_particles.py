"""Particles against a law whose variance obeys a closed equation, and what ends a course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from binodal.numerics.dynamics import evolve
from binodal.numerics.dynamics.course import Options
from binodal.numerics.dynamics.evolve import evolved
from binodal.numerics.dynamics.particles import REPLICAS, followed
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status

RATE, GAIN, PULL, MEMORY = 3.0, 2.0, 1.7, 0.4


@dataclass(frozen=True)
class Linear:
    """dq = (-RATE + PULL r^2) q dt + sqrt(2) dW with r = 1/(MEMORY + GAIN <q^2>)."""

    frozen: bool = False
    holds: float = np.inf

    def rate(self, state, residual):
        return RATE + PULL * float(residual[0]) ** 2

    def draw(self, particles, chance):
        return chance.standard_normal((1, particles)) / np.sqrt(RATE)

    def relaxed(self, state, time, chance):
        kept = np.exp(-RATE * time)
        noise = chance.standard_normal(state.shape)
        return kept * state + np.sqrt((1 - kept**2) / RATE) * noise

    def residual(self, state):
        spread = 1 / RATE if self.frozen else (state**2).mean()
        return np.array([1 / (MEMORY + GAIN * spread)])

    def force(self, state, residual):
        return PULL * residual[0] ** 2 * state

    def read(self, state):
        return {"r": float(self.residual(state)[0]), "q2": float((state**2).mean())}


def residual_of(spread):
    return 1 / (MEMORY + GAIN * spread)


def exact(times):
    """<q^2> by its own equation."""

    def slope(_, v):
        return 2 - 2 * (RATE - PULL * residual_of(v) ** 2) * v

    return solve_ivp(slope, (0, times[-1]), [1 / RATE], t_eval=times, rtol=1e-10, atol=1e-12).y[0]


SPREAD = float(exact(np.linspace(0, 40, 2001))[-1])
REST = {"q2": (SPREAD, 0.0), "r": (residual_of(SPREAD), 0.0)}
PANELS = (("r", "q2"),)


def course(asked, neurons=None, rest=REST):
    return evolved(neurons or Linear(), rest, PANELS, asked, (), lambda share: None)


def test_curves_are_those_of_the_closed_equation():
    found = course(Options(particles=20_000))
    assert found.status == Status.CONVERGED and "that of equilibrium" in found.why
    curve, right = found.curves["q2"], exact(found.times)
    away = np.abs(curve.values - right)
    assert (away < 4 * curve.errors).all() and away.max() < 0.01 < np.ptp(right) / 10
    held = course(Options(particles=160_000, until=2.0), Linear(frozen=True)).curves["q2"]
    assert abs(held.values[-1] - SPREAD) > 20 * held.errors[-1]


def test_steps_are_of_second_order():
    """The law at rest is off by the square of the step: particles that chance hardly moves."""
    off = []
    for share in (1.6, 0.8):
        readings = followed(Linear(), share, 12.0, 80_000, 3)
        late = readings.times > 3
        off.append(readings.fine["q2"][late].mean() - SPREAD)
    assert abs(off[0]) > 0.01
    assert 2.5 < off[0] / off[1] < 7


def test_rough_steps_are_seen_and_halved():
    rough, fine = (followed(Linear(), share, 3.0, 160_000, 0) for share in (1.6, 0.05))
    assert rough.too_rough() and not fine.too_rough()


def test_the_same_seed_gives_the_same_curves():
    first, again, other = (course(Options(0.5, 640, seed)).curves["r"].values for seed in (5, 5, 6))
    assert (first == again).all() and (first != other).any()


def test_a_course_that_does_not_come_to_rest_is_undecided(monkeypatch):
    """Rest is asked for at a place where the law is not; a time that is given ends it, decided."""
    wrong = {"q2": (2 * SPREAD, 1e-6)}
    ended = course(Options(2.0, 640), rest=wrong)
    assert ended.status == Status.CONVERGED and ended.why.startswith("not at equilibrium by t = 2")
    assert ended.times[-1] == 2.0
    monkeypatch.setattr(evolve, "WORK", 2e5)
    endless = course(Options(particles=640), rest=wrong)
    assert endless.status == Status.UNDECIDED and "q2 is" in endless.why


@pytest.mark.parametrize(
    "asked", [Options(0.0), Options(-1.0), Options(1e9), Options(1.0, 3), Options(1.0, 10**8)]
)
def test_what_makes_no_sense_is_refused(asked):
    with pytest.raises(ParameterError):
        course(asked)


def test_numbers_that_overflow_are_no_curves():
    class Steep(Linear):
        def force(self, state, residual):
            return 1e200 * state**3

    with pytest.raises(Undecided, match="overflow"):
        course(Options(0.5, 64), Steep())


def test_progress_reaches_the_end_and_replicas_share_the_particles():
    told = []
    found = evolved(Linear(), REST, PANELS, Options(1.0, 100), (), told.append)
    assert told[-1] == 1.0 and all(0 <= share <= 1 for share in told)
    assert found.numbers["particles"] == 96 and found.numbers["replicas"] == REPLICAS
