"""Token uniformity: how far apart the embeddings of consecutive tokens are."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.fourier import NO_TOKENS
from binodal.validate.measures.measure import RELABELLING, SCALE, Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer


def _uniformity(network: TwoLayer) -> Value:
    inputs = network.task.inputs
    if not inputs.cyclic:
        return undefined(NO_TOKENS)
    embeddings = network.first.reshape(-1, inputs.blocks, inputs.order)
    steps = np.diff(embeddings, axis=2)
    return known(float(np.sqrt(np.square(steps).sum(axis=0)).mean()))


MEASURES = (
    Measure(
        "token_uniformity",
        "mean of |E_{n+1} - E_n| over consecutive tokens (mean embedding difference)",
        "Gu et al. 2025, arXiv 2504.03162",
        "none",
        "first",
        "E_n is the column of token n (N numbers); Euclidean norm; blocks averaged; the last token "
        "is not followed by the first",
        _uniformity,
        broken_by=(RELABELLING, SCALE),
    ),
)
