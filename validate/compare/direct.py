"""Two readings of one residual: averaged over the readout, and of the networks as they stand.

a, b, c     given the first layer, averaged exactly over the readouts that the posterior would have:
            what an equilibrium theory predicts, with the smaller error. Of a network that is not
            in equilibrium (a perfect one, trained without noise) it says what noise sigma^2 would
            make of its first layer, not what the network does.
*_direct    with the readout as it is: what the network does, in or out of equilibrium.

In equilibrium their means are the same, so that both are held against the same prediction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from binodal.validate.prediction import Prediction

AVERAGED_WORDS, DIRECT_WORDS = "readout averaged", "networks as they stand"


def words_for(name: str, direct: Mapping[str, str]) -> str:
    """Which reading of a residual a name stands for, or nothing; ``direct`` pairs the readings.

    >>> [words_for(name, {"a": "a_direct"}) for name in ("a", "a_direct", "q2")]
    ['readout averaged', 'networks as they stand', '']
    """
    if name in direct:
        return AVERAGED_WORDS
    return DIRECT_WORDS if name in direct.values() else ""


def with_direct(predictions: Iterable[Prediction], direct: Mapping[str, str]) -> list[Prediction]:
    """The predictions, and for each of an averaged reading the same of the direct one.

    >>> [p.observable for p in with_direct([Prediction("derived", "a", 0.5)], {"a": "a_direct"})]
    ['a', 'a_direct']
    """
    own = list(predictions)
    return own + [
        replace(p, observable=direct[p.observable]) for p in own if p.observable in direct
    ]
