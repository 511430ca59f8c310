"""The linear mode learned entirely: what neurons at m and -m pull at it, by sums over z."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import pi, sqrt

import numpy as np
import pytest
from scipy.special import erf

from binodal.api import solve
from binodal.models.single_index.numerics.condensate import found_in_floats, held
from binodal.models.single_index.numerics.exhausted import with_linear, without_linear
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.parameters import space
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided

GAIN, D = 8 / 35, 150
"""G sigma^2 and d of Fig. 2."""
_Z = np.linspace(-12, 12, 6001)


def _gelu(k: int, r: float) -> float:
    x, he = r * _Z, np.polynomial.hermite_e.HermiteE.basis(k)(_Z)
    phi = x * (1 + erf(x / sqrt(2))) / 2
    return float(np.trapezoid(phi * he * np.exp(-(_Z**2) / 2), _Z)) / sqrt(2 * pi)


def test_masses_on_both_sides_pull_at_the_linear_mode_as_it_asks():
    """y_1/G = sum M m c_1 F with t_1 = 0, at two features of which one is the other's image."""
    setting = {"activation": "gelu", "teacher": "1: 1, 2: 1/2", "preset": "fig2"}
    document = solve("single-index", sigma2="0.01", **setting).document
    t = {k: float(v["mid"]) for k, v in document["closure"]["t"].items()}
    assert t["1"] == 0
    pulls = 0.0
    for at in document["saddles"][1:]:
        m, r = float(at["m"]["mid"]), float(at["r"]["mid"])
        if at["kind"] == "minimum":
            pulls += D * at["mass"] * m * _gelu(1, r) * t["2"] * m**2 * _gelu(2, r)
    assert pulls == pytest.approx(0.01 / GAIN, rel=1e-9)


def _leaky() -> State:
    own = {**space({}).presets["fig2"], "sigma2": Fraction("0.002")}
    return State(setting_of("leaky-relu:1/10", "1: 1, 2: 1/2, 4: 1/10", "none"), own)


def test_shares_of_two_pairs_are_free_and_too_few_neurons_are_seen():
    state = _leaky()
    even = without_linear(state, found_in_floats(state))
    assert even is not None and even.setting.modes == (2, 4)
    by = held(even, found_in_floats(even), 96)
    with precision(96):
        both = with_linear(state, by)
        assert both.shared and both.amplitudes[0] == 0
        assert [round(float(place.m.mid()), 6) for place in both.places] == [-0.5, 0.5, -1, 1]
        few = replace(by, places=tuple(replace(p, size=p.size / 1000) for p in by.places))
        with pytest.raises(Undecided, match="can pull"):
            with_linear(state, few)
