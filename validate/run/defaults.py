"""What a run is where nothing was asked: an exact sampler, and starts on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from binodal.validate.run.spec import ACROSS_JUMPS, UNCORRECTED

SAMPLER = "hmc"
"""Exact, so that no bias of a step needs to be measured; a draw costs some ten gradients, which is
less than the steps between draws of the others with companions that measure theirs."""

_TRAJECTORIES, _STEPS = 1, 5
"""Steps between draws: a trajectory is a quarter turn of the prior, which forgets most of it."""


def with_defaults(
    members: int, given: Mapping[str, Any], feature: bool = True, jumps: bool = False
) -> dict[str, Any]:
    """The fields of a :class:`binodal.validate.run.spec.RunSpec`, those left out (or None) filled
    in.

    Starts are in pairs on one data set where the numbers of networks and data sets allow it, else
    in turns, and from the prior where neither goes: of one network, with shared data sets, or of a
    model without a ``feature`` state. Networks that jump have their own sampler.

    >>> with_defaults(8, {"sampler": None})
    {'sampler': 'hmc', 'thin': 1, 'starts': 'both'}
    >>> with_defaults(7, {"sampler": "baoab"})
    {'sampler': 'baoab', 'thin': 5, 'starts': 'alternate'}
    """
    own = {name: value for name, value in given.items() if value is not None}
    sampler = own.setdefault("sampler", ACROSS_JUMPS if jumps else SAMPLER)
    own.setdefault("thin", _STEPS if sampler in (*UNCORRECTED, "mala") else _TRAJECTORIES)
    own.setdefault("starts", _starts(members, own) if feature else "prior")
    return own


def _starts(members: int, own: Mapping[str, Any]) -> str:
    data_sets, shard = own.get("data_sets"), own.get("shard", 0)
    if members % 2 == 0 and shard % 2 == 0 and (data_sets is None or data_sets <= members // 2):
        return "both"
    return "alternate" if members > 1 and data_sets is None and not own.get("data") else "prior"
