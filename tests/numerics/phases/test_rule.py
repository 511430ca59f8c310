"""One rule for the phases at finite size, in balls and in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from binodal.numerics.phases.rule import PHASES, phase, phase_codes

CASES = [
    (1e-9, 1 - 1e-9, 700, "GFL"),
    (0.25, 0.75, 700, "GMFL-I"),
    (0.75, 0.25, 700, "GMFL-I"),
    (1 - 1e-9, 1e-9, 700, "GMFL-II"),
    (0.9 / 700, 1 - 0.9 / 700, 700, "GFL"),
    (1.1 / 700, 1 - 1.1 / 700, 700, "GMFL-I"),
    (1 - 1.1 / 700, 1.1 / 700, 700, "GMFL-I"),
    (1 - 0.9 / 700, 0.9 / 700, 700, "GMFL-II"),
    (0.25, 0.75, 1, "GFL"),
    (0.75, 0.25, 1, "GMFL-II"),
]


@pytest.mark.parametrize(("features", "zero", "neurons", "expected"), CASES)
def test_balls_and_arrays_name_the_same_phase(
    features: float, zero: float, neurons: int, expected: str
) -> None:
    assert phase(arb(features), arb(zero), arb(neurons)) == expected
    code = phase_codes(np.array([features]), np.array([zero]), np.array([float(neurons)]))
    assert PHASES[code[0]] == expected


def test_a_sign_that_is_not_proved_is_undecided() -> None:
    near = arb(1) / 700
    wide = arb(near.mid(), "1e-5")
    assert phase(wide, 1 - wide, arb(700)) == "undecided"
    assert phase(1 - wide, wide, arb(700)) == "undecided"
    assert phase(arb("0.5", "0.1"), arb("0.5", "0.1"), arb(1)) == "undecided"


def test_a_missing_number_is_undecided() -> None:
    codes = phase_codes(np.array([np.nan, 0.5]), np.array([0.5, np.nan]), np.array([700.0, 700.0]))
    assert codes.tolist() == [3, 3]
