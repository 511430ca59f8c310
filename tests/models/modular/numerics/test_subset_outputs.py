"""Outputs on pairs that are not seen: drawn ones counted, and networks held against the law."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.models.modular.experiments.partial_data import COEXISTENCE
from binodal.models.modular.numerics.subset_outputs import Outputs, outputs

NETWORKS = (
    (23, 1, "0.62", "0.93", 0.6446, 0.9369, (0.41373, 0.8647, 0.544)),
    (23, 1, "0.62", "0.97", 0.6261, 0.8952, (0.38920, 0.7865, 0.915)),
    (23, Fraction(1, 2), "0.62", "0.87", 0.6954, 0.9611, (0.49171, 0.9252, 0.208)),
    (23, Fraction(1, 8), "0.38", "0.8", 0.5283, 0.7760, (0.34247, 0.6898, 0.849)),
    (37, 1, "0.6", "0.8", 0.7155, 0.9368, (0.52175, 0.8907, 0.547)),
    (11, Fraction(8, 125), "0.25", "0.95", 0.2970, 0.6672, (0.12978, 0.5259, 0.918)),
    (11, Fraction(1, 2), "0.25", "120/121", 0.2455, 1.4188, (0.06377, 1.9047, 0.0)),
    (7, 2, "0.57", "48/49", 0.4982, 1.4517, (0.22026, 1.8289, 0.0)),
)
"""P, the width's factor, sigma^2 over that of coexistence, the share; a and a of the others; losses
over all outputs and accuracy: means of the stored experiment's chains."""


def said(order, scale, ratio, share, seen, others):
    """What the law says at them, and sigma_a^2."""
    _, spread, noise = COEXISTENCE[order]
    at = {"P": Fraction(order), "sigma2": noise * Fraction(ratio) / scale}
    at["data_fraction"] = Fraction(share)
    return outputs(arb(seen), arb(others), at), float(spread / scale)


@pytest.mark.parametrize("row", NETWORKS, ids=str)
def test_networks_have_the_losses_and_the_accuracy_of_the_law(row):
    """From a on either kind of pairs alone, 1 % of the loss being what outputs have that are not
    Gaussian; the prior's kernel has too little variance everywhere."""
    *place, measured = row
    order, others = place[0], place[-1]
    found, spread = said(*place)
    scales = order, order, 1
    for told, value, scale in zip(found, measured, scales, strict=True):
        low, high = scale * float(told.lower()), scale * float(told.upper())
        assert low - 0.01 * value - 0.01 < value < high + 0.01 * value + 0.01
    prior = others**2 * (1 - 1 / order) + 12 * spread * order
    assert prior < order * float(found.test_loss.lower()) < measured[1]


def test_drawn_outputs_are_as_accurate_as_the_law_says():
    """Gaussian ones around (1 - a) y, and those whose scatter is added to their variance."""
    order, seen, others, noise, share = 7, 0.5, 0.8, 0.03, Fraction(4, 5)
    at = {"P": Fraction(order), "sigma2": Fraction("0.03"), "data_fraction": share}
    told: Outputs = outputs(arb(seen), arb(others), at)
    variance, rng = noise * (others / seen - 1), np.random.default_rng(0)
    most = others**2 * (1 - 1 / order) / order * 0.2 * (others / seen - 1)
    y, ends = np.eye(order)[0] - 1 / order, (told.test_accuracy.upper(), told.test_accuracy.lower())
    for spread, end in zip((variance, variance + most), ends, strict=True):
        drawn = (1 - others) * y + spread**0.5 * rng.standard_normal((40000, order))
        assert (drawn.argmax(1) == 0).mean() == pytest.approx(float(end), abs=0.01)
    assert float(told.test_loss.lower()) == pytest.approx(others**2 * 6 / 49 + variance)
