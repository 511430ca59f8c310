"""Chains on random subsets of the pairs: a batch of one size, its course and its means.

A batch has every share of the pairs, every start, every subset and every noise, all moved at once.
Chains that are cooled come to their noise from the hottest while they warm up. What is kept of a
chain is the mean of each observable over draws, and what the second half exceeds the first by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import nan, sqrt
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from binodal.models.modular.network.network_model import feature_start
from binodal.models.modular.network.subset import SubsetShape, draw_subset
from binodal.models.modular.network.subset_observer import SubsetObserver
from binodal.models.modular.network.tempered import TemperedNetwork, memorising_start
from binodal.validate.run.checkpoint import Checkpoint, write_checkpoint
from binodal.validate.samplers.own_steps import Chains
from binodal.validate.starts import prior_start

STARTS = ("prior", "feature", "pairs", "cooled")
"""A draw from the prior; every second neuron on a ring; every second neuron on one pair; a draw
from the prior that is cooled from the hottest noise."""

SHOWN = (
    *("a", "a_test", "train_loss", "test_loss", "train_accuracy", "test_accuracy"),
    *("ipr", "away", "droplets", "memorising", "lambda", "x2"),
)
"""What is kept of every chain, in this order."""

Array = NDArray[np.float64]
Say = Callable[[str], None]
_ROOM = 2 * 2**30
"""Bytes that an observer may take at a time."""

COOLING = 2 / 3
"""The share of the warm-up in which chains are cooled."""

_EVERY = 30.0
"""Seconds between two states of an unfinished batch on the disk."""


@dataclass(frozen=True)
class Batch:
    """Networks of one size: shares of the pairs, subsets of each, noises from hot to cold.

    ``warming`` moves adapt the steps, ``moves`` are drawn from at every ``thin``-th.
    """

    order: int
    width: int
    sigma_a2: Fraction
    gamma: Fraction
    noises: tuple[Fraction, ...]
    shares: tuple[Fraction, ...]
    subsets: int
    warming: int
    moves: int
    thin: int
    seed: int
    dtype: str = "float32"

    @property
    def name(self) -> str:
        """Its file."""
        return f"P-{self.order}-N-{self.width}"

    @property
    def rows(self) -> tuple[tuple[Fraction, str, int], ...]:
        """Share, start and number of the subset; each has a chain at every noise."""
        return tuple(
            (share, start, subset)
            for share in self.shares
            for start in STARTS
            for subset in range(self.subsets)
        )

    @property
    def words(self) -> dict[str, str]:
        """What decides its numbers."""
        return {name: str(value) for name, value in vars(self).items()}

    def shape(self, share: Fraction) -> SubsetShape:
        """Sizes as integers; the noise is that of the first rung."""
        rest = (float(of) for of in (self.noises[0], self.sigma_a2, self.gamma, share))
        return SubsetShape(self.width, self.order, *rest)


def sampled(batch: Batch, device: str, path: Path, say: Say) -> None:
    """Move all chains of a batch and keep their means at ``path``, which is written as they go."""
    chains, observer = _begun(batch, device), _observer(batch)
    begun = saved = monotonic()
    noise = chains.noise
    for move in range(batch.warming):
        chains.at(_cooled(batch, move, noise))
        chains.warm(move)
        if (move + 1) % 50 == 0:
            say(f"{batch.name}: warm-up {move + 1}, {(move + 1) / (monotonic() - begun):.2f} a s")
    chains.at(noise)
    chains.forget()
    drawn: list[Tensor] = []
    laws: Tensor | float = 0.0
    begun = monotonic()
    for move in range(1, batch.moves + 1):
        chains.move()
        if move % batch.thin:
            continue
        values, law = _measured(batch, chains, observer)
        drawn.append(values)
        laws = laws + law
        now = monotonic()
        last = move + batch.thin > batch.moves
        if now - saved > _EVERY or last:
            saved, speed = now, move / (now - begun)
            tensors = _kept(drawn, laws, chains)
            done = batch.moves if last else move
            facts = {"batch": batch.words, "moves": done, "device": device, "per_second": speed}
            facts["torch"] = str(torch.__version__)
            write_checkpoint(path, Checkpoint(tensors, facts))
            taken = chains.acceptance
            say(
                f"{batch.name}: {move} of {batch.moves} moves, {speed:.2f} a second; accepted "
                f"{float(taken.mean()):.2f} (least {float(taken.min()):.2f})"
            )


def _cooled(batch: Batch, move: int, noise: Tensor) -> Tensor:
    """The noises of a move of the warm-up: evenly in the logarithm, there after two thirds."""
    done = min(1.0, move / max(1.0, COOLING * batch.warming))
    cooled = [start == "cooled" for _, start, _ in batch.rows for _ in batch.noises]
    between = noise.max() ** (1 - done) * noise**done
    return torch.where(torch.tensor(cooled, device=noise.device), between, noise)


def _begun(batch: Batch, device: str) -> Chains:
    """All chains at their starts: one stream for what is drawn on the CPU, one for the noise."""
    dtype = torch.float32 if batch.dtype == "float32" else torch.float64
    stream = torch.Generator().manual_seed(batch.seed)
    rungs = len(batch.noises)
    subsets = {
        (share, subset): draw_subset(batch.shape(share), stream)["seen"]
        for share in batch.shares
        for subset in range(batch.subsets)
    }
    seen = torch.stack([subsets[share, subset] for share, _, subset in batch.rows])
    starts = [
        _start(batch, share, start, subsets[share, subset], stream).to(dtype)
        for share, start, subset in batch.rows
        for _ in range(rungs)
    ]
    target = TemperedNetwork(
        batch.shape(Fraction(1)), seen.repeat_interleave(rungs, 0), dtype, device
    )
    noises = torch.tensor([float(noise) for noise in batch.noises], dtype=torch.float64)
    noise = torch.Generator(device).manual_seed(batch.seed)
    return Chains(target, torch.stack(starts).to(device), noises.repeat(len(batch.rows)), noise)


def _start(
    batch: Batch, share: Fraction, start: str, seen: Tensor, stream: torch.Generator
) -> Tensor:
    shape = batch.shape(share)
    if start in ("prior", "cooled"):
        return prior_start(shape, stream)
    if start == "feature":
        return feature_start(shape, stream)
    return memorising_start(shape, seen, sqrt(3 / shape.gamma), stream)


def _observer(batch: Batch) -> SubsetObserver:
    """One for all shares; what is said of pairs that are not seen is NaN where there are none."""
    order, half = Fraction(batch.order), Fraction(1, 2)
    return SubsetObserver({"P": order, "gamma": batch.gamma, "data_fraction": half}, False)


def _measured(batch: Batch, chains: Chains, observer: SubsetObserver) -> tuple[Tensor, Tensor]:
    """(rows, noises, observables) of the chains as they are, and the law of the largest mode."""
    target, x = chains.target, chains.x
    assert isinstance(target, TemperedNetwork)
    pairs = batch.order**2
    size = 8 * (3 * batch.width * pairs + 8 * pairs * batch.order)
    step, batches = max(1, _ROOM // size), []
    for first in range(0, len(x), step):
        part = slice(first, first + step)
        batches.append(observer.measure(target.part(part), x[part]))
    values = torch.stack([torch.cat([f[name] for f in batches]) for name in SHOWN], 1)
    law = torch.cat([f["largest"] for f in batches])
    shape = len(batch.rows), len(batch.noises), -1
    return values.view(shape), law.view(shape)


def _kept(drawn: list[Tensor], laws: Tensor | float, chains: Chains) -> Mapping[str, Tensor]:
    """Means, the second half over the first, the law's mean over subsets, and how chains moved."""
    half = len(drawn) // 2
    whole = torch.stack(drawn)
    mean = whole.mean(0)
    drift = whole[half:].mean(0) - whole[:half].mean(0) if half else torch.full_like(mean, np.nan)
    law = torch.as_tensor(laws) / len(drawn)
    moved = {"acceptance": chains.acceptance, "step": chains.log_step.exp()}
    return {"mean": mean, "drift": drift, "law": law, **moved}


def joined(parts: Sequence[tuple[Batch, Checkpoint]]) -> tuple[Batch, Array, Array]:
    """One batch with the shares of all, means and drifts; NaN where a part lacks a noise."""
    first, _ = parts[0]
    shares = [share for batch, _ in parts for share in batch.shares]
    order = sorted(range(len(shares)), key=shares.__getitem__)
    whole = replace(first, shares=tuple(shares[j] for j in order))
    found = []
    for name in ("mean", "drift"):
        values = []
        for batch, saved in parts:
            own = _by_share(batch, saved.tensors[name].numpy())
            wide = np.full((*own.shape[:3], len(first.noises), own.shape[4]), nan)
            wide[:, :, :, [first.noises.index(noise) for noise in batch.noises]] = own
            values.append(wide)
        found.append(np.concatenate(values)[order])
    mean, drift = found
    return whole, mean, drift


def _by_share(batch: Batch, values: Array) -> Array:
    """(shares, starts, subsets, noises, observables)."""
    return values.reshape(len(batch.shares), len(STARTS), batch.subsets, len(batch.noises), -1)
