"""Networks in PyTorch judge the time of the transition, its slope and its constant."""

from __future__ import annotations

import json
from fractions import Fraction
from math import log

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.api import critical
from binodal.errors import RequestError
from binodal.experiments import conduct
from binodal.experiments.stored import stored_files
from binodal.experiments.trials import trial_summary
from binodal.models.diagonal_linear.experiments import decay_times
from binodal.models.diagonal_linear.network.proximal import losses, networks, outputs, times
from binodal.models.diagonal_linear.setting import setting_of
from tests.laws import WHOLE

SAMPLES = "1, 1/2, 1/4: 1 | 0, 1, 1: 1"
CELLS = [(Fraction(3), Fraction(1, 20)), (Fraction(30), Fraction(1, 20))]
(STORED,) = (json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("decay"))


def trained(loss, degree, cells=CELLS):
    """lambda t of networks, with errors."""
    words = {"samples": SAMPLES, "loss": loss, "component": "3"}
    of = networks([setting_of(words)] * len(cells), degree, *zip(*cells, strict=True))
    return [each.numpy() for each in times(of, 0.4)]


def derived(loss, degree, cells=CELLS):
    """lambda t of gradient flow."""
    given = {"samples": SAMPLES, "loss": loss, "component": 3, "L": degree}
    asked = ({"alpha": alpha, "lambda": decay, **given} for alpha, decay in cells)
    found = [critical("diagonal-linear", "transition", **each).time for each in asked]
    return np.array([float(t) * float(decay) for t, (_, decay) in zip(found, cells, strict=True)])


KINDS = [("squared", 2), ("logistic", 2), ("squared", 3)]


@pytest.fixture(scope="module", params=KINDS if WHOLE else KINDS[-1:])
def judged(request):
    """Loss and degree, networks with errors, theory."""
    return *request.param, *trained(*request.param), derived(*request.param)


def test_networks_go_over_when_derived_and_no_other_time_is_met(judged):
    *_, found, errors, right = judged
    assert (np.abs(found - right) < 3 * errors + 1e-4).all() and errors.max() < 0.02
    bare = np.array([log(alpha) for alpha, _ in CELLS])
    for wrong in (bare, right + log(2), right - log(6) / 2, right / 2):
        assert np.abs(found - wrong).min() > 0.05


def test_the_slope_in_the_logarithm_of_the_start_is_that_of_every_degree(judged):
    _, degree, found, *_ = judged
    slope = np.diff(found) / log(10)
    assert slope == pytest.approx(1, abs=0.01) and abs(slope - 1 / degree) > 0.4


def test_plain_gradient_descent_takes_the_same_time():
    """Explicit steps on the same loss, for a start and a decay that they can afford."""
    cells = [(Fraction(3, 2), Fraction(1, 10))]
    words = {"samples": SAMPLES, "loss": "squared", "component": "3"}
    setting = setting_of(words)
    of = networks([setting], 2, *zip(*cells, strict=True))
    weights = torch.full((1, 6), 1.5, dtype=torch.float64, requires_grad=True)
    half, step, last = float(of.early + of.late) / 2, 0.02, 0.0
    for k in range(1800):
        whole = losses(of, outputs(of, weights)).sum() + of.decays.sum() / 2 * (weights**2).sum()
        (slope,) = torch.autograd.grad(whole, weights)
        with torch.no_grad():
            weights -= step * slope
            w = weights[0, 2] ** 2 - weights[0, 5] ** 2
        last = (k + 1) * step if float(w) > half else last
    assert last * 0.1 == pytest.approx(trained("squared", 2, cells)[0][0], abs=0.01)


def test_networks_stand_on_the_device_that_is_named():
    words = {"samples": SAMPLES, "loss": "squared", "component": "3"}
    of = networks([setting_of(words)], 2, *zip(*CELLS[:1], strict=True), device="meta")
    tensors = {name: value for name, value in vars(of).items() if torch.is_tensor(value)}
    assert tensors and {value.device.type for value in tensors.values()} == {"meta"}
    assert outputs(of, torch.ones((1, 6), dtype=torch.float64, device="meta")).is_meta


def test_the_stored_networks_agree_and_reject_what_is_wrong():
    rows = STORED["rows"]
    told = {name: [r for r in rows if r["observable"] == name] for name in ("slope", "scale")}
    assert {row["verdict"] for own in told.values() for row in own} == {"AGREE"}
    assert max(row["excludes"] for own in told.values() for row in own) < 0.002
    assert not any(row["verdict"] == "DISAGREE" for row in rows)
    assert len({row["case"] for row in rows}) == 4
    assert all(control["rejected"] == control["rows"] for control in STORED["controls"])


def test_stored_times_are_those_of_todays_law(monkeypatch):
    """Regressions, where decay is slow; a constant that is a percent off is seen."""
    monkeypatch.setattr(decay_times, "_turn", lambda *_: 1.0)
    drawn = decay_times.drawn_samples("squared", decay_times.SETS)
    for k, (degree, starts) in enumerate(decay_times.STARTS.items()):
        kept = np.reshape(STORED["curves"][f"squared-L-{degree}, times"]["x"], (3, 3))
        turns = np.array([pair[k].turns[1:] for pair in drawn])
        logs = np.log(np.array(starts)[:, None] / turns[:, None, :]).mean(0)
        decays = np.array(decay_times.DECAYS[1:], dtype=float)
        assert kept[:, 1:] == pytest.approx(logs / decays, rel=1e-5)
        assert np.abs(kept[:, 1:] / ((logs + 0.01) / decays) - 1).min() > 1e-3


def test_a_trial_from_networks_to_its_summary(monkeypatch, tmp_path):
    """Small: one loss and degree, two sets of samples."""
    monkeypatch.setattr(decay_times, "STEP", 0.4)
    monkeypatch.setattr(decay_times, "_turn", lambda *_: 1.0)
    pair = decay_times.drawn_samples("squared", 2)
    of, other = ([each[j] for each in pair] for j in (0, 1))
    case = decay_times.tried(2, of, other, "cpu")
    assert {m.observable for m in case.measured} == {"slope", "scale", "correction"}
    trial = decay_times.Trial("t", "t", "t", {}, 0, lambda effort, device: iter([case]))
    summary = trial_summary(trial, Fraction(1), lambda name: None)
    assert summary["provenance"]["networks"] == {"squared-L-2": 2 * 9 * 3}
    assert summary["provenance"]["environment"]["device"] == "cpu"
    assert {row["case"] for row in summary["rows"]} == {"squared-L-2"}
    monkeypatch.setattr(conduct, "trial_of", lambda name: trial)
    done = conduct.experiment("decay-times", tmp_path)
    assert json.loads((tmp_path / "decay-times.json").read_text("utf-8")) == summary | {
        "provenance": done.summary["provenance"]
    }
    with pytest.raises(RequestError, match="keeps no runs"):
        conduct.experiment("decay-times", tmp_path, train=False)
