"""Recursive feature machines: the recursion in closed form, by brute force, and what groks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.models.registry import model
from binodal.networks import network_of
from binodal.validate.errors import DataError
from binodal.validate.measures.table import values
from binodal.validate.optimizers.feature_machine import FeatureMachine, require_power
from binodal.validate.optimizers.folder import as_machine, networks, read_spec
from binodal.validate.optimizers.spec import OptimizerSpec
from binodal.validate.optimizers.train import train
from binodal.validate.run.errors import RunError
from tests.validate.measures.constructed import addition, on_vectors


def spec(order=5, **changes):
    of = model("modular")
    sizes = {"N": order**2, "P": order, "sigma2": "1/10", "sigma_a2": 1, "gamma": "1/10"}
    given = {"members": 1, "optimizer": "rfm", "steps": 6, **changes}
    return OptimizerSpec(of.offer("network"), of.space.at(sizes), **given)


def split(order, share, seed, **changes):
    shown = np.zeros(order**2, dtype=bool)
    shown[np.random.default_rng(seed).permutation(order**2)[: round(share * order**2)]] = True
    return addition(order, trained=shown, **changes)


@pytest.mark.parametrize(("order", "ridge"), [(5, 0.0), (7, 0.37), (4, 0.6)])
def test_on_all_pairs_the_metric_is_one_number(order, ridge):
    """M = c times the projector off both constants, and c -> 2 c^2/(2 c^2 + ridge).

    The target lies at the eigenvalue 2 c^2 of the kernel (c (x.x' - 2/P))^2, whose gradients on all
    pairs have the second moment of that projector.
    """
    machine, c = FeatureMachine(spec(order, weight_decay=ridge), addition(order)), 1.0
    off = np.kron(np.eye(2), np.eye(order) - 1 / order)
    for _ in range(5):
        left = ridge / (2 * c**2 + ridge)
        assert machine.network.outputs == pytest.approx((1 - left) * machine.y, abs=1e-12)
        machine.step()
        c = 2 * c**2 / (2 * c**2 + ridge)
        assert machine.metric == pytest.approx(c * off, abs=1e-7)  # roots of rounding


@pytest.mark.parametrize(("ridge", "left"), [(0.45, (1 + 0.1**0.5) / 2), (0.55, 0.0)])
def test_all_features_are_lost_at_once_at_the_ridge_of_a_half(ridge, left):
    """2 c^2 - 2 c + ridge = 0 has roots up to 1/2, where c is 1/2: a jump, not a decay."""
    machine = FeatureMachine(spec(5, weight_decay=ridge), addition(5))
    for _ in range(60):
        machine.step()
    assert machine.metric[0, 0] == pytest.approx(left * (1 - 1 / 5), abs=1e-6)


def test_regression_and_gradients_by_brute_force():
    ridge, task = 0.03, split(5, 0.6, 3)
    machine = FeatureMachine(spec(5, weight_decay=ridge), task)
    x, y, metric = task.inputs.rows(task.seen), task.targets[task.seen], np.eye(10)
    for _ in range(3):
        kernel = np.array([[(a @ metric @ b) ** 2 for b in x] for a in x])
        alpha = np.linalg.solve(kernel + ridge * np.eye(len(x)), y)

        def f(at, metric=metric, alpha=alpha):
            return np.array([(b @ metric @ at) ** 2 for b in x]) @ alpha

        steps = 1e-5 * np.eye(10)
        jacobians = [[(f(at + e) - f(at - e)) / 2e-5 for e in steps] for at in x]
        gradients = np.mean([np.array(j) @ np.array(j).T for j in jacobians], axis=0)
        held = task.inputs.rows(task.held_out)
        ours = replace(machine.network, task=task).outputs[task.held_out]
        assert ours == pytest.approx(np.array([f(at) for at in held]), abs=1e-8)
        machine.step()
        assert machine.metric @ machine.metric == pytest.approx(gradients, abs=1e-6)
        metric = machine.metric


def right_of_others(task, steps=20):
    machine = FeatureMachine(spec(13), task)
    for _ in range(steps):
        machine.step()
    found = values(replace(machine.network, task=task), ("test_accuracy", "agop_circulant"))
    return found["test_accuracy"].number, found["agop_circulant"].number


def test_it_groks_addition_and_no_table_at_random():
    task = split(13, 0.75, 0)
    accuracy, circulant = right_of_others(task)
    assert accuracy > 0.9 and circulant > 0.95
    shuffled = task.targets[np.random.default_rng(1).permutation(169)]
    accuracy, circulant = right_of_others(replace(task, targets=shuffled))
    assert accuracy < 0.3 and circulant < 0.5


def test_one_direction_is_found_in_one_step():
    """Linear regression of one output: G = beta beta^T, so M = beta beta^T/|beta| keeps beta."""
    task = on_vectors("linear", np.ones((1, 3)), np.ones((1, 1)), count=12).task
    beta = np.linalg.lstsq(task.inputs.rows(np.arange(12)), task.targets, rcond=None)[0][:, 0]
    machine = FeatureMachine(spec(), task)
    machine.step()
    assert machine.metric == pytest.approx(np.outer(beta, beta) / np.linalg.norm(beta), abs=1e-7)


def test_a_folder_holds_the_course_and_goes_on_bit_for_bit(tmp_path, monkeypatch):
    of = as_machine(spec(data_fraction=Fraction(3, 5)))
    assert of.parameters["N"] == 15 and of.moments == tuple(range(7)) and of.dtype == "float64"
    train(of, tmp_path / "whole")
    assert read_spec(tmp_path / "whole", network_of) == of
    step = FeatureMachine.step

    def stopping(self):
        if self.step_count == 4:
            raise MemoryError
        step(self)

    with monkeypatch.context() as patched:
        patched.setattr(FeatureMachine, "step", stopping)
        with pytest.raises(MemoryError):
            train(of, tmp_path / "cut", checkpoint_seconds=0)
    train(of, tmp_path / "cut", resume=True)
    for one, other in zip(
        networks(tmp_path / "cut", of, 0), networks(tmp_path / "whole", of, 0), strict=True
    ):
        assert one[0] == other[0]
        assert one[1][0].first.tobytes() == other[1][0].first.tobytes()
        assert one[1][0].readout.tobytes() == other[1][0].readout.tobytes()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"members": 2}, "members=2"),
        ({"learning_rate": 0.1}, "learning_rate=0.1"),
        ({"loss": "cross-entropy"}, "loss=cross-entropy"),
        ({"data_fraction": Fraction(1, 2)}, "N=25: rfm has 12"),
    ],
)
def test_what_a_machine_does_not_have_is_refused(tmp_path, changes, words):
    with pytest.raises(RunError, match=words):
        train(spec(**changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("phi", ["erf", "relu", "-z^2", "z^2 + 1"])
def test_what_is_no_power_makes_no_kernel(phi):
    with pytest.raises(DataError, match="is not known to be a kernel"):
        require_power(on_vectors(phi, np.ones((1, 3)), np.ones((1, 1))).task.activation)
