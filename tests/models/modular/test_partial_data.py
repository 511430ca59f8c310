"""Chains, descents and thresholds on subsets of the pairs, by other routes and in small cases."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from binodal.experiments.stored import stored_files
from binodal.models.modular.experiments import subset_tried
from binodal.models.modular.experiments.partial_data import batches
from binodal.models.modular.experiments.subset_chains import SHOWN, STARTS, Batch, joined, sampled
from binodal.models.modular.experiments.subset_descent import Descents, descended
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape, draw_subset
from binodal.models.modular.network.tempered import TemperedNetwork, memorising_start
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint

NOISES, SHARES = (Fraction(1, 50), Fraction(1, 100)), (Fraction(3, 5), Fraction(1))
BATCH = Batch(5, 6, Fraction(1, 100), Fraction(2), NOISES, SHARES, 2, 6, 8, 3, 1)


def silently(line):
    """Tell nobody."""


def test_members_have_the_posterior_of_their_own_noise():
    shape = SubsetShape(3, 5, 0.25, 0.5, 1.5, 0.6)
    stream = torch.Generator().manual_seed(1)
    seen = torch.stack([draw_subset(shape, stream)["seen"] for _ in range(2)])
    tempered = TemperedNetwork(shape, seen, torch.float64, "cpu")
    tempered.set_noise(torch.tensor([0.25, 0.1]))
    x = torch.randn(2, tempered.dimension, dtype=torch.float64, generator=stream)
    misfit, rest = tempered.parts(x)
    for member, noise in enumerate((0.25, 0.1)):
        own = SubsetNetwork(replace(shape, sigma2=noise), seen, torch.float64)
        assert float(misfit[member] / noise + rest[member]) == pytest.approx(own.energy(x)[member])
        assert torch.allclose(tempered.gradient(x)[member], own.gradient(x)[member], rtol=1e-6)


def test_few_pairs_have_the_gradient_of_all_with_weights_of_zero():
    """Members of 10 and 7 of 25 pairs, and the full sums over all pairs, which count nothing."""
    shape = SubsetShape(3, 5, 0.25, 0.5, 1.5, 0.4)
    stream = torch.Generator().manual_seed(3)
    seen = torch.stack(
        [draw_subset(replace(shape, data_fraction=of), stream)["seen"] for of in (0.4, 0.28)]
    )
    few, full = (TemperedNetwork(shape, of, torch.float64, "cpu") for of in (seen, seen))
    full.__dict__["_few"] = None
    noise, x = torch.tensor([0.25, 0.1]), torch.randn(2, few.dimension, generator=stream)
    x = x.double()
    for of in (few, full):
        of.set_noise(noise)
    assert few._few is not None and few._room[0].shape == (20, 3)
    assert torch.allclose(few.gradient(x), full.gradient(x), rtol=1e-12)
    for own, other in zip(few.parts(x), full.parts(x), strict=True):
        assert torch.allclose(own, other, rtol=1e-12)


def test_a_memorising_start_sees_pairs_of_the_subset():
    shape = SubsetShape(8, 5, 0.25, 0.5, 1.5, 0.2)
    stream = torch.Generator().manual_seed(2)
    seen = draw_subset(shape, stream)["seen"]
    w = memorising_start(shape, seen, 100.0, stream)[: 2 * 8 * 5].view(8, 2, 5)
    for first, second in w[:4].argmax(2).tolist():
        assert seen[first * 5 + second] == 1


def test_a_batch_is_the_same_again_and_keeps_its_last_draws(tmp_path):
    found = []
    for name in ("one", "two"):
        sampled(BATCH, "cpu", tmp_path / name, silently)
        found.append(read_checkpoint(tmp_path / name))
    assert found[0].facts["moves"] == 8
    assert torch.equal(*(of.tensors["drift"].nan_to_num(7.0) for of in found))
    mean = found[0].tensors["mean"].view(2, len(STARTS), 2, 2, len(SHOWN))
    assert torch.isfinite(mean[0]).all()
    assert torch.isnan(mean[1, ..., SHOWN.index("test_accuracy")]).all()


def test_a_descent_is_that_of_torch(tmp_path, monkeypatch):
    from binodal.models.modular.experiments import subset_descent

    of = Descents(5, 8, (Fraction(3, 5),), 1, 12, 0.02, 0.8, 0.3, 3)
    ends = []
    monkeypatch.setattr(
        *(subset_descent, "_accuracies"),
        lambda network, x: ends.append(x * network.scale) or torch.zeros(1, 2),
    )
    descended(of, "cpu", tmp_path / "run", silently)
    network, x = subset_descent._begun(of, "cpu")
    own = (x * network.scale).requires_grad_()
    optimizer = torch.optim.AdamW([own], lr=0.02, weight_decay=0.8)
    for _ in range(12):
        residual = (network.targets - network.output(own / network.scale)) * network.seen
        loss = residual.square().sum() / (network.seen.sum() * 5)
        (own.grad,) = torch.autograd.grad(loss, own)
        optimizer.step()
    assert torch.allclose(ends[-1], own, atol=2e-5)


def test_thresholds_know_their_bracket_and_starts_that_did_not_meet():
    shares = np.array([0.5, 0.7, 0.9])
    own = np.array([[0.0, 0.0, 0.1], [0.2, 0.1, 0.3], [1.0, 0.9, 1.0]])
    found, error = subset_tried._half(shares, own)
    assert 0.7 < found < 0.9 and 0 < error < 0.1
    assert subset_tried._bracket(shares, found) == pytest.approx(0.2)
    assert np.isnan(subset_tried.crossing(shares, np.array([0.0, 0.1, 0.2])))
    still, noise = np.zeros((2, 8)), np.random.default_rng(0).normal(0, 0.01, (2, 8))
    assert subset_tried.parted(noise, still + noise) == ""
    assert "did not meet" in subset_tried.parted(noise + np.array([[0.5], [-0.5]]), noise)
    assert "drift" in subset_tried.parted(noise, noise + 0.5)


def test_shares_of_one_size_stand_together_where_they_have_a_noise():
    few = replace(BATCH, shares=(Fraction(1, 5),), noises=BATCH.noises[1:], seed=2)
    stream = torch.Generator().manual_seed(4)
    rows = [(of, len(of.rows), len(of.noises), len(SHOWN)) for of in (BATCH, few)]
    kept = [(of, torch.rand(*size, generator=stream)) for of, *size in rows]
    parts = [(of, Checkpoint({"mean": mean, "drift": -mean}, {})) for of, mean in kept]
    whole, means, drifts = joined(parts)
    assert whole.shares == (*few.shares, *BATCH.shares)
    assert np.isnan(means[0, ..., 0, :]).all() and np.isfinite(means[0, ..., 1, :]).all()
    assert np.array_equal(means[1:].ravel(), kept[0][1].numpy().ravel().astype(float))
    assert np.array_equal(means, -drifts, equal_nan=True)


def test_predicted_shares_are_the_ends_of_coexistence():
    batch = next(b for b in batches(Fraction(1)) if isinstance(b, Batch) and b.order == 23)
    cold = subset_tried.at(batch, Fraction(1, 2), batch.noises[-1])
    found = {p.limit: p.value for p in subset_tried._shares(cold) if not p.control}
    leading, whole = found.values()
    assert leading == pytest.approx(216 / 239, abs=1e-4)
    assert whole == pytest.approx(0.9313, abs=1e-3)
    near = cold.replace(sigma2=batch.noises[-1] * Fraction(99, 38))
    assert all(p.value > whole for p in subset_tried._shares(near) if not p.control)


def test_accuracies_of_networks_follow_the_law_of_outputs():
    """Where networks know some of the other pairs; largest where subsets differ most. Starts that
    are half of the way apart (one place, N = 4000) have means that are of no state."""
    (path,) = (file for file in stored_files() if file.name == "partial-data.json")
    curves = json.loads(path.read_text("utf-8"))["curves"]
    laws = {name: of for name, of in curves.items() if name.endswith(subset_tried.LAW)}
    apart, left_out = [], 0
    for name, law in laws.items():
        both = [curves[name.replace(subset_tried.LAW, f"{k} test_accuracy")] for k in STARTS[:2]]
        sides = np.array([of["y"] for of in both])
        known, met = sides.mean(0), abs(sides[0] - sides[1]) < 0.5
        off = abs(known - law["y"])
        left_out += int((~met).sum())
        apart += off[met & (known > 0.1) & (known < 0.99)].tolist()
    assert left_out == 1
    assert len(apart) > 30 and max(apart) < 0.07 and np.mean(apart) < 0.025
