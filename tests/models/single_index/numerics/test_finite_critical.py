"""Events at finite d against the erf model's own route, solved states, and the limit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.registry import model
from binodal.models.single_index.numerics.finite import solver
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.finite_critical import FiniteCriticalPoints, _falls
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.teacher_student.numerics.finite_critical import critical_finite
from binodal.numerics.outcome import Status
from binodal.numerics.phases.ladder import Approach, ladder
from tests.laws import cases

CUBIC = "1: 1, 3: -3/10"
SET = {
    "N": Fraction(500),
    "n": Fraction(2000),
    "d": Fraction(90),
    "sigma2": Fraction(3, 20),
    "sigma_w2": Fraction(2, 5),
    "sigma_a2": Fraction(1, 50),
}


def events(activation: str, teacher: str = CUBIC) -> FiniteCriticalPoints:
    return FiniteCriticalPoints(setting_of(activation, teacher, "none"))


@pytest.mark.parametrize(
    ("event", "along"), cases([("mass", "sigma2"), ("birth", "N")], every=None)
)
def test_erf_has_the_events_of_its_own_model(event, along):
    """That model's law has one coordinate, its quadrature and its brackets are others."""
    share = Fraction(1, 40)
    found = events("erf")(SET, event, along, fraction=share)
    own = {**SET, "epsilon": Fraction(-3, 10)}
    other = critical_finite(own, event, along, fraction=share)
    assert found.status is Status.CONVERGED and other.point is not None
    assert found.point.value.overlaps(other.point.value)
    assert found.point.b.overlaps(other.point.b) and found.point.q.overlaps(other.point.q)
    assert float(found.point.value.rel_accuracy_bits()) > (30 if event == "birth" else 5)
    wrong = critical_finite({**own, "epsilon": Fraction(-1, 4)}, event, along, fraction=share)
    assert not found.point.value.overlaps(wrong.point.value)


def test_saddles_appear_at_the_birth():
    """GELU, whose classes are no images: on one side of the event alone, a minimum more."""
    find = events("gelu", "1: 1, 2: 1/2")
    at = SET | {"sigma2": Fraction(1, 2)}
    value = Fraction(str(float(find(at, "birth").point.value.mid())))
    solve = solver(setting_of("gelu", "1: 1, 2: 1/2", "none"))
    space = model("single-index").space
    counts = [
        sum(
            s.kind == "minimum" for s in solve(space.at({**at, "sigma2": x}), "derived", 15).saddles
        )
        for x in (value * Fraction(999, 1000), value * Fraction(1001, 1000))
    ]
    assert counts == [2, 1]


def test_without_a_crossing_nothing_is_said():
    """A linear teacher has no feature."""
    found = events("erf", "1: 1")(SET, "birth")
    assert found.status is Status.UNDECIDED and found.point is None and "no proof" in found.reason


def test_births_approach_the_limit_as_one_over_d():
    """The difference falls as 1/d, and no derived coefficient is claimed."""
    of = model("single-index").offer("approach")
    assert isinstance(of, Approach) and of.shift is None
    parameters = model("single-index").space.at(SET)
    found = ladder(of, parameters, [Fraction(100), Fraction(400)])
    assert found.status is Status.CONVERGED and found.predicted is None
    assert found.rungs[1].exponent == pytest.approx(-1, abs=0.1)
    assert all(rung.resolved for rung in found.rungs)


def test_depths_are_beside_the_state_at_rest():
    """GELU's mode 0 moves that state, and its S/d is not zero: coexistence asks for the rest."""
    setting = setting_of("gelu", "1: 1, 2: 1/2", "none")
    at = SET | {"sigma2": Fraction(2, 5), "d": Fraction(150)}
    found = solver(setting)(model("single-index").space.at(at), "derived", 15).saddles
    rest, feature = (float(s.action.mid()) for s in found if s.kind == "minimum")
    falls = _falls(solved(setting, {name: float(x) for name, x in at.items()}))
    (depth,) = [fall.action for fall in falls if np.isfinite(fall.action)]
    assert depth == pytest.approx(feature - rest, abs=1e-9) and abs(rest) > 1e-5
