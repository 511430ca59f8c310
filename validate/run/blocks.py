"""What a shard has drawn since its last checkpoint, and how it reaches the store."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from binodal.validate.observable import Quantity
from binodal.validate.run.seals import Seals
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import Store

_CHANCE = "acceptance"

_MOST_BYTES = 1 << 24
"""Complete blocks are written without waiting for a checkpoint beyond this: a store that is ahead
of its checkpoint is drawn again, the same."""


class Blocks:
    """Draws of the block at hand, and complete blocks on their way to the store.

    A block reaches the store and its list of hashes (``write``) before a checkpoint that no longer
    holds it. After a kill
    in between, the block is drawn again from the older checkpoint and written again, the same.
    """

    def __init__(
        self, spec: RunSpec, quantities: Mapping[str, Quantity], store: Store, seals: Seals
    ) -> None:
        self.spec, self.store, self.seals = spec, store, seals
        self._averaged = {name for name, of in quantities.items() if of.accumulate}
        self._first = 0
        self._complete: dict[str, list[NDArray[np.float64]]] = {}
        self._waiting = 0
        self._draws: dict[str, Tensor] = {}
        self._filled = 0
        self._chance: Tensor = torch.zeros(0, dtype=torch.float64)

    def accept(self, probability: Tensor) -> None:
        """The chance of acceptance of one step, averaged until the next draw."""
        share = probability.double().cpu() / self.spec.thin
        self._chance = self._chance + share if self._chance.numel() else share

    def add(self, measured: Mapping[str, Tensor]) -> None:
        """One draw of all quantities."""
        for name, value in {**measured, _CHANCE: self._chance}.items():
            if name in self._averaged:
                old = self._draws.get(name)
                self._draws[name] = value.clone() if old is None else old + value
            else:
                self._row(name, value)
        self._chance = torch.zeros(0, dtype=torch.float64)
        self._filled += 1
        if self._filled == self._length:
            self._close()
        if self._waiting > _MOST_BYTES:
            self.write()

    def write(self) -> None:
        """All complete blocks at once: opening an array takes longer than writing into it."""
        drawn = self._first + (self._filled if self._at_the_end else 0)
        for name, pieces in self._complete.items():
            values = np.concatenate(pieces, axis=1)
            end = -(-drawn // self.spec.block) if name in self._averaged else drawn
            self.store.put(name, slice(end - values.shape[1], end), values)
        self._complete.clear()
        self._waiting = 0
        written = self.store.flush()
        if written:
            self.seals.add(written)

    @property
    def _at_the_end(self) -> bool:
        return self._first + self._filled == self.spec.draws

    @property
    def _length(self) -> int:
        return min(self.spec.block, self.spec.draws - self._first)

    def _row(self, name: str, value: Tensor) -> None:
        if name not in self._draws:
            shape = (value.shape[0], self.spec.block, *value.shape[1:])
            self._draws[name] = torch.full(shape, torch.nan, dtype=torch.float64)
        self._draws[name][:, self._filled] = value

    def _close(self) -> None:
        length = self._length
        for name, values in self._draws.items():
            average = name in self._averaged
            piece = (values / length).unsqueeze(1) if average else values[:, :length]
            self._complete.setdefault(name, []).append(piece.numpy())
            self._waiting += piece.numpy().nbytes
        if length == self.spec.block:
            self._first, self._filled, self._draws = self._first + length, 0, {}
        # A last block that is shorter stays, so that a longer run can fill it.

    def tensors(self) -> dict[str, Tensor]:
        """The block at hand as tensors; the complete ones must have been written."""
        place = torch.tensor([self._first, self._filled])
        named = {f"draws.{name}": value for name, value in self._draws.items()}
        return {"place": place, "chance": self._chance, **named}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """The opposite of :meth:`tensors`."""
        self._first, self._filled = tensors["place"].tolist()
        self._chance = tensors["chance"]
        self._draws = {
            name.removeprefix("draws."): value
            for name, value in tensors.items()
            if name.startswith("draws.")
        }
