"""Metropolis samplers on modular networks: away from any start, and to the same law as BAOAB."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.validate.errors import Untuned
from binodal.validate.run import shard as shard_module
from binodal.validate.run.ensemble import run
from binodal.validate.run.posterior import posterior, starts
from binodal.validate.run.results import chains, scalars
from binodal.validate.run.shard import Shard
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import read
from binodal.validate.run.worker import one_thread
from binodal.validate.samplers import hmc
from binodal.validate.samplers.adapt import adapt
from binodal.validate.t_tests import welch
from tests.laws import beside
from tests.validate.run.tiny import begun, network, parameters

P_VALUE = 1e-4
"""Of each observable: some ten of them alarm falsely once in a thousand times."""

SHARED = {"members": 16, "starts": "both", "draws": 60, "seed": 4, "dtype": "float64"}


def modular(sampler: str, **changes: str) -> RunSpec:
    sizes = parameters("modular", **{"N": "12", "sigma2": "1/4", **changes})
    length = {"burn_in": 100, "thin": 2} if sampler == "hmc" else {"burn_in": 200, "thin": 10}
    return RunSpec(network("modular"), sizes, sampler=sampler, shard=16, **SHARED, **length)


@pytest.fixture(autouse=True, scope="module")
def single():
    """Threads are of no use to such small networks."""
    with one_thread():
        yield


def in_the_tail(spec: RunSpec, slots: range) -> torch.Tensor:
    """One network six times as large as the prior, where the decay's sixth power rules."""
    x = starts(spec, slots)
    x[3] *= 6
    return x


def test_a_member_that_never_moves_is_named_though_the_mean_looks_well():
    spec = modular("hmc")
    target, random = posterior(spec, range(8)), torch.Generator().manual_seed(2)
    sampler = hmc.build(target, 0.1)
    state = sampler.init(in_the_tail(spec, range(8)), random)
    with pytest.raises(Untuned, match=r"hmc, member 3, accepts 0.0\d of its proposals") as caught:
        adapt(sampler, state, random, least=0.25)
    assert caught.value.partial.acceptance == pytest.approx(sampler.goal, abs=0.1)


@pytest.mark.parametrize("sampler", ["hmc", "collapsed-hmc"])
def test_a_run_gets_away_from_the_tail(tmp_path, monkeypatch, sampler):
    monkeypatch.setattr(shard_module, "starts", in_the_tail)
    of = RunSpec(
        network("modular"),
        parameters("modular"),
        4,
        sampler,
        burn_in=80,
        draws=10,
        thin=2,
        shard=4,
        seed=5,
    )
    folder = begun(tmp_path / "run", of)
    shard = Shard(of, 0, folder)
    assert shard.stepper == "baoab"
    assert shard.run(lambda: False, lambda steps: None, 1e9)
    assert shard.stepper == sampler
    assert (read(folder)[0]["acceptance"].mean(axis=2) > 0.3).all()


@pytest.fixture(scope="module")
def by_baoab(tmp_path_factory):
    of = modular("baoab")
    return means(run(of, tmp_path_factory.mktemp("runs") / "baoab", workers=1), of)


def means(folder, of):
    """Each network's mean of every observable; networks are independent."""
    return {name: values.mean(axis=1) for name, values in scalars(chains(folder, of)).items()}


def smallest_p(first, second):
    """Welch's p of the observable that differs most, among those that vary."""
    moving = [name for name in first if np.ptp(first[name]) > 0]
    assert {"a", "x2", "lambda", "train_loss"} <= set(moving)
    return min(welch([(first[name], second[name])]).p for name in moving)


@beside("tests/validate/samplers/test_readout.py::test_samplers_agree_on_a_network")
def test_hmc_and_baoab_agree_from_both_starts(tmp_path, by_baoab):
    of = modular("hmc")
    folder = run(of, tmp_path / "hmc", workers=1)
    assert smallest_p(means(folder, of), by_baoab) > P_VALUE


def test_another_temperature_would_be_seen(tmp_path, by_baoab):
    of = modular("hmc", sigma2="1/3")
    other = run(of, tmp_path / "other", workers=1)
    assert smallest_p(means(other, of), by_baoab) < P_VALUE
