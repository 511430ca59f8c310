"""How much memory and disk a run will take, said before it is taken."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import disk_usage

from binodal.validate.run.errors import RunError
from binodal.validate.run.spec import DTYPES, RunSpec

PROCESS = 400 * 2**20
"""Bytes of a worker before it holds a network: Python, torch and what is derived at import."""

_STATE_COPIES = 10
"""Tensors of a network's size at once: state, noise, gradient and its parts, Lanczos vectors."""

_BOOKKEEPING = 600
"""Bytes of a network in the process that plans: its seeds, its start, its part of the diagnosis."""

_ACTIVATION_COPIES = 5
"""Tensors of the size n N at once: phi, its slope and what computing them needs."""


def shard_bytes(spec: RunSpec) -> int:
    """Bytes of one shard's tensors, an upper estimate."""
    size, shape = DTYPES[spec.dtype], spec.network.shape(spec.parameters)
    room = spec.network.room(shape, size)
    activations = _ACTIVATION_COPIES * spec.activations
    network = _STATE_COPIES * shape.dimension + activations + room.data
    return int(min(spec.shard, spec.members) * (network * size + room.measured))


def required(spec: RunSpec, workers: int) -> int:
    """Bytes of all workers together."""
    return min(workers, spec.shard_count) * (PROCESS + shard_bytes(spec))


def stored_bytes(spec: RunSpec) -> int:
    """Bytes of all draws; they hardly compress."""
    quantities = spec.network.observer(spec.parameters).quantities
    numbers = sum(
        (spec.blocks if of.accumulate else spec.draws) * max(1, len(of.axis[1]))
        for of in quantities.values()
    )
    return 8 * spec.members * numbers


def require_disk(spec: RunSpec, folder: Path) -> int:
    """The estimate. Raises :class:`binodal.validate.run.errors.RunError` when it exceeds what is
    free."""
    there = next((p for p in (folder, *folder.absolute().parents) if p.is_dir()), Path("/"))
    needed, free = stored_bytes(spec), disk_usage(there).free
    if needed > free:
        allowed = free * spec.members // needed
        raise RunError(
            f"members={spec.members}: their draws need about {readable(needed)}, and "
            f"{readable(free)} are free in {there}: at most {allowed} members, or fewer draws"
        )
    return needed


def available() -> int:
    """Bytes that a new process could take, within the limit of its control group if it has one."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        table = dict(line.split(":", 1) for line in lines)
        free = int(table["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        return min(free, limit - int((group / "memory.current").read_text()))
    except (OSError, ValueError):
        return free


def readable(size: int) -> str:
    """A number of bytes for people.

    >>> readable(3 * 2**30 // 2), readable(500)
    ('1.5 GiB', '1 MiB')
    """
    if size >= 2**30:
        return f"{size / 2**30:.1f} GiB"
    return f"{max(1, round(size / 2**20))} MiB"


def require_memory(spec: RunSpec, workers: int) -> int:
    """The estimate. Raises :class:`binodal.validate.run.errors.RunError` when it exceeds what is
    there."""
    needed, there = required(spec, workers) + _BOOKKEEPING * spec.members, available()
    if needed > there:
        raise RunError(
            f"members={spec.members}: {min(workers, spec.shard_count)} workers with {spec.shard} "
            f"networks each need about {readable(needed)}, and {readable(there)} are available: "
            "use fewer members, fewer workers, a smaller shard or a smaller network"
        )
    return needed
