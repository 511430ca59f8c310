"""What a comparison reads of a run: draws by member, and which members share a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from binodal.validate.compare.errors import ComparisonError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """``values`` name -> (member, draw) or (member, draw, place); ``axes`` name -> places.

    ``data_sets`` says which data set each member saw, ``starts`` where it began (nothing: all from
    one start); ``lost`` networks diverged and are not in it. Members on different data sets are
    independent; those on one share its luck. With ``fixed_data`` (all pairs of modular addition)
    the data are part of the model, and the members are the independent units. ``uncorrected`` names
    a sampler whose law is biased by its step, and nothing an exact one; ``step_bias`` name ->
    (network,) or (network, place) is that bias in the means of networks that measured it.

    Raises :class:`ComparisonError` for shapes that do not fit and for what is not finite.
    """

    values: Mapping[str, Array]
    data_sets: NDArray[np.int64]
    axes: Mapping[str, Array] = field(default_factory=dict)
    fixed_data: bool = False
    starts: tuple[str, ...] = ()
    lost: int = 0
    uncorrected: str = ""
    step_bias: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        members = self.data_sets.shape[0]
        if len(self.starts) not in (0, members):
            raise ComparisonError(f"{len(self.starts)} starts for {members} members")
        for name, array in self.values.items():
            if array.ndim not in (2, 3) or array.shape[0] != members or not array.shape[1]:
                raise ComparisonError(
                    f"{name} has shape {array.shape}: expected ({members} members, draws[, places])"
                )
            _require_finite(name, array)

    @property
    def members(self) -> int:
        """Number of networks."""
        return int(self.data_sets.shape[0])

    @property
    def units(self) -> NDArray[np.int64]:
        """For each member the number of its independent unit."""
        if self.fixed_data:
            return np.arange(self.members)
        indices: NDArray[np.int64] = np.unique(self.data_sets, return_inverse=True)[1]
        return indices

    @property
    def start_labels(self) -> NDArray[np.str_]:
        """(member,): where each began."""
        return np.array(self.starts or ("",) * self.members)

    def member_means(self, name: str) -> Array:
        """(member,) or (member, place): averages over draws."""
        return np.asarray(self.values[name].mean(axis=1))

    def unit_means(self, name: str) -> Array:
        """(unit,) or (unit, place): averages over the members of each independent unit."""
        return averaged(self.member_means(name), self.units)


def _require_finite(name: str, array: Array) -> None:
    """Raise :class:`ComparisonError` naming the first entry that is not a number."""
    bad = ~np.isfinite(array)
    if bad.any():
        member, draw, *place = (int(i) for i in np.argwhere(bad)[0])
        where = f"network {member}, draw {draw}" + "".join(f", place {i}" for i in place)
        raise ComparisonError(
            f"{name} is {array[bad][0]} at {where}: {int(bad.sum())} of {array.size} entries are "
            "not finite; leave the network out or repeat it"
        )


def averaged(values: Array, groups: NDArray[np.int64]) -> Array:
    """Means over the entries of each group, along the first axis."""
    counts = np.bincount(groups)
    sums = np.zeros((counts.size, *values.shape[1:]))
    np.add.at(sums, groups, values)
    return np.asarray(sums / counts.reshape(-1, *[1] * (values.ndim - 1)))
