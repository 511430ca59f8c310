"""Enclosures on cells hold the action's derivatives at every point inside."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import mpmath as mp
import numpy as np
import pytest
from flint import arb

from binodal.models.single_index.numerics.cells import Cells, angular
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.several.cells import NAMES, SeveralCells
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.several.systems import OnCells, SeveralSystem
from binodal.models.single_index.numerics.several.turn import Angle, turn_of
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval
from binodal.numerics.boxes.intervals import Intervals

COMMITTEE = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"
FIG2 = {
    "N": Fraction(700),
    "n": Fraction(3000),
    "d": Fraction(150),
    "sigma2": Fraction(1, 5),
    "sigma_w2": Fraction(1, 2),
    "sigma_a2": Fraction(8, 700),
}
POINT = Intervals.of(np.zeros(1))


@pytest.mark.parametrize("ends", [(-0.4, 1.3), (-0.4, 0.6), (0.2, 0.9), (-1.1, -0.3), (0.0, 0.5)])
def test_angular_parts_hold_their_values(ends: tuple[float, float]) -> None:
    m, rise, bend = angular(interval(*ends))
    for h in np.linspace(*ends, 9):
        assert m.contains(arb(h).tanh().mid())
        assert rise.contains((arb(h).cosh() ** 2).mid())
        assert bend.contains(arb(h).cosh().log().mid())


def test_a_cell_holds_what_its_points_have() -> None:
    """Values, slopes and determinant at corners of small cells lie in what the cells say."""
    cells = Cells.along(State(setting_of("erf", "1: 1, 3: -3/10", "none"), FIG2))
    rng = np.random.default_rng(3)
    h, v = rng.uniform(0.05, 1.6, 16), rng.uniform(-0.4, 0.7, 16)
    width = np.geomspace(2e-3, 0.1, 16)
    whole = cells.stationary(Intervals(h, h + width), Intervals(v, v + width))
    for i, k in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        at = cells.at(Intervals.of(h + i * width), Intervals.of(v + k * width))
        at["Sm"] = at["m"] * at["T"]
        at["det"] = at["Smm"] * at["Sll"] - at["Sml"] ** 2
        for name, values in whole.items():
            assert (values.low <= at[name].high).all(), name
            assert (at[name].low <= values.high).all(), name


def _action(
    state: State, angle: Callable[[mp.mpf], mp.mpf]
) -> tuple[Callable[..., mp.mpf], Callable[..., mp.mpf]]:
    """S and F over beta of the committee in (m, log r, third), from erf's overlaps."""
    beta = mp.mpf(state.beta(arb(0)).mid().str(30, radius=False))
    u = mp.mpf(state.couplings(arb(0))[0].mid().str(30, radius=False))

    def field(m: mp.mpf, logarithm: mp.mpf, third: mp.mpf) -> mp.mpf:
        r = mp.exp(logarithm)
        wide = 1 + 2 * r**2
        linear, cubic = 2 * r / mp.sqrt(mp.pi * wide), -4 * r**3 / mp.sqrt(mp.pi * wide**3)
        one, other = m * mp.cos(angle(third)), m * mp.sin(angle(third))
        return linear * (one + other) - mp.mpf(3) / 10 * cubic * (one**3 + other**3) / beta

    def action(m: mp.mpf, logarithm: mp.mpf, third: mp.mpf) -> mp.mpf:
        size = 2 * mp.exp(2 * logarithm)
        cost = (size - 1 - mp.log(size) - mp.log(1 - m**2)) / 2
        return cost - u * beta**2 * field(m, logarithm, third) ** 2 / 2

    return action, field


@pytest.mark.parametrize("reflected", [False, True])
def test_cells_of_two_directions_hold_derivatives(reflected: bool) -> None:
    """Every entry, in (m, log r, third), against numerical derivatives of S and F."""
    setting = several_setting("erf", COMMITTEE, "none")
    state = State(setting, FIG2)
    turn = turn_of(setting) if reflected else Angle(setting)
    h, third, v = 0.7, 0.4, 0.3
    sides = (Intervals.of(np.array([h])), Intervals.of(np.array([third])))
    found = SeveralCells(state, setting, turn).at(*sides, Intervals.of(np.array([v])), POINT)
    with mp.workdps(30):
        action, field = _action(
            state, (lambda c: mp.acos(c) + mp.pi / 4) if reflected else (lambda angle: angle)
        )
        m = mp.tanh(h)
        place = (m, v + mp.log(mp.mpf(1) / 2) / 2, mp.mpf(third))

        def by(function: Callable[..., mp.mpf], word: str) -> mp.mpf:
            orders = tuple(word.count(x) for x in "mlt")
            return mp.diff(function, place, orders) if word else function(*place)

        wanted = {name: by(action, name[1:]) for name in NAMES if name[0] == "S"}
        wanted |= {"Sm": by(action, "m"), "St": by(action, "t"), "T": by(action, "m") / m}
        wanted |= {"m": m, "G": by(field, "t") / m, "Gl": by(field, "tl") / m}
        wanted |= {"Gt": by(field, "tt") / m}
        wanted |= {"Gm": by(field, "tm") / m - by(field, "t") / m**2}
    for name, value in wanted.items():
        assert abs(found[name].low[0] - value) < 1e-8, name
        assert found[name].high[0] - found[name].low[0] < 1e-8, name


def test_a_cell_with_an_angle_holds_what_its_points_have() -> None:
    """Values, slopes and determinant at the corners of cells, from narrow to wide."""
    setting = several_setting("erf", COMMITTEE, "none")
    cells = SeveralCells(State(setting, FIG2), setting, Angle(setting))
    rng = np.random.default_rng(5)
    low = np.array([[0.05, -0.7, -0.4]]) + rng.uniform(0, 1, (12, 3)) * [1.5, 1.4, 1.1]
    width = np.geomspace(1e-4, 0.3, 12)
    whole = cells.stationary(*(Intervals(a, a + width) for a in low.T), Intervals.of(0 * width))
    for corner in product((0, 1), repeat=3):
        point = [Intervals.of(a + i * width) for a, i in zip(low.T, corner, strict=True)]
        at = cells.stationary(*point, Intervals.of(0 * width))
        for name, values in whole.items():
            assert (values.low <= at[name].high).all(), name
            assert (at[name].low <= values.high).all(), name


@pytest.mark.parametrize("place", [(0.8, 0.6), (0.3, -0.4)])
def test_a_box_about_a_place_holds_it(place: tuple[float, float]) -> None:
    setting = several_setting("erf", COMMITTEE, "none")
    state = State(setting, FIG2)
    turn = turn_of(setting)
    system = SeveralSystem(state, setting, turn, "coexistence")
    cells = OnCells(system, SeveralCells(state, setting, turn))
    m, third = map(arb, place)
    zero = system.box(m, arb(-0.2), third, arb(0))
    box, hull = cells.around(zero, 1e-3)
    assert all(wide.contains(at.mid()) for wide, at in zip(box, zero, strict=True))
    for (low, high), at in zip(hull, (np.arctanh(place[0]), place[1]), strict=False):
        assert low < at < high
        assert high - low == pytest.approx(2e-3, rel=1e-6)
