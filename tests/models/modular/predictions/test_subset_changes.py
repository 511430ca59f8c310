"""What few neurons do to mean field, which their halves tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from binodal.models.modular.predictions.subset_field import Field
from binodal.models.modular.predictions.subset_rule import Addition
from tests.models.modular.predictions.test_subset_field import AT

RULE = Addition(3)


def test_halves_tell_what_few_neurons_do():
    """On all pairs, where a and lambda are known by quadrature: sixty sets."""
    every, whole = np.ones(9, dtype=bool), Field.drawn(RULE, AT, 12000)
    raw, corrected = [], []
    for part in range(60):
        some = slice(200 * part, 200 * part + 200)
        few = replace(whole, halves=whole.halves[:, some], features=whole.features[some])
        solved = few.settled(every, whole.start)
        value, removed = solved.told
        assert np.allclose((value + removed)[0, 0, [0, 2]], np.array(solved.mean_field)[0, [0, 2]])
        raw.append(np.array(solved.mean_field)[0, [0, 2]])
        corrected.append(value[0, 0, [0, 2]])
    known = RULE.known(AT)[0]
    off, left = (np.abs(np.mean(of, 0) - known) for of in (raw, corrected))
    error = np.std(corrected, axis=0, ddof=1) / 60**0.5
    assert (left < 4 * error).all() and (off > 4 * error).any()
    assert (left < off / 2).any()
