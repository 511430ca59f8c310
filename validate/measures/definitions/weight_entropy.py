"""Absolute weight entropy, which is no entropy of a distribution."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from binodal.validate.measures.measure import SCALE, Measure, Value, known
from binodal.validate.measures.network import TwoLayer


def _entropy(network: TwoLayer) -> Value:
    terms = entr(np.abs(network.weights)).sum(axis=1)
    spread = float(terms.std(ddof=1)) * len(terms) ** 0.5 if len(terms) > 1 else None
    return known(float(terms.sum()), spread)


MEASURES = (
    Measure(
        "weight_entropy",
        "- sum |w_ij| ln |w_ij|, which is no Shannon entropy: the |w_ij| do not sum to one",
        "Golechha 2024, arXiv 2405.12755",
        "none",
        "first",
        "natural logarithm; the first layer alone; 0 ln 0 = 0",
        _entropy,
        broken_by=(SCALE,),
    ),
)
