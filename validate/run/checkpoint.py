"""Checkpoints of a shard: one safetensors file, whole or absent, recognised by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from binodal.numerics.disk import write_whole
from binodal.numerics.interrupts import held
from binodal.validate.run.errors import CheckpointError
from binodal.validate.run.posterior import fingerprint


@dataclass(frozen=True)
class Checkpoint:
    """Tensors, and plain values that JSON can hold (floats come back bit for bit)."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write under a temporary name, flush to the disk and rename; the last one stays till then."""
    tensors = {name: t.detach().cpu().contiguous() for name, t in checkpoint.tensors.items()}
    facts = json.dumps(checkpoint.facts, sort_keys=True)
    write_whole(path, save(tensors, {"facts": facts, "digest": _digest(tensors, facts)}))


def read_checkpoint(path: Path) -> Checkpoint:
    """What :func:`write_checkpoint` wrote.

    Raises :class:`binodal.validate.run.errors.CheckpointError` for a file that is cut off or
    altered.
    """
    try:
        # A request to stop that is raised inside would reach us as an error of the file.
        with held(), safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            # The file is no mapping: it lists its names, but does not iterate over them.
            names = file.keys()
            tensors = {name: file.get_tensor(name) for name in names}
        facts = metadata["facts"]
        if metadata["digest"] != _digest(tensors, facts):
            raise _damaged(path, "its content does not have the hash that it was written with")
        return Checkpoint(tensors, json.loads(facts))
    except (SafetensorError, KeyError, ValueError) as error:
        raise _damaged(path, "it is cut off or not a checkpoint") from error


def _damaged(path: Path, why: str) -> CheckpointError:
    return CheckpointError(
        f"{path} is damaged ({why}): delete it to compute this shard again from its start; "
        "all other shards go on from where they are"
    )


def _digest(tensors: Mapping[str, Tensor], facts: str) -> str:
    return hashlib.sha256((fingerprint(tensors) + facts).encode()).hexdigest()
