"""Branches of a loop against the teacher-student model, and by a search for the pass in floats."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.api import hysteresis
from binodal.models.registry import preset
from binodal.models.single_index.numerics.float_landscape import FloatLandscape
from binodal.models.single_index.numerics.hysteresis import feature, held
from binodal.models.single_index.numerics.passes import WeightsLandscape, between, lowest_pass
from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.saddles import Landscape, saddles
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State
from binodal.numerics.errors import Undecided


def test_the_paper_s_loop():
    """Phases, features and barriers of both branches overlap, point by point."""
    loops = [
        hysteresis(model, "sigma2=0.21:0.25:3", preset="fig2").value.points
        for model in ("single-index", "teacher-student")
    ]
    for ours, paper in zip(*loops, strict=True):
        assert (ours.phase, ours.status) == (paper.phase, "certified")
        for one, other in ((ours.cooling, paper.cooling), (ours.heating, paper.heating)):
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                names = ("order", "saddle", "action", "barrier")
                assert all(getattr(one, n).overlaps(getattr(other, n)) for n in names)


def test_no_path_in_floats_is_lower_than_the_pass():
    """Flooding the lattice from the zero state: the level at which the feature is reached."""
    found = hysteresis(
        "single-index",
        "sigma2=23/50:47/100:2",
        preset="fig2",
        activation="gelu",
        teacher="1: 1, 2: 1/2",
    )
    point, setting = found.value.points[0], setting_of("gelu", "1: 1, 2: 1/2", "none")
    assert point.cooling is not None
    exact = {k: Fraction(v) for k, v in found.document["params"].items() if k in setting_keys()}
    state = State(setting, exact | {"sigma2": point.value})
    u, _, norm = (float(x.mid()) for x in state.couplings(arb(0)))
    modes = [float(t.mid()) for t in state.amplitudes(arb(0))]
    on = FloatLandscape(setting, setting.modes, u, norm, modes)
    level = flooded(on, float(point.cooling.order.mid()), (3.5, -1.0, 2.0))
    barrier = float(point.cooling.barrier.mid())
    assert barrier <= level + 1e-12 < barrier + 2e-3


def setting_keys() -> tuple[str, ...]:
    return ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")


def flooded(on, q, sides):
    """The least level whose connected region holds the zero state and a place with m r near q."""
    from scipy.ndimage import label

    most, below, above = sides
    h = np.linspace(-most, most, 281)
    v = np.log(on.norm) / 2 + np.linspace(below, above, 121)
    places = [side.ravel() for side in np.meshgrid(h, v, indexing="ij")]
    action = np.reshape(on.shape(*places)[2], (h.size, v.size))
    zero = h.size // 2, int(np.abs(action[h.size // 2]).argmin())
    overlap = np.tanh(h)[:, None] * np.exp(v)
    there = np.where(np.abs(overlap - q) < 0.05, action, np.inf)
    goal = np.unravel_index(there.argmin(), action.shape)
    low, high = max(action[zero], action[goal]), float(action.max())
    for _ in range(40):
        middle = (low + high) / 2
        parts = label(action <= middle)[0]
        joined = parts[zero] == parts[goal] > 0
        low, high = (low, middle) if joined else (middle, high)
    return high


def saddle(m: str, action: str, kind: str) -> Saddle:
    return Saddle(m=arb(m), r=arb(1), action=arb(action), kind=kind)


def test_a_pass_that_is_not_the_only_one_is_sought():
    rest, top = saddle("0", "0", "minimum"), saddle("0.4", "0.2", "maximum")
    low, lower = saddle("0.8", "0.1", "minimum"), saddle("-0.8", "-0.1", "minimum")
    assert feature([rest], between) is None
    one = feature([rest, top, low], between)
    assert one is not None and one.back.overlaps(arb("0.1"))
    with pytest.raises(Undecided, match="no saddle"):
        feature([rest, top, low, lower], between)
    with pytest.raises(Undecided, match="deeper"):
        feature([rest, top, low, saddle("0.7", "0.1 +/- 0.01", "minimum")], between)
    beyond, deep = saddle("0.9", "0.5", "maximum"), saddle("0.95", "-0.1", "minimum")
    far = feature([rest, top, low, beyond, deep], between)
    assert far is not None and far.barrier.overlaps(arb("0.5"))
    with pytest.raises(Undecided, match="higher"):
        feature([rest, saddle("0.4", "0.5 +/- 0.1", "maximum"), low, beyond, deep], between)


def test_of_two_features_on_one_side_each_is_behind_the_saddle_that_joins_it():
    """Flooding in floats says the same; the lower saddle joins the two features alone."""
    setting = setting_of("cos(z)+cos(3*z)", "2: 1", "none")
    parameters = {k: Fraction(v) for k, v in preset("fig2").items() if k in setting_keys()}
    state = State(setting, parameters | {"sigma2": Fraction(7, 20), "sigma_w2": Fraction(1)})
    u, _, norm = state.couplings(arb(0))
    on = Landscape(setting, u, norm, tuple(state.amplitudes(arb(0))))
    zero, *here = saddles(on, 64)
    weights = WeightsLandscape.of(on)
    high, low, one, other = (s for kind in ("saddle", "minimum") for s in here if s.kind == kind)
    assert low.action < 0 < high.action
    floats = FloatLandscape(setting, setting.modes, float(u), float(norm), [1.0])
    for goal in (one, other):
        assert lowest_pass(weights, zero, here, goal) is high
        level = flooded(floats, float(goal.q.mid()), (4.0, -2.0, 1.0))
        assert float(high.action) <= level + 1e-12 < float(high.action) + 2e-3
    assert lowest_pass(weights, one, here, other) is low


def test_of_features_as_deep_as_the_zero_state_the_one_behind_the_lowest_pass_is_kept():
    """GELU far past coexistence: m and -m alike; without a law of the zero state none is kept."""
    (cold, _) = hysteresis(
        "single-index",
        "sigma2=1/100:23/50:2",
        preset="fig2",
        activation="gelu",
        teacher="1: 1, 2: 1/2",
    ).value.points
    assert (cold.phase, cold.cooling) == ("GMFL-I", None)
    assert cold.heating is not None and cold.heating.order > 0 and cold.heating.action.contains(0)
    rest, top, other = saddle("0", "0", "minimum"), saddle("0.4", "0.2", "saddle"), "0 +/- 1e-9"
    low, lower = saddle("0.8", other, "minimum"), saddle("-0.8", other, "minimum")
    one = held([rest, lower, saddle("-0.4", "0.1", "saddle"), top, low], between)
    assert one is not None and one.order < 0 and one.barrier.overlaps(arb("0.1"))
    assert held([rest], between) is None
