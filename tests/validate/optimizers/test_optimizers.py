"""Trainings by optimisers: plain PyTorch gives the same, and no interruption changes a bit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.models.registry import model
from binodal.networks import network_of
from binodal.validate.errors import DataError
from binodal.validate.optimizers.descent import Descent
from binodal.validate.optimizers.folder import (
    moment_path,
    networks,
    read_moment,
    read_spec,
    read_task,
)
from binodal.validate.optimizers.spec import OptimizerSpec
from binodal.validate.optimizers.train import train
from binodal.validate.run.errors import RunError, RunStopped

VALUES = {
    "modular": {"N": 12, "P": 5, "sigma2": "1/10", "sigma_a2": 1, "gamma": "1/10"},
    "teacher-student": {
        **{"N": 9, "n": 20, "d": 4, "sigma2": "1/5"},
        **{"sigma_w2": "1/2", "sigma_a2": 1, "epsilon": "-3/10"},
    },
}


def spec(name="modular", **changes):
    of = model(name)
    given = {"members": 2, "steps": 25, "data_fraction": Fraction(1, 2), **changes}
    return OptimizerSpec(of.offer("network"), of.space.at(VALUES[name]), **given)


def bits(folder, of):
    kept = (read_moment(folder, of, step) for step in of.moments)
    return [layers[name].numpy().tobytes() for layers in kept for name in ("first", "readout")]


KINDS = [
    {"optimizer": "adamw", "weight_decay": 0.3},
    {"optimizer": "adam", "weight_decay": 0.1, "batch_size": 3},
    {"optimizer": "sgd", "loss": "cross-entropy", "batch_size": 4, "learning_rate": 0.1},
    {"optimizer": "sgd", "momentum": 0.8, "weight_decay": 0.01},
]


@pytest.mark.parametrize("kind", KINDS)
def test_plain_pytorch_gives_the_same(tmp_path, kind):
    of = spec(**kind, dtype="float64")
    train(of, tmp_path / "run")
    task = read_task(tmp_path / "run", of)
    ended = list(networks(tmp_path / "run", of, 0))
    x, y = (torch.from_numpy(v[task.seen]) for v in (task.inputs.rows(np.arange(25)), task.targets))
    order = torch.Generator()
    order.set_state(Descent(of, task).generator.get_state())
    batches = _batches(len(x), of, order)
    for member in range(2):
        start = ended[0][1][member]
        w, a = (torch.tensor(v, requires_grad=True) for v in (start.first, start.readout))
        builds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
        rates = {"lr": of.learning_rate, "weight_decay": of.weight_decay}
        rates |= {"momentum": of.momentum} if of.momentum else {}
        optimizer = builds[of.optimizer]([w, a], **rates)
        for chosen in batches:
            f = (x[chosen] @ w.T) ** 2 @ a
            loss = (
                torch.nn.functional.cross_entropy(f, y[chosen].argmax(1))
                if of.loss == "cross-entropy"
                else ((f - y[chosen]) ** 2).mean()
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        last = ended[-1][1][member]
        assert last.first == pytest.approx(w.detach().numpy(), rel=1e-9, abs=1e-12)
        assert last.readout == pytest.approx(a.detach().numpy(), rel=1e-9, abs=1e-12)


def _batches(count, of, order):
    found, waiting = [], torch.zeros(0, dtype=torch.int64)
    for _ in range(of.steps):
        if not of.batch_size:
            found.append(torch.arange(count))
            continue
        if len(waiting) < of.batch_size:
            waiting = torch.randperm(count, generator=order)
        found.append(waiting[: of.batch_size])
        waiting = waiting[of.batch_size :]
    return found


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize(
    ("stop", "how"), [(0, {}), (7, {"optimizer": "sgd", "momentum": 0.5}), (24, {})]
)
def test_an_interruption_changes_no_bit(tmp_path, monkeypatch, name, stop, how):
    of = spec(name, batch_size=4, weight_decay=0.1, **how)
    train(of, tmp_path / "whole")
    step = Descent.step

    def stopping(self):
        if self.step_count == stop:
            raise MemoryError
        step(self)

    with monkeypatch.context() as patched:
        patched.setattr(Descent, "step", stopping)
        with pytest.raises(MemoryError):
            train(of, tmp_path / "cut", checkpoint_seconds=0)
    with pytest.raises(RunError, match="go on with"):
        train(of, tmp_path / "cut")
    train(of, tmp_path / "cut", resume=True)
    assert bits(tmp_path / "cut", of) == bits(tmp_path / "whole", of)


def test_what_is_damaged_is_trained_again(tmp_path):
    of, folder, said = spec(), tmp_path / "run", []
    train(of, folder)
    before, path = bits(folder, of), moment_path(folder, 10)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(RunError, match="is damaged"):
        train(of, folder)
    train(of, folder, resume=True, say=said.append)
    assert bits(folder, of) == before and "again from the start" in said[0]


def test_the_split_is_stored_and_shared(tmp_path):
    of = spec()
    train(of, tmp_path / "run")
    assert read_spec(tmp_path / "run", network_of) == of
    (_, members), *_ = networks(tmp_path / "run", of, 0)
    assert len(members[0].task.seen) == 12 and len(members[0].task.held_out) == 13
    other = spec(seed=1)
    train(other, tmp_path / "other")
    assert not np.array_equal(
        read_task(tmp_path / "other", other).seen, read_task(tmp_path / "run", of).seen
    )
    assert not np.allclose(members[0].first, members[1].first)


def test_without_momentum_a_training_has_the_name_it_had():
    assert "momentum" not in spec(optimizer="sgd").document()
    assert spec(optimizer="sgd", momentum=0.5).document()["momentum"] == 0.5


def test_moments_are_even_in_the_logarithm():
    assert spec(steps=30).moments == (0, 1, 2, 3, 4, 6, 7, 10, 13, 18, 24, 30)


def test_weights_that_are_no_numbers_stop_it(tmp_path):
    with pytest.raises(RunStopped, match="diverged"):
        train(spec(optimizer="sgd", learning_rate=1e9), tmp_path / "run")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"optimizer": "lion"}, "choose sgd, adam, adamw, rfm"),
        ({"momentum": 0.5}, "is of sgd alone"),
        ({"momentum": 1.0, "optimizer": "sgd"}, "momentum=1.0: must be below 1"),
        ({"steps": 0}, "steps=0"),
        ({"learning_rate": -1.0}, "learning_rate=-1.0"),
        ({"data_fraction": Fraction(3, 2)}, "data_fraction=3/2"),
        ({"members": True}, "whole number"),
        ({"device": "toaster"}, "not there"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, changes, words):
    with pytest.raises(RunError, match=words):
        train(spec(**changes), tmp_path / "run")


def test_a_loss_that_the_task_lacks_leaves_nothing_behind(tmp_path):
    with pytest.raises(DataError, match="no classes"):
        train(spec("teacher-student", loss="cross-entropy"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_another_training_is_not_overwritten(tmp_path):
    train(spec(), tmp_path / "run")
    with pytest.raises(RunError, match="steps is 25 there and 30 here"):
        train(replace(spec(), steps=30), tmp_path / "run")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    with pytest.raises(RunError, match="is no training"):
        train(spec(), tmp_path / "mine")
