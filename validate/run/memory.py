"""How much memory a run will take, said before it is taken."""

from __future__ import annotations

import os
from pathlib import Path

from validate.run.errors import RunError
from validate.run.spec import DTYPES, RunSpec

PROCESS = 400 * 2**20
"""Bytes of a worker before it holds a network: Python, torch and what is derived at import."""

_STATE_COPIES = 10
"""Tensors of a network's size at once: state, noise, gradient and its parts, Lanczos vectors."""

_ACTIVATION_COPIES = 5
"""Tensors of the size n N at once: phi, its slope and what computing them needs."""


def shard_bytes(spec: RunSpec) -> int:
    """Bytes of one shard's tensors, an upper estimate."""
    p, size = spec.parameters, DTYPES[spec.dtype]
    width = int(p["N"])
    if spec.model == "modular":
        order = int(p["P"])
        coordinates, data = 3 * width * order, 3 * order**3
        pairs = order**2
        measured = 8 * (3 * width * pairs + 2 * min(width, pairs) ** 2)
    else:
        coordinates = width * (int(p["d"]) + 1)
        data = 2 * int(p["n"]) * (int(p["d"]) + 1)
        smaller = min(width, int(p["n"]))
        measured = 8 * 4 * coordinates + size * (3 * spec.activations + 2 * smaller**2)
    network = _STATE_COPIES * coordinates + _ACTIVATION_COPIES * spec.activations + data
    return min(spec.shard, spec.members) * (network * size + measured)


def required(spec: RunSpec, workers: int) -> int:
    """Bytes of all workers together."""
    return min(workers, len(spec.shards)) * (PROCESS + shard_bytes(spec))


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
    """The estimate. Raises :class:`validate.run.errors.RunError` when it exceeds what is there."""
    needed, there = required(spec, workers), available()
    if needed > there:
        raise RunError(
            f"{min(workers, len(spec.shards))} workers with {spec.shard} networks each need about "
            f"{readable(needed)}, and {readable(there)} are available: use fewer workers, a "
            "smaller shard or a smaller network"
        )
    return needed
