"""Spikes: eigenvalues of the weights outside the bulk (Baik, Ben Arous and Peche)."""

from __future__ import annotations

from binodal.validate.measures.measure import Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.spectrum import edge, eigenvalues


def _spikes(network: TwoLayer) -> Value:
    levels = eigenvalues(network.weights)
    if not levels[-1] > 0:
        return undefined("all weights are zero")
    entries, count = network.weights.size, 0
    while count < len(levels):
        rest = levels[: len(levels) - count]
        limit = edge(network.weights.shape, float(rest.sum()) / entries)
        beyond = int((levels > limit.chance).sum())
        if beyond <= count:
            return known(float(count))
        count = beyond
    return undefined("no bulk is left")


MEASURES = (
    Measure(
        "bbp_spikes",
        "eigenvalues of W^T W beyond the Marchenko-Pastur edge and its fluctuation: directions "
        "that many neurons share",
        "Baik, Ben Arous and Peche 2005, Ann. Probab. 33; as used in arXiv 2506.04434",
        "none",
        "first",
        "the bulk's variance without the spikes, found by repetition; Tracy-Widom fluctuation, "
        "exceeded by chance once in a hundred",
        _spikes,
        unpredicted="rows of W are no Gaussian vectors: no edge of their bulk is derived",
    ),
)
