"""Everything that decides the numbers of a run, in one frozen value with a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from numbers import Integral
from typing import TYPE_CHECKING, Any

from binodal.numerics.parameters import Parameters
from binodal.validate.run.errors import RunError

if TYPE_CHECKING:
    from binodal.validate.network_model import NetworkModel

SAMPLERS = ("hmc", "collapsed-hmc", "mala", "baoab", "euler", "preconditioned-euler")
ACROSS_JUMPS = "mala"
"""The sampler of networks that jump: every step is judged by the energy itself."""
UNCORRECTED = ("baoab", "euler", "preconditioned-euler")
"""Samplers without Metropolis' rule: their law is biased by their step, by how much is measured."""

STARTS = ("prior", "feature", "both", "alternate")
DTYPES = {"float32": 4, "float64": 8}
"""Precisions and the bytes of a number."""

BLOCKS = 10
"""Blocks of draws in which histograms are averaged, unless the block is given."""

_CACHE = 2 * 2**20
_MOST_IN_A_SHARD = 16
_ON_DEVICE = 2**29
"""Bytes of hidden activations at once away from the CPU, whose every call takes as long as some
millions of entries."""
_LARGEST = 10**9
_MINIMUM = {
    "members": 1,
    "burn_in": 0,
    "draws": 1,
    "thin": 1,
    "shard": 1,
    "block": 1,
    "seed": 0,
    "companions": 0,
}
SMALLEST_FACTOR = 0.001
"""A trajectory of the sampler has one over this as many parts."""

_LATER: Mapping[str, Any] = {"step_factor": 1.0, "companions": 16}
"""Fields that came later, and values at which a run is the one that it was before them."""


