"""What the phases are called at finite size: one rule for every model, for balls and for arrays.

In the thermodynamic limit a phase is a fact: the feature minima hold none, some or all of the
probability. At finite size every minimum holds some, and what a network of N neurons can show
decides: **GFL** while the feature minima are expected to hold fewer than one of the N neurons,
**GMFL-II** once fewer than one is expected at zero, **GMFL-I** between. With N < 2 both can
hold at once; then the larger of the two probabilities names the phase.
"""

from __future__ import annotations

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.balls import positive

PHASES = ("GFL", "GMFL-I", "GMFL-II", "undecided")
RULE = (
    "phase at finite size: GFL while the feature minima are expected to hold fewer than one of the "
    "N neurons, GMFL-II once fewer than one is expected at zero, GMFL-I between"
)


def phase(features: arb, zero: arb, neurons: arb) -> str:
    """The phase where features and zero state hold these probabilities, by proved signs alone.

    Both probabilities are asked for, because one of them is usually far below the rounding of the
    other. ``"undecided"`` where a sign that matters is not proved.

    >>> phase(arb("1e-9"), 1 - arb("1e-9"), arb(700))
    'GFL'
    >>> phase(arb("0.25"), arb("0.75"), arb(700))
    'GMFL-I'
    >>> phase(arb("0.25", "0.25"), arb("0.75", "0.25"), arb(700))
    'undecided'
    """
    lazy, full = positive(1 - neurons * features), positive(1 - neurons * zero)
    if lazy and full:
        lazy = positive(zero - features)
        full = None if lazy is None else not lazy
    if lazy is None or full is None:
        return "undecided"
    return "GFL" if lazy else "GMFL-II" if full else "GMFL-I"


def phase_codes(
    features: NDArray[np.float64], zero: NDArray[np.float64], neurons: NDArray[np.float64]
) -> NDArray[np.int8]:
    """The same for arrays of floats, as indices in :data:`PHASES`; NaN makes a cell undecided.

    >>> features, zero = np.array([1e-9, 0.25]), np.array([1.0, 0.75])
    >>> phase_codes(features, zero, np.array([700.0, 700.0])).tolist()
    [0, 1]
    """
    lazy, full = neurons * features < 1.0, neurons * zero < 1.0
    both = lazy & full
    lazy, full = np.where(both, zero > features, lazy), np.where(both, zero <= features, full)
    codes = np.where(lazy, 0, np.where(full, 2, 1))
    unknown = ~(np.isfinite(features) & np.isfinite(zero) & np.isfinite(neurons))
    return np.where(unknown, 3, codes).astype(np.int8)
