"""Stiff equations, many at once: exact solutions, the order, and what is too stiff."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.numerics.dynamics import rosenbrock
from binodal.numerics.dynamics.rosenbrock import Equations, integrated
from binodal.numerics.errors import Undecided

RATES = np.array([1.0, 30.0, 1e4, 1e7])


def forced(rates):
    """y' = -rate (y - cos t) - sin t and z' = -z^2 y, whose y is cos t once the rate has acted."""

    def slope(which, t, at):
        y, z = at.T
        return np.stack([-rates[which] * (y - np.cos(t)) - np.sin(t), -(z**2) * np.cos(t)], 1)

    def in_time(which, t, at):
        z = at[:, 1]
        return np.stack([-rates[which] * np.sin(t) - np.cos(t), z**2 * np.sin(t)], 1)

    def jacobian(which, t, at):
        rows = np.zeros((len(t), 2, 2))
        rows[:, 0, 0], rows[:, 1, 1] = -rates[which], -2 * at[:, 1] * np.cos(t)
        return rows

    return Equations(slope, in_time, jacobian)


def exact(times):
    """y from y(0) = 2, and z from z(0) = 1, of every rate."""
    y = np.cos(times) + np.exp(-RATES[:, None] * times)
    return np.stack([y, np.broadcast_to(1 / (1 + np.sin(times)), y.shape)], axis=2)


def solved(relative):
    times = np.concatenate([[0.0], np.geomspace(1e-8, 1.5, 60)])
    start = np.tile([2.0, 1.0], (len(RATES), 1))
    found = integrated(forced(RATES), start, times, relative, np.full(len(RATES), 1e-13))
    return np.abs(found - exact(times)).max()


def test_errors_follow_the_tolerance_at_every_rate():
    errors = [solved(relative) for relative in (1e-4, 1e-6, 1e-8)]
    assert errors[0] < 3e-3 and errors[1] < 3e-5 and errors[2] < 3e-7
    assert errors[2] < errors[1] / 10 < errors[0] / 100


def test_a_step_is_of_fifth_order_and_its_estimate_of_fourth():
    """One step of equations that move with the time, halved: a wrong coefficient loses an order."""
    of, live = forced(np.array([2.0])), np.array([0])
    at, time = np.array([[2.0, 1.0]]), np.array([0.0])
    off, seen = [], []
    for h in (0.04, 0.02):
        after, defect = rosenbrock._stepped(of, live, time, at, np.array([h]))
        right = np.array([np.cos(h) + np.exp(-2 * h), 1 / (1 + np.sin(h))])
        off.append(np.abs(after[0] - right).max())
        seen.append(np.abs(defect).max())
    assert 24 < off[0] / off[1] < 40
    assert 12 < seen[0] / seen[1] < 20


def test_what_takes_too_many_steps_is_undecided(monkeypatch):
    monkeypatch.setattr(rosenbrock, "_MOST", 30)
    with pytest.raises(Undecided, match="too stiff"):
        solved(1e-8)
