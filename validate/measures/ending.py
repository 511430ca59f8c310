"""The networks at the end of a sampler's run, as measures see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.measures.theory import Measurable
from binodal.validate.network_model import Data
from binodal.validate.run import kernels
from binodal.validate.run.errors import RunError
from binodal.validate.run.folder import read_data
from binodal.validate.run.shard import Shard, checkpoint_path
from binodal.validate.run.spec import RunSpec


def last_networks(folder: Path, spec: RunSpec, of: Measurable, seed: int) -> list[TwoLayer]:
    """All that have not diverged, at the checkpoints of their shards.

    A readout that a sampler averages over is drawn from its exact law. Raises :class:`RunError`
    where a shard has no checkpoint, or all networks are lost.
    """
    data = read_data(folder)
    networks: list[TwoLayer] = []
    for number in range(spec.shard_count):
        if not checkpoint_path(folder, number).is_file():
            raise RunError(f"{folder}: shard {number} has no checkpoint yet")
        networks += list(_of_shard(Shard(spec, number, folder, data), of, seed, len(networks)))
    if not networks:
        raise RunError(f"{folder}: all networks diverged")
    return networks


def _of_shard(shard: Shard, of: Measurable, seed: int, before: int) -> Iterator[TwoLayer]:
    """Inputs that are drawn to measure on are each network's own: their errors do not add up."""
    network = shard.network
    x = kernels.all_coordinates(shard.target, shard.state.x, shard.generator)
    own = (x * network.scale).double().cpu().numpy()
    width = network.shape.N
    for place, member in enumerate(torch.nonzero(shard.lost_at < 0).flatten().tolist(), before):
        first, readout = (own[member, part].reshape(width, -1) for part in network.layers)
        shared = shard.spec.network.draw_data is None
        data = None if shared else {k: v[member].cpu() for k, v in network.data.items()}
        yield TwoLayer(first, readout, task_of(of, network.shape, data, seed + place, shared), seed)


def task_of(of: Measurable, shape: object, data: Data | None, seed: int, whole: bool) -> Task:
    """The task on training data; ``whole``: every input that there is was trained on."""
    task = of.task(shape, data, torch.Generator().manual_seed(seed))
    return replace(task, trained=np.ones(task.inputs.count, dtype=bool)) if whole else task
