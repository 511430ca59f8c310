"""Networks that share a data set are held against the closure on it, and against nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from binodal.models.registry import parameters_of

pytest.importorskip("torch")

from binodal.comparison.compare import compared
from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.networks import network_of
from binodal.validate.compare import conditional as module
from binodal.validate.compare.conditional import Given, conditional, on_few_data
from binodal.validate.compare.load import load
from binodal.validate.compare.measure import measurements
from binodal.validate.network_model import NetworkModel
from binodal.validate.prediction import Prediction
from binodal.validate.run.ensemble import run as train
from binodal.validate.run.spec import RunSpec

VALUES = {"N": 200, "n": 40, "d": 6, "sigma2": "1/2"}
VALUES |= {"sigma_w2": "1/2", "sigma_a2": "1/4", "epsilon": "-3/10"}
PARAMETERS = parameters_of("teacher-student", {k: Fraction(v) for k, v in VALUES.items()})


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Sixteen wide networks on two data sets of forty points: each set's luck is large."""
    spec = RunSpec(
        NETWORK, PARAMETERS, members=16, data_sets=2, burn_in=80, draws=50, thin=3, seed=4
    )
    return train(spec, tmp_path_factory.mktemp("runs") / "shared", workers=1)


def test_networks_on_shared_data_are_the_units(shared, monkeypatch):
    """The closure on the data is nearer than the average over data sets, which is not judged."""
    loaded = load(shared, network_of)
    assert on_few_data(loaded) is NETWORK.on_data
    monkeypatch.setattr(module, "REPEATS", 2)
    average = [Prediction("derived", "b", 0.41), Prediction("derived", "c", -0.28)]
    monkeypatch.setattr(NetworkModel, "predictions", lambda *_: average)
    rows = compared(shared, ("derived",)).rows
    names = {row.measurement.observable for row in rows}
    assert {"b", "c", "q2", "b_direct", "c_direct"} <= names
    own = [r for r in rows if r.prediction.limit == "these data" and not r.prediction.control]
    assert all(r.score.freedom == 15 and np.isfinite(r.score.p) for r in own)
    average = [r for r in rows if r.prediction.limit == "finite" and not r.prediction.control]
    assert {str(r.verdict) for r in average} == {"INCONCLUSIVE"}
    assert all("too few" in r.why and np.isnan(r.score.p) for r in average)
    b = next(r for r in own if r.measurement.observable == "b")
    assert abs(b.score.z) < 8
    assert abs(b.measurement.value - b.prediction.value) < 0.02
    lazy = [r for r in rows if "no interaction" in r.prediction.theory]
    assert lazy and {r.prediction.limit for r in lazy} == {"these data"}


def test_each_network_is_held_against_its_own_data_set(shared, monkeypatch):
    """Values that differ by data set as the closures do leave no spread behind."""
    loaded = load(shared, network_of)
    luck = np.array([0.2, 0.7])
    values = {
        "b": luck[loaded.record.data_sets][:, None] + np.zeros_like(loaded.record.values["b"])
    }
    loaded = replace(loaded, record=replace(loaded.record, values=values))
    known = {name: Given(luck, np.array([0.01, 0.01])) for name in NETWORK.on_data.names}
    monkeypatch.setattr(module, "_solved", lambda *_: known)
    record, said = conditional(loaded, NETWORK.on_data)
    (found,) = measurements(record, NETWORK.observables)
    assert found.units == 16 and found.value == pytest.approx(0.45) and found.stderr < 1e-12
    b = next(p for p in said if p.observable == "b")
    assert b.value == pytest.approx(0.45) and b.error == pytest.approx(0.01 / 2**0.5)