@dataclass(frozen=True)
class RunSpec:
    """A run: which posterior, which networks, which sampler, and every seed's root.

    ``network`` makes and measures the networks of the model that ``parameters`` name.
    ``members`` networks in all. With starts "both" they come in pairs of one data set, one started
    from the prior and one in the feature state; with "alternate" even networks start from the
    prior, odd ones in the feature state, each on a data set of its own (or on the one there is):
    twice as many data sets for the same work, and starts to be compared as two groups only.

    ``shard`` networks are stepped as one batch: with the seed it fixes the noise, so it belongs
    here and never follows the number of workers; 0 asks for the default, 1 to 16 by how many n N
    activations fit a cache of 2 MiB, and elsewhere than on the CPU as many as fit 512 MiB.
    ``data_sets`` K shares K data sets in turn; None draws a fresh one for each network or pair.
    ``data`` is the fingerprint of a user's data set. ``block`` draws are averaged into one
    histogram (0: a tenth). ``step_factor`` multiplies the step that is found. With an uncorrected
    sampler the first shards, of ``companions`` networks together or all there are, measure the bias
    of their step (``binodal.validate.run.companion``) at three times their cost; with 0 nothing
    does, and such a run cannot be compared.

    Raises :class:`binodal.validate.run.errors.RunError` for values that make no sense, sizes that
    are not whole included.
    """

    network: NetworkModel = field(compare=False, repr=False)
    parameters: Parameters
    members: int
    sampler: str = "baoab"
    starts: str = "prior"
    burn_in: int = 200
    draws: int = 200
    thin: int = 5
    seed: int = 0
    dtype: str = "float32"
    device: str = "cpu"
    data_sets: int | None = None
    data: str = ""
    shard: int = 0
    block: int = 0
    step_factor: float = _LATER["step_factor"]
    companions: int = _LATER["companions"]

    def __post_init__(self) -> None:
        _require_choice("sampler", self.sampler, SAMPLERS)
        _require_choice("starts", self.starts, STARTS)
        _require_choice("dtype", self.dtype, tuple(DTYPES))
        self._require_whole()
        self._require_counts()
        self._require_abilities()
        for name, value in (("block", -(-self.draws // BLOCKS)), ("shard", self._default_shard())):
            if getattr(self, name) == 0 and self.draws > 0 and self.members > 0:
                object.__setattr__(self, name, value)
        for name, least in _MINIMUM.items():
            if not least <= getattr(self, name) <= _LARGEST:
                raise RunError(f"{name}={getattr(self, name)}: must be from {least} to {_LARGEST}")
        if self.starts == "alternate" and self.members < 2:
            raise RunError("members=1: starts=alternate needs a network for each start")
        if len(self.start_names) == 2 and (self.members % 2 or self.shard % 2):
            name = "members" if self.members % 2 else "shard"
            raise RunError(
                f"{name}={getattr(self, name)}: starts=both needs an even number, "
                "a prior and a feature start for each data set"
            )
        if not SMALLEST_FACTOR <= self.step_factor <= 1:
            raise RunError(
                f"step_factor={self.step_factor}: must be from {SMALLEST_FACTOR} to 1, because a "
                "step of the sampler, which nothing interrupts, takes so many times longer"
            )
        self._require_data()

    def _require_counts(self) -> None:
        """Counts as plain ints, which a document can hold, whatever library they come from."""
        for name in (*_MINIMUM, "data_sets"):
            value = getattr(self, name)
            if name == "data_sets" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, Integral):
                raise RunError(f"{name}={value!r}: must be a whole number")
            object.__setattr__(self, name, int(value))

    def _require_whole(self) -> None:
        for name, value in self.parameters.items():
            if self.parameters.space.fields[name].whole and value.denominator != 1:
                raise RunError(f"{name}={value}: a network needs a whole number; round it")

    def _require_abilities(self) -> None:
        if self.network.feature_start is None and self.starts != "prior":
            raise RunError(f"starts={self.starts}: {self.model} has no feature state to start in")
        if self.network.readout is None and self.sampler == "collapsed-hmc":
            raise RunError(f"{self.sampler}: {self.model} is not linear in a readout")
        if self.network.jumps and self.sampler != ACROSS_JUMPS:
            raise RunError(
                f"sampler={self.sampler}: the networks of {self.model} jump, which a gradient does "
                f"not see, and it would sample another law or not move: take {ACROSS_JUMPS}"
            )

    def _require_data(self) -> None:
        if self.data_sets is None and not self.data:
            return
        if self.network.draw_data is None:
            raise RunError(f"{self.model} has one data set: leave data sets out")
        if self.data and self.data_sets is not None:
            raise RunError("data and data_sets exclude each other: a given data set is alone")
        if self.data_sets is not None and self.starts == "alternate":
            raise RunError("data_sets: starts=alternate has a data set for each network")
        if self.data_sets is not None and not 1 <= self.data_sets <= self.slots:
            raise RunError(f"data_sets={self.data_sets}: must be from 1 to {self.slots}")

    def _default_shard(self) -> int:
        starts = len(self.start_names)
        room = _CACHE if self.device == "cpu" else _ON_DEVICE
        fitting = room // max(1, self.activations * DTYPES[self.dtype])
        most = max(starts, min(fitting, _MOST_IN_A_SHARD) if self.device == "cpu" else fitting)
        # Shards of one size: the last should not leave a core without work.
        even = -(-self.slots // max(1, -(-self.members // most)))
        return starts * max(1, even)

    @property
    def model(self) -> str:
        """The name under which the run is stored."""
        return self.parameters.model

    @property
    def activations(self) -> int:
        """Hidden activations of one network on its training set."""
        shape = self.network.shape(self.parameters)
        return int(shape.N * shape.samples)

    @property
    def start_names(self) -> tuple[str, ...]:
        """The rows that a slot has, by where they start."""
        return STARTS[:2] if self.starts == "both" else (self.starts,)

    def start(self, row: int, slot: int) -> str:
        """Where a network starts: "prior" or "feature"."""
        return STARTS[slot % 2] if self.starts == "alternate" else self.start_names[row]

    @property
    def started(self) -> tuple[tuple[str, ...], ...]:
        """Where each network starts, "prior" or "feature": rows of the start axis, by slot."""
        rows = range(len(self.start_names))
        return tuple(tuple(self.start(row, slot) for slot in range(self.slots)) for row in rows)

    @property
    def slots(self) -> int:
        """Length of the member axis: networks, or pairs of networks with both starts."""
        return self.members // len(self.start_names)

    @property
    def shards(self) -> tuple[range, ...]:
        """The slots of each shard."""
        size = self.shard // len(self.start_names)
        return tuple(
            range(first, min(first + size, self.slots)) for first in range(0, self.slots, size)
        )

    @property
    def shard_count(self) -> int:
        """How many shards there are, without making a list of them."""
        return -(-self.slots // (self.shard // len(self.start_names)))

    @property
    def steps(self) -> int:
        """Steps of one network."""
        return self.burn_in + self.draws * self.thin

    @property
    def blocks(self) -> int:
        """Blocks of draws."""
        return -(-self.draws // self.block)

    @property
    def uncorrected(self) -> bool:
        """Whether the sampler's law is biased by its step."""
        return self.sampler in UNCORRECTED

    def accompanied(self, shard: int) -> bool:
        """Whether the networks of a shard have companions that measure the bias of their step."""
        return self.uncorrected and shard * self.shard < self.companions

    def data_set(self, slot: int) -> int:
        """Number of the data set of a slot; given data are one, and so are a model's own."""
        if self.network.draw_data is None or self.data:
            return 0
        return slot if self.data_sets is None else slot % self.data_sets

    def document(self) -> dict[str, Any]:
        """The run as plain values, with the model, exact parameters and the package's version."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.compare}
        del own["parameters"]
        for name, value in _LATER.items():
            if own[name] == value:
                del own[name]
        return {
            "model": self.model,
            "parameters": self.parameters.as_strings(),
            **own,
            "version": package_version(),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the document: two runs of one digest give the same numbers."""
        text = json.dumps(self.document(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def package_version() -> str:
    """The installed version of this package."""
    try:
        return version("binodal")
    except PackageNotFoundError:
        return "not installed"


def difference(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first entry in which two documents differ, in words; empty if they agree.

    >>> difference({"seed": 1, "parameters": {"n": "8"}}, {"seed": 1, "parameters": {"n": "9"}})
    'n is 8 there and 9 here'
    """
    for name in dict.fromkeys((*wanted, *stored)):
        there, here = stored.get(name), wanted.get(name)
        if isinstance(there, Mapping) and isinstance(here, Mapping):
            inner = difference(there, here)
            if inner:
                return inner
        elif there != here:
            return f"{name} is {there} there and {here} here"
    return ""


def _require_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise RunError(f"{name} {value!r}: choose {', '.join(allowed)}")
