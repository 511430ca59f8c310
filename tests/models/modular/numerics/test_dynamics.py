"""Modes in time: against whole weights on all pairs, and against the law of equilibrium."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import dblquad

from binodal.cli import main
from binodal.models.modular.numerics.dynamics import ModeNeurons, dynamics
from binodal.models.modular.numerics.float_law import mean_and_share
from binodal.models.modular.parameters import SPACE
from binodal.numerics.dynamics.course import Options
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from tests.models.in_time import away

VALUES = {"N": "1000", "P": "5", "sigma2": "0.0015", "sigma_a2": "1/3000", "gamma": "2"}


def at(**changed):
    return SPACE.at({k: Fraction(v) for k, v in {**VALUES, **changed}.items()})


def followed(parameters, asked, theory="derived"):
    return dynamics(parameters, theory, asked, lambda share: None)


class Weights:
    """Neurons as 2 P weights in small Euler steps; readouts by regression on all P^2 pairs.

    The decay is (P gamma/6) sum_k |u_k|^6 + |v_k|^6 with u_k = (1/P) sum_n u_n e^{2 pi i k n/P}.
    """

    def __init__(self, parameters, count, seed):
        self.at = {name: float(value) for name, value in parameters.items()}
        self.order, self.chance = int(self.at["P"]), np.random.default_rng(seed)
        self.w = self.chance.standard_normal((count, 2, self.order))
        n, m = np.divmod(np.arange(self.order**2), self.order)
        hot = np.arange(self.order)[:, None] == (n + m)[None, :] % self.order
        self.target = hot - 1 / self.order

    def regressed(self):
        """Sums w_n + v_m (count, P, P), their squares, and the mean residual (P, P^2)."""
        sums = self.w[:, 0, :, None] + self.w[:, 1, None, :]
        squares = (sums**2).reshape(len(sums), -1)
        kernel = self.at["sigma_a2"] * squares.T @ squares / len(sums)
        noise = self.at["sigma2"]
        inverse = np.linalg.inv(kernel + noise * np.eye(len(kernel)))
        return sums, squares, noise * self.target @ inverse

    def advance(self, step, turn=1.0):
        sums, squares, residual = self.regressed()
        noise = self.at["sigma2"]
        readout = self.at["sigma_a2"] / (self.at["N"] * noise) * squares @ residual.T
        pull = 2 * sums * (readout @ residual / noise).reshape(sums.shape)
        force = np.stack([pull.sum(2), pull.sum(1)], 1) * turn - self.w
        modes = np.fft.ifft(self.w, axis=2)
        decay = np.fft.fft(modes * np.abs(modes) ** 4, axis=2).real
        shaken = np.sqrt(2 * step) * self.chance.standard_normal(self.w.shape)
        self.w += step * (force - self.at["gamma"] * decay) + shaken

    def read(self):
        squares = np.abs(np.fft.ifft(self.w, axis=2)[:, :, 1:]) ** 2
        a = (self.regressed()[2] * self.target).sum() / (self.target**2).sum()
        held = (squares.mean(1)[:, : self.order // 2] > self.at["gamma"] ** -0.5).any(1)
        loss = (self.regressed()[2] ** 2).sum() / self.order**2
        noise = self.at["sigma2"]
        eigenvalue = noise * (1 - a) / a
        values = (a, eigenvalue, squares.mean(), held.mean(), loss)
        return dict(zip(("a", "lambda", "x", "droplets", "test_loss"), values, strict=True))


def from_whole_weights(found, parameters, until, turn=1.0):
    return away(found, lambda seed: Weights(parameters, 1500, seed), range(4), until, 80, turn)


def test_a_mode_moves_as_the_weights_of_whole_neurons_do():
    """All modes of a neuron together; a residual that pulls half as much moves them elsewhere."""
    until, parameters = 0.2, at()
    found = followed(parameters, Options(until, 12_000))
    start, end = (found.curves["a"].values[k] for k in (0, -1))
    assert abs(end - start) > 10 * found.curves["a"].errors[-1]
    far = from_whole_weights(found, parameters, until)
    assert max(far.values()) < 4, far
    assert from_whole_weights(found, parameters, until, turn=0.5)["a"] > 10


@pytest.mark.parametrize("start", ["prior", "feature"])
def test_both_starts_come_to_rest_in_the_one_law_of_equilibrium(start):
    found = followed(at(P="7"), Options(2.0, 4000, start=start))
    assert found.status == Status.CONVERGED
    late = found.times > found.times[-1] / 2
    for name, (value, error) in found.rest.items():
        curve = found.curves[name]
        mean = curve.values[late].mean()
        assert abs(mean - value) < 2 * curve.errors[late].mean() + error, name
        assert abs(curve.values[0] - value) > 4 * curve.errors[0], name


def test_a_start_is_remembered_where_the_barrier_is_high():
    """At P = 31 neurons wait at zero; those that leave the ring have long passed them."""
    parameters = at(P="31", N="4000", sigma_a2="1/40000", sigma2="0.0022")
    ends = {}
    for start in ("prior", "feature"):
        found = followed(parameters, Options(1.0, 3200, start=start))
        assert found.status == Status.CONVERGED and "not at equilibrium" in found.why
        ends[start], rest = found.curves["a"], found.rest["a"][0]
    low, high = (ends[start] for start in ("feature", "prior"))
    assert high.values[-1] - rest > 4 * high.errors[-1]
    assert high.values[-1] - low.values[-1] > 4 * (high.errors[-1] + low.errors[-1])


def test_a_quench_to_almost_no_noise_keeps_its_steps():
    """Forces grow a thousandfold as the first neurons leave: no number overflows."""
    found = followed(at(N="10", sigma2="1/10000", sigma_a2="1/1000000"), Options(0.02, 640))
    assert found.status == Status.CONVERGED
    assert found.curves["a"].values[-1] < found.curves["a"].values[0] / 5
    assert found.numbers["longest_step"] > 3 * found.numbers["shortest_step"]


def test_a_rate_bounds_the_slopes_of_the_force():
    neurons = ModeNeurons({k: float(v) for k, v in at().items()})
    chance, residual = np.random.default_rng(1), np.array([0.4])
    state = chance.uniform(0, 1.5, (2, 200))
    bound, h = neurons.rate(state, residual), 1e-6
    for k in range(2):
        moved = state.copy()
        moved[k] += h
        slopes = (neurons.force(moved, residual) - neurons.force(state, residual)) / h
        assert np.abs(slopes).max() < bound
    assert neurons.rate(2 * state, residual) > 4 * bound


@pytest.mark.parametrize("u", [0.7, 1.63, 1.8])
def test_averages_of_a_mode_are_those_of_its_action(u):
    """By quadrature in x and x_v; s = (x + x_v)/2 + gamma (x^3 + x_v^3)/6 - u x x_v."""
    order, gamma, cut = 7.0, 2.0, 2.0**-0.5

    def average(of):
        def density(y, x):
            s = (x + y) / 2 + gamma * (x**3 + y**3) / 6 - u * x * y
            return of((x + y) / 2) * np.exp(-2 * order * s)

        return dblquad(density, 0, 4, 0, 4, epsabs=1e-9)[0]

    norm = average(lambda m: 1.0)
    rows = (np.array([value]) for value in (u, order, gamma, cut))
    mean, share = (float(value[0]) for value in mean_and_share(*rows))
    assert mean == pytest.approx(average(lambda m: m) / norm, rel=1e-6)
    assert share == pytest.approx(_beyond(u, order, gamma, cut) / norm, rel=1e-5)


def _beyond(u, order, gamma, cut):
    """The part of the norm where the mean is beyond a cut, in the mean and half the difference."""

    def density(d, m):
        x, y = m + d, m - d
        s = (x + y) / 2 + gamma * (x**3 + y**3) / 6 - u * x * y
        return 2 * np.exp(-2 * order * s)

    return dblquad(density, cut, 4, lambda m: -m, lambda m: m, epsabs=1e-9)[0]


def line(**changed):
    values = {**VALUES, **changed}.items()
    given = [word for k, v in values for word in ("-s", f"{k}={v}")]
    return ["dynamics", "modular", *given, "--particles", "64", "--until", "1/50"]


def test_networks_are_drawn_beside(capfd):
    assert main([*line(N="60"), "--networks", "3", "--json"]) == 0
    beside = json.loads(capfd.readouterr().out)["networks"]
    assert beside["count"] == 3 and set(beside["away"]) == {"a", "lambda", "x"}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ([*line(), "--theory", "published"], "theory=published"),
        (line(P="2"), "P=2"),
        ([*line(), "--start", "ring"], "start"),
        ([*line(), "--start", "feature", "--networks", "3"], "networks in time"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(asked, why, capfd):
    assert main(asked) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


def test_models_without_a_feature_start_say_so():
    from binodal.models.registry import preset
    from binodal.models.teacher_student.numerics.dynamics import dynamics as of_student

    with pytest.raises(ParameterError, match="starts from its prior"):
        of_student(preset("fig2"), "derived", Options(start="feature"), lambda share: None)
