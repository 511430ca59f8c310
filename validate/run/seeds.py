"""Seeds of every random stream of a run, from one root, apart from how the work is spread.

The tree is that of ``numpy.random.SeedSequence``: root -> (data set k), (start of a network),
(noise of a shard, one for each attempt), (noise of its companions, likewise). torch's CPU generator
reads 32 bits of a seed, in which ten thousand random streams would collide with a chance of one in
a hundred; streams are therefore numbered in a fixed order and a word that is taken already is
passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from binodal.validate.run.spec import RunSpec

ATTEMPTS = 5
"""How often a shard's burn-in is tried with ever smaller steps."""

_DATA, _START, _NOISE, _COMPANION = range(4)


@dataclass(frozen=True)
class Seeds:
    """``data`` by data set, ``start`` by (start, slot), ``noise`` and ``companion`` by (shard,
    attempt)."""

    data: tuple[int, ...]
    start: tuple[tuple[int, ...], ...]
    noise: tuple[tuple[int, ...], ...]
    companion: tuple[tuple[int, ...], ...]


class _Words:
    """Words of 32 bits, each given once."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._taken: set[int] = set()

    def __call__(self, *key: int) -> int:
        length = 4
        while True:
            words = np.random.SeedSequence(self._root, spawn_key=key).generate_state(length)
            for word in map(int, words):
                if word not in self._taken:
                    self._taken.add(word)
                    return word
            length *= 2


@lru_cache(maxsize=4)
def seeds(spec: RunSpec) -> Seeds:
    """All seeds of a run.

    The same network has the same data and start whatever the shard size is; only its noise is its
    shard's.
    """
    word = _Words(spec.seed)
    sets = 1 + max(spec.data_set(slot) for slot in range(spec.slots))

    def noise(kind: int) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(word(kind, shard, attempt) for attempt in range(ATTEMPTS))
            for shard in range(len(spec.shards))
        )

    return Seeds(
        tuple(word(_DATA, k) for k in range(sets)),
        tuple(
            tuple(word(_START, s, slot) for slot in range(spec.slots))
            for s in range(len(spec.start_names))
        ),
        noise(_NOISE),
        noise(_COMPANION),
    )


def generator(seed: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator at the beginning of the stream of a seed."""
    return torch.Generator(device).manual_seed(seed)
