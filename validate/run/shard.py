"""One shard from start to end: tune, burn in, draw; it goes on from any checkpoint bit for bit.

The stages are warm-up (half the burn-in), burn-in and draws; at the start and after the warm-up
the curvature is measured again and fixes the step, since a network that has learned is stiffer
than a draw from the prior. Samplers with Metropolis' rule warm up with BAOAB, which gets away from
any start, and find their step after it; their burn-in and draws are their own. When a member
diverges before the draws, the whole shard starts again with a smaller step and fresh noise; in the
draws the step is never touched, and a lost member's numbers are NaN from there on. Companions that
measure the bias of the step come along from the burn-in on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import torch
from torch import Tensor

from binodal.validate.errors import Diverged, Untuned
from binodal.validate.network_model import Data
from binodal.validate.run import kernels
from binodal.validate.run.blocks import Blocks
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from binodal.validate.run.companion import Companion, Uncorrected
from binodal.validate.run.errors import CheckpointError
from binodal.validate.run.posterior import fingerprint, posterior, starts
from binodal.validate.run.seals import Seals
from binodal.validate.run.seeds import ATTEMPTS, generator, seeds
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import BIAS, Store
from binodal.validate.samplers.sampler import Sampler, State

SETTLING = 20
"""Steps at half the allowed size before the first curvature counts."""

FALLEN, MOST_ROUNDS = 0.95, 50
"""Metropolis samplers go on as long as these steps leave at most this share of the curvature."""

SHRINK = 0.7
"""Factor of the step after an attempt that diverged."""

STAGES = ("warm-up", "burn-in", "draws", "done")


class Shard:
    """The networks of one shard, at some step of some stage."""

    def __init__(
        self,
        spec: RunSpec,
        number: int,
        folder: Path,
        data: Data | None = None,
    ) -> None:
        self.spec, self.number, self.folder = spec, number, folder
        self.slots = spec.shards[number]
        self.network = posterior(spec, self.slots, data)
        self.target = kernels.sampled(spec, self.network)
        self.observer = spec.network.observer(spec.parameters)
        self.path = checkpoint_path(folder, number)
        self.stage, self.count, self.attempt = 0, 0, 0
        self.companion: Companion | None = None
        self.lost_at = torch.full((self.network.members,), -1, dtype=torch.int64)
        store, seals = Store(folder, spec, self.slots), Seals(folder, spec.digest, number)
        self.blocks = Blocks(spec, self.observer.quantities, store, seals)
        self._data = fingerprint(self.network.data)
        if self.path.exists():
            self._restore(read_checkpoint(self.path))
        else:
            self._begin()

    @property
    def lengths(self) -> tuple[int, int, int]:
        """Steps of each stage."""
        half = self.spec.burn_in // 2
        return half, self.spec.burn_in - half, self.spec.draws * self.spec.thin

    @property
    def steps_done(self) -> int:
        """Steps of the last attempt so far."""
        return sum(self.lengths[: self.stage]) + self.count

    @property
    def done(self) -> bool:
        """All draws are stored."""
        return STAGES[self.stage] == "done"

    def run(
        self,
        stop: Callable[[], bool],
        say: Callable[[int], None],
        checkpoint_seconds: float,
    ) -> bool:
        """Step until done or until ``stop()``; true when done. A checkpoint is left either way.

        ``say`` is told the number of steps done.
        """
        last = monotonic()
        while not self.done and not stop():
            try:
                self._advance()
            except (Diverged, Untuned) as problem:
                self._again(problem)
            say(self.steps_done)
            if monotonic() - last >= checkpoint_seconds:
                self.save()
                last = monotonic()
        self.save()
        return self.done

    def _begin(self) -> None:
        """Tune at the starts; smaller steps and other noise for each further attempt."""
        while True:
            noise = seeds(self.spec).noise[self.number][self.attempt]
            self.generator = generator(noise, self.network.device)
            try:
                start = starts(self.spec, self.slots)[:, : self.target.dimension]
                x = self._settled(start.contiguous())
                self._tune(kernels.settling(self.spec.sampler), x)
                return
            except (Diverged, Untuned):
                if self.attempt + 1 == ATTEMPTS:
                    raise
                self.attempt += 1

    def _again(self, problem: Diverged | Untuned) -> None:
        if self.attempt + 1 == ATTEMPTS:
            raise problem
        self.attempt += 1
        self.stage, self.count, self.companion = 0, 0, None
        self._begin()

    @property
    def _factor(self) -> float:
        return SHRINK**self.attempt

    def _settled(self, x: Tensor) -> Tensor:
        """x after a few short steps: a start's curvature may be far from that of typical states.

        Metropolis samplers take such steps until the curvature no longer falls.
        """
        name, before = self.spec.sampler, inf
        first = kernels.settling(name)
        for _ in range(1 if first == name else MOST_ROUNDS):
            tuning = kernels.measured(first, self.target, x, self.generator, self._factor / 2)
            if tuning.largest > FALLEN * before:
                break
            x = self._short_steps(kernels.settler(name, self.target, tuning), x)
            before = tuning.largest
        return x

    def _short_steps(self, sampler: Sampler, x: Tensor) -> Tensor:
        state = sampler.init(x, self.generator)
        for step in range(SETTLING):
            state, info = sampler.step(state, self.generator)
            _require_alive(sampler.name, step, info.diverged, sampler.step_size)
        return state.x

    def _tune(self, name: str, x: Tensor, shorter: float = 1.0) -> None:
        self.tuning, self.state = kernels.tune(
            name, self.target, x, self.generator, self._factor, shorter
        )
        self.stepper = name
        self.sampler = kernels.build(name, self.target, self.tuning)

    def _advance(self) -> None:
        """One step, and what is due after it."""
        if self.count == self.lengths[self.stage]:
            self._next_stage()
            return
        stepper = self.sampler if self.companion is None else self.companion
        self.state, info = stepper.step(self.state, self.generator)
        drawing = STAGES[self.stage] == "draws"
        if not drawing:
            _require_alive(self.stepper, self.count, info.diverged, self.tuning.step_size)
        self.count += 1
        if drawing:
            self.lost_at[info.diverged.cpu() & (self.lost_at < 0)] = self.count - 1
            self.blocks.accept(info.probability)
            if self.count % self.spec.thin == 0:
                self._draw()

    def _draw(self) -> None:
        values = self._measured(self.state.x, self.lost_at >= 0)
        self.blocks.add(values)
        if self.companion is not None:
            self.companion.add(values, self._measured(self.companion.state.x, self.companion.lost))

    def _measured(self, x: Tensor, lost: Tensor) -> dict[str, Tensor]:
        # An observer need not bear NaN, so it sees a lost member at the origin.
        x = x.masked_fill(lost.to(x.device)[:, None], 0.0)
        x = kernels.all_coordinates(self.target, x, self.generator)
        measured = self.observer.measure(self.network, x)
        for values in measured.values():
            values[lost.to(values.device)] = torch.nan
        return measured

    def _accompany(self) -> None:
        """Companions start where the networks are when their step is found."""
        if self.spec.accompanied(self.number) and isinstance(self.sampler, Uncorrected):
            noise = seeds(self.spec).companion[self.number][self.attempt]
            stream = generator(noise, self.network.device)
            self.companion = Companion(self.sampler, self.state, stream)

    def _next_stage(self) -> None:
        if STAGES[self.stage] == "warm-up":
            self._tune(self.spec.sampler, self.state.x, self.spec.step_factor)
            self._accompany()
        if STAGES[self.stage] == "draws":
            self._record()
        self.stage, self.count = self.stage + 1, 0

    def _record(self) -> None:
        rows = self.network.members
        self.blocks.store.put_member("lost_at", self.lost_at.numpy().astype(np.int32))
        self.blocks.store.put_member("step_size", np.full(rows, self.tuning.step_size))
        self.blocks.store.put_member("curvature", np.full(rows, self.tuning.largest))
        if self.companion is not None:
            for name, values in self.companion.biases().items():
                self.blocks.store.put_member(BIAS + name, values.numpy())

    def save(self) -> None:
        """Write the draws, then the checkpoint that no longer holds them."""
        self.blocks.write()
        tensors = {
            **{f"state.{name}": value for name, value in self.state._asdict().items()},
            "generator": self.generator.get_state(),
            "lost_at": self.lost_at,
            **self.blocks.tensors(),
            **({} if self.companion is None else self.companion.tensors()),
        }
        write_checkpoint(self.path, Checkpoint(tensors, self._facts()))

    def _facts(self) -> dict[str, Any]:
        return {
            "run": self.spec.digest,
            "shard": self.number,
            "data": self._data,
            "stage": STAGES[self.stage],
            "count": self.count,
            "attempt": self.attempt,
            "sampler": self.stepper,
            "step_size": self.tuning.step_size,
            "largest": self.tuning.largest,
            "stiffness": list(self.tuning.stiffness),
        }

    def _restore(self, saved: Checkpoint) -> None:
        facts, device = saved.facts, self.network.device
        expected: Mapping[str, Any] = {
            "run": self.spec.digest,
            "shard": self.number,
            "data": self._data,
        }
        for name, value in expected.items():
            if facts.get(name) != value:
                raise CheckpointError(
                    f"{self.path} holds another {name} than this run's (drawn by another version "
                    "of torch?): delete it to compute this shard again from its start"
                )
        self.stage, self.count = STAGES.index(facts["stage"]), facts["count"]
        self.attempt = facts["attempt"]
        self.tuning = kernels.Tuning(
            facts["step_size"], facts["largest"], tuple(facts["stiffness"])
        )
        self.stepper = facts.get("sampler", self.spec.sampler)
        self.sampler = kernels.build(self.stepper, self.target, self.tuning)
        self.state = State(*(saved.tensors[f"state.{name}"].to(device) for name in State._fields))
        self.generator = torch.Generator(device)
        self.generator.set_state(saved.tensors["generator"])
        self.lost_at = saved.tensors["lost_at"]
        self.blocks.restore(saved.tensors)
        if "companion.draws" in saved.tensors and isinstance(self.sampler, Uncorrected):
            self.companion = Companion(self.sampler, self.state, torch.Generator(device))
            self.companion.restore(saved.tensors)


def checkpoint_path(folder: Path, number: int) -> Path:
    """Where a shard's checkpoint stands."""
    return folder / "shards" / f"{number:05d}.safetensors"


def _require_alive(name: str, step: int, diverged: Tensor, step_size: float) -> None:
    if bool(diverged.any()):
        raise Diverged(name, step, torch.nonzero(diverged).flatten().tolist(), step_size)
