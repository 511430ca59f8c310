"""Restricted and excluded loss: what the functions of the tokens' sum do, and what the rest does.

With the mean square error and all pairs, restricted + excluded = full + |y - f_0|^2: the parts of
f are orthogonal, and y lies among the functions of the sum.
"""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.measure import Measure, Value, undefined
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.sums import NO_PAIRS, loss_of, parts


def _restricted(network: TwoLayer) -> Value:
    of, every = parts(network), np.arange(network.task.inputs.count)
    return undefined(NO_PAIRS) if of is None else loss_of(network, of.constant + of.sums, every)


def _excluded(network: TwoLayer) -> Value:
    of, seen = parts(network), network.task.seen
    return undefined(NO_PAIRS) if of is None else loss_of(network, of.constant + of.rest, seen)


_SOURCE = "Nanda et al. 2023, arXiv 2301.05217"
_KEYS = (
    "key frequencies are all k = 1..P-1, so that none is chosen from the network, or those that "
    "are given; of another group all irreps, the functions of the product; "
)
MEASURES = (
    Measure(
        "restricted_loss",
        "loss of the output's constant and its cos, sin of w_k (n + m), k among the key "
        "frequencies, alone",
        _SOURCE,
        "all inputs",
        "output",
        _KEYS + "the loss that was trained",
        _restricted,
        keyed=True,
    ),
    Measure(
        "excluded_loss",
        "loss of the output without its cos, sin of w_k (n + m), k among the key frequencies",
        _SOURCE,
        "training inputs; all where they are not known",
        "output",
        _KEYS + "the constant stays; the loss that was trained",
        _excluded,
        keyed=True,
    ),
)
