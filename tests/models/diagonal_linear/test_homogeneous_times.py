"""ReLU networks: proximal steps against plain descent, and what the stored ones say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.experiments.stored import stored_files
from binodal.models.diagonal_linear.derivations import homogeneous
from binodal.models.diagonal_linear.experiments.homogeneous_times import halfway, networks
from binodal.models.diagonal_linear.network.relu import Losses, descended, outputs

(STORED,) = (json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("homog"))


def plain(of, step, until):
    """Test losses by explicit steps on half a mean square with decay."""
    weights, found = of.weights[0].clone().requires_grad_(), []
    for _ in range(round(until / step)):
        loss = (outputs(weights, of.inputs[0]) - of.targets[0]).square().mean() / 2
        (slope,) = torch.autograd.grad(loss + of.decays[0] / 2 * weights.square().sum(), weights)
        with torch.no_grad():
            weights -= step * slope
            held = outputs(weights, of.held_inputs[0]) - of.held_targets[0]
            found.append(float(held.square().mean()))
    return np.array(found)


def test_proximal_steps_follow_plain_descent():
    """At a start and a decay that explicit steps can afford; the start is at a zero output."""
    whole = networks(1)
    start, decay = 4.0, 0.1
    few = {
        name: getattr(whole, name)[:1]
        for name in ("inputs", "targets", "held_inputs", "held_targets")
    }
    weights = whole.weights[:1] / whole.starts[:1, None] * start
    starts, decays = (torch.tensor([x], dtype=torch.float64) for x in (start, decay))
    of = replace(whole, **few, weights=weights, starts=starts, decays=decays)
    assert np.abs(outputs(weights[0], of.inputs[0]).numpy()).max() < 1e-12
    found, direct = descended(of, 0.05, 0.5), plain(of, 0.05, 18.0)
    places = np.array([0.3, 0.6, 0.9, 1.2, 1.5])
    own = np.interp(places, found.passed[:, 0].numpy(), found.test[:, 0].numpy())
    there = direct[np.round(places / decay / 0.05).astype(int)]
    assert np.abs(own / there - 1).max() < 0.05
    assert there.max() > 1.5 * there.min()


def test_half_of_the_last_change():
    passed = torch.linspace(0, 4, 401, dtype=torch.float64)[:, None]
    test = 1 / (1 + torch.exp(20 * (passed - 2.5))) + (passed < 0.2)
    assert halfway(Losses(passed, test, test))[0] == pytest.approx(2.5, abs=1e-3)


def test_stored_networks_meet_both_slopes_and_no_other():
    rows = {row["observable"]: row for row in STORED["rows"]}
    assert {row["verdict"] for row in rows.values()} == {"AGREE"} and len(rows) == 2
    assert rows["slope"]["excludes"] < 0.03 and rows["exponent"]["excludes"] < 0.01
    assert all(of["rejected"] == of["rows"] for of in STORED["controls"])


def test_a_flow_in_which_decay_stays_is_caught(monkeypatch):
    right = homogeneous.velocity()
    monkeypatch.setattr(homogeneous, "velocity", lambda: right - homogeneous.DECAY)
    with pytest.raises(Exception, match="decay leaves the flow"):
        homogeneous.homogeneous.__wrapped__().verify()
