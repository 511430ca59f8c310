"""A run's measure of its step's bias: against laws that are known, and without touching the run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from binodal.models.registry import parameters_of

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.networks import network_of
from binodal.validate.compare.load import load
from binodal.validate.compare.measure import STEP, measurements
from binodal.validate.compare.record import Record
from binodal.validate.compare.step_bias import step_bias
from binodal.validate.run.companion import Companion
from binodal.validate.run.ensemble import run
from binodal.validate.run.spec import SAMPLERS, UNCORRECTED, RunSpec
from binodal.validate.run.store import BIAS, read
from binodal.validate.run.worker import one_thread
from binodal.validate.samplers import baoab, euler
from binodal.validate.target import prior_draw
from tests.laws import cases
from tests.validate.run.tiny import draws, spec
from tests.validate.samplers.laws import LIMIT, generator
from tests.validate.toys import DoubleWell, Gaussian

FREE = {
    "N": "10",
    "n": "60",
    "d": "20",
    "sigma2": "1000000",
    "sigma_w2": "1/2",
    "sigma_a2": "0.08",
    "epsilon": "-0.3",
}
"""So much noise in the labels that the posterior is the prior: <|w|^2> = sigma_w^2."""

RIGHT = 0.5


@pytest.fixture(autouse=True, scope="module")
def single():
    """Threads are of no use to such small networks."""
    with one_thread():
        yield


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    """A record of networks without data, by sampler; ``changes`` to its run."""

    def record(sampler: str, **changes: object) -> Record:
        parameters = parameters_of("teacher-student", {k: Fraction(v) for k, v in FREE.items()})
        thin = 1 if "hmc" in sampler else 5
        length = {"burn_in": 60, "draws": 80, "thin": thin, "seed": 3}
        of = RunSpec(NETWORK, parameters, 12, sampler, "both", **{**length, **changes})
        return load(run(of, tmp_path_factory.mktemp("free") / "run", workers=1), network_of).record

    return record


def norm2(record: Record):
    """The mean of |w|^2, its error without the bias of the step, and that bias with its error."""
    units = record.unit_means("norm2")
    bias = step_bias(record, ("norm2",))
    return units.mean(), units.std(ddof=1) / units.size**0.5, bias


@pytest.mark.parametrize("sampler", cases(SAMPLERS, every=2))
def test_every_sampler_has_the_law_of_the_prior_within_its_error(free, sampler):
    """4.5 errors on 6 units' t are a false alarm in a thousand; Euler's are mostly its bias."""
    mean, error, bias = norm2(free(sampler))
    assert not bias.problem and (bias.error > 0) == (sampler in UNCORRECTED)
    assert abs(mean - RIGHT) < 4.5 * np.hypot(error, np.hypot(bias.value, bias.error))


@pytest.mark.parametrize(("sampler", "least"), [("euler", 0.05), ("preconditioned-euler", 0.3)])
def test_a_bias_larger_than_the_error_is_flagged_and_never_smaller_than_it_is(free, sampler, least):
    record = free(sampler)
    mean, error, bias = norm2(record)
    assert mean - RIGHT > least and mean - RIGHT > 10 * error, "a control: the law is wrong"
    assert 0 < mean - RIGHT < bias.value + 4.5 * bias.error < 2 * (mean - RIGHT)
    (q2,) = (m for m in measurements(record, NETWORK.observables) if m.observable == "q2")
    assert q2.dominates == STEP and q2.error > 3 * q2.stderr


def test_without_the_measurement_the_wrong_law_is_not_judged_at_all(free):
    record = free("euler", companions=0)
    mean, error, bias = norm2(record)
    assert mean - RIGHT > 10 * error, "its own error bar would have passed for one"
    assert "not measured in this run" in bias.problem
    assert all(m.problem for m in measurements(record, NETWORK.observables))


def test_a_shorter_step_has_less_of_it(free):
    whole, third = (free("euler", step_factor=f) for f in (1.0, 0.3))
    first, second = (norm2(record)[2] for record in (whole, third))
    assert 0 < second.value < first.value / 2.5


@pytest.mark.parametrize(
    ("sampler", "model"), cases(product(UNCORRECTED, ("teacher-student", "modular")), every=None)
)
def test_the_draws_are_the_same_bits_without_companions(tmp_path, model, sampler):
    of = spec(model, sampler=sampler)
    with_them = draws(run(of, tmp_path / "with", workers=1))
    without = draws(run(replace(of, companions=0), tmp_path / "without", workers=1))
    assert {name: with_them[name] for name in without} == without
    assert any(name.startswith(BIAS) for name in with_them)


def test_the_first_shards_measure_it(tmp_path):
    of = spec(sampler="baoab", companions=2)
    assert [of.accompanied(n) for n in range(2)] == [True, False]
    found = read(run(of, tmp_path / "run", workers=1))[0][BIAS + "density"]
    assert np.isfinite(found[:, 0]).all() and np.isnan(found[:, 1]).all()
    assert not any(spec(sampler="hmc").accompanied(n) for n in range(2))


def biases(sampler, steps, observable, burn_in=60):
    """Mean (R,) of an observable, and what the companions say of its bias (R,)."""
    random = generator(4)
    state = sampler.init(prior_draw(sampler.target, random) / 2, random)
    companion = Companion(sampler, state, torch.Generator().manual_seed(5))
    total = torch.zeros(())
    for step in range(burn_in + steps):
        state, _ = companion.step(state, random)
        if step >= burn_in:
            seen = observable(state.x)
            total = total + seen
            companion.add({"x": seen}, {"x": observable(companion.state.x)})
    return total / steps, companion.biases()["x"]


def test_on_gaussians_it_is_what_two_variances_say():
    """Euler's variance is 1/(k (1 - h k/2)); 2 (that at h - that at h/2) is above the bias."""
    precision = torch.tensor([[2.0]], dtype=torch.float64)
    zero = torch.zeros(1, dtype=torch.float64)
    target = Gaussian(4000, precision, zero, zero + 1, (slice(0, 1),))
    step, k = 0.5, 2.0
    _, found = biases(euler.build(target, step), 60, lambda x: x[:, 0].square())
    whole, half = (1 / (k * (1 - h * k / 2)) for h in (step, step / 2))
    error = float(found.std()) / len(found) ** 0.5
    assert abs(float(found.mean()) - 2 * (whole - half)) < LIMIT * error
    assert 2 * (whole - half) > whole - 1 / k > 0
    _, none = biases(baoab.build(target, step), 60, lambda x: x[:, 0].square())
    assert abs(float(none.mean())) < LIMIT * float(none.std()) / len(none) ** 0.5


@pytest.mark.parametrize(("build", "step"), [(baoab.build, 0.25), (euler.build, 0.04)])
def test_on_wells_it_is_the_distance_from_the_exact_mean(build, step):
    """<x^2> of exp(-(x^2 - 1)^2) by the trapezoid rule, which is exact here to all digits."""
    x = np.linspace(-3, 3, 2001)
    weight = np.exp(-((x**2 - 1) ** 2))
    exact = float((x**2 * weight).sum() / weight.sum())
    mean, found = biases(build(DoubleWell(6000, 1.0), step), 160, lambda x: x[:, 0].square())
    error = float(mean.std()) / len(mean) ** 0.5
    bias, spread = float(found.mean()), float(found.std()) / len(found) ** 0.5
    assert abs(float(mean.mean()) - exact) > LIMIT * error, "a control: the bias is seen"
    assert abs(float(mean.mean()) - exact - bias) < LIMIT * np.hypot(error, spread) + abs(bias) / 4
