"""Terms that a single-index result leaves out, against the paper's model and integrals of phi."""

from __future__ import annotations

from fractions import Fraction
from math import pi, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb
from scipy import special

from binodal.api import boundary, critical, solve, sweep
from binodal.models.registry import preset
from binodal.models.single_index.numerics import dropped as terms
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.teacher_student.numerics import dropped as paper
from binodal.numerics.dropped import MODES
from binodal.numerics.overlaps.overlaps import overlaps_of
from tests.laws import beside, cases


def _sizes(document: dict) -> dict[str, float]:
    return {term["name"]: float(term["size"]["mid"]) for term in document["dropped"]}


def test_a_law_at_its_own_size_has_no_shift_by_it():
    """But one by the modes that it leaves out: sin's by sixth, in a closure with all of them."""
    at_size = SimpleNamespace(closure="solved", limit="finite", theory="derived")
    sine = setting_of("sin:1", "1: 1, 3: -3/10", "none")
    cold = preset("fig2").replace(sigma2=Fraction(1, 20))
    (left,) = terms.shifts(sine, cold, at_size)
    floats = {name: float(x) for name, x in cold.items()}
    own, whole = (solved(sine, floats, tuple(range(1, top, 2))).residual for top in (4, 14))
    moved = [whole[k] - own[k] for k in (1, 3)] @ np.diag([1, sqrt(6)])
    size = np.linalg.norm(moved) / np.linalg.norm([own[1], sqrt(6) * own[3]])
    assert left.name == MODES and left.small is False
    assert float(left.size.mid()) == pytest.approx(size, rel=0.2)


def test_the_papers_model_leaves_out_the_same_modes():
    given = {"preset": "fig2", "sigma2": "1/50"}
    ours = _sizes(solve("single-index", teacher="1: 1, 3: -3/10", **given).document)
    theirs = solve("teacher-student", **given)
    assert _sizes(theirs.document)[MODES] == pytest.approx(ours[MODES], rel=1e-6)
    assert any("not small" in line and MODES in line for line in theirs.text.splitlines())


def test_an_erf_theory_drops_what_the_papers_model_drops():
    """Its first order in 1/d is derived there; here the closure at d = 600 says it."""
    setting = {"preset": "fig2", "sigma2": "3/10", "beta": 4}
    ours = _sizes(solve("single-index", teacher="1: 1, 3: -3/10", **setting).document)
    theirs = _sizes(solve("teacher-student", **setting).document)
    pairs = [(terms.FIELD, paper.FIELD), (terms.DATA, paper.DATA)]
    for one, other in (*pairs, (terms.UNLEARNED, paper.UNLEARNED)):
        assert ours[one] == pytest.approx(theirs[other], rel=1e-5)
    shifts = [(terms.SHIFT.format(1), paper.SHIFT_B), (terms.SHIFT.format(3), paper.SHIFT_C)]
    for one, other in shifts:
        assert ours[one] == pytest.approx(theirs[other], rel=0.1)


@pytest.mark.parametrize(
    ("teacher", "bias", "first"),
    cases(
        [("1: 1, 3: -3/10", "scaled:1/1000", "1"), ("(1,0): 1, (3,0): -3/10", "none", "(1,0)")],
        every=None,
    ),
)
def test_what_adds_nothing_drops_what_one_direction_drops(teacher, bias, first):
    """A second direction that is not taught, and weak biases; past coexistence."""
    given = {"preset": "fig2", "sigma2": "1/5"}
    one = _sizes(solve("single-index", teacher="1: 1, 3: -3/10", **given).document)
    other = _sizes(solve("single-index", teacher=teacher, bias=bias, **given).document)
    assert len(one) == len(other) == 7
    for name in (terms.FIELD, terms.DATA, terms.UNLEARNED, terms.NEURONS):
        assert other[name] == pytest.approx(one[name], rel=1e-9)
    assert other[MODES] == pytest.approx(one[MODES], rel=0.3)
    assert other[terms.SHIFT.format(first)] == pytest.approx(one[terms.SHIFT.format(1)], rel=0.05)


def test_biases_of_order_one_are_averaged_over():
    """c_0 and c_1 at every bias, and a level of all degrees by the kernel of two inputs."""
    given = {"preset": "fig2", "teacher": "2: 1/2", "bias": "prior:3", "sigma2": "1"}
    found = _sizes(solve("single-index", **given).document)
    bias = np.linspace(-14, 14, 4001)
    weight = np.exp(-(bias**2) / 6)
    weight /= weight.sum()
    mean = weight @ special.erf(bias / sqrt(2)) ** 2
    linear = weight @ (np.exp(-(bias**2) / 2) ** 2) * 2 / pi * 0.5
    whole = 2 / pi * np.arcsin(7 / 8)
    gain, d, n = 8 / 35, 150, 3000
    at = [gain * d * mean, gain * linear]
    freedom = at[0] / (1 + at[0]) + d * at[1] / (1 + at[1]) + gain * d * (whole - mean - linear)
    assert found[terms.DATA] == pytest.approx(freedom / n, rel=1e-5)


def test_an_event_drops_them_at_its_value():
    given = {"preset": "fig2", "activation": "relu", "teacher": "2: 1/2"}
    event = critical("single-index", "condensation", **given).document
    here = _sizes(event)
    assert set(here) == {terms.FIELD, terms.DATA, terms.UNLEARNED}
    sigma2, (n, d, gain) = float(event["value"]["mid"]), (3000, 150, 8 / 35)
    mean, linear = (gain * d / sigma2 * c**2 for c in (1 / (2 * sqrt(pi)), sqrt(0.5) / 2))
    rest = gain * d / sigma2 / 4 - mean - linear
    freedom = mean / (1 + mean) + linear / (1 + linear / d) + rest
    assert here[terms.DATA] == pytest.approx(freedom / n, rel=1e-5)
    assert here[terms.FIELD] == pytest.approx(freedom / 700, rel=1e-5)
    assert here[terms.DATA] != pytest.approx((freedom - mean / (1 + mean)) / n, rel=1e-3)


@beside("test_an_event_drops_them_at_its_value")
def test_an_event_leaves_out_what_its_state_does():
    """A birth has the zero state's residual: the shift by d is that of a state beside it."""
    given = {"preset": "fig2", "activation": "sin:1", "teacher": "1: 1, 3: -3/10"}
    event = critical("single-index", "birth", **given).document
    above = str(float(event["value"]["mid"]) * 1.000001)
    state = _sizes(solve("single-index", **given, sigma2=above).document)
    here = _sizes(event)
    assert set(here) == set(state) and len(here) == 5
    assert here == pytest.approx(state, rel=1e-4)


def test_a_curve_leaves_out_what_its_events_do():
    """A shift by d at the ends of the curve, where it is that of the event there."""
    given = {"preset": "fig2", "teacher": "1: 1, 3: -3/10"}
    plane = {"sigma2": ("0.2", "0.25"), "sigma_w2": ("0.49", "0.51")}
    curve = boundary("single-index", "coexistence", ranges=plane, names=[*plane], points=2, **given)
    rows = {row["name"]: row for row in curve.document["dropped"]}
    largest = rows[terms.SHIFT.format(3)]
    there = critical("single-index", "coexistence", **given, sigma_w2=largest["at"]["sigma_w2"])
    here = _sizes(there.document)
    assert set(rows) == set(here) and len(here) == 5
    assert here[largest["name"]] == pytest.approx(float(largest["size"]["mid"]), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "phi"),
    [
        ("tanh", np.tanh),
        ("sign", lambda x: np.where(x < 0, -1, 1)),
        ("relu", lambda x: np.maximum(x, 0)),
        ("elu", lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))),
        ("sin:3", lambda x: np.sin(3 * x)),
    ],
)
def test_the_mean_square_is_an_integral_of_phi(name, phi):
    z = np.linspace(-12, 12, 240_001)
    direct = np.trapezoid(phi(0.8 * z) ** 2 * np.exp(-(z**2) / 2), z) / sqrt(2 * pi)
    assert float(overlaps_of(name).mean_square(arb("0.8")).mid()) == pytest.approx(direct, abs=1e-8)


def test_few_neurons_at_a_feature_are_a_warning():
    """A hundredth of neurons and data, at the same couplings."""
    given = {"preset": "fig2", "activation": "erf", "teacher": "1: 1, 3: -3/10", "sigma2": "0.2"}
    wide = solve("single-index", **given)
    narrow = solve("single-index", N=7, n=30, sigma_a2="8/7", **given)
    sizes = [_sizes(found.document)[terms.NEURONS] for found in (wide, narrow)]
    assert sizes[1] > 0.1 > sizes[0]
    assert not any(line.startswith("warning") for line in wide.text.splitlines())
    assert any(terms.FIELD in line for line in narrow.text.splitlines() if "not small" in line)


def test_the_zero_state_of_a_finite_law_is_beside_zero_and_no_feature():
    """With modes of both parities: what a sweep shows and what neurons at features carry."""
    given = {"activation": "silu", "teacher": "1: 1/2, 2: -2/3", "N": 500, "n": 1700, "d": 90}
    given |= {"sigma_w2": "3/5", "sigma_a2": "1/40", "limit": "finite"}
    found = solve("single-index", sigma2="1/10", **given).document
    rest, *others = sorted(found["saddles"], key=lambda s: abs(float(s["m"]["value"])))
    held = [s for s in others if s["mass"]]
    deepest = min(held, key=lambda s: float(s["action"]["value"]))
    assert rest["m"]["value"] != "0" and len(held) == 2
    row = str(sweep("single-index", ["sigma2=0.1:0.1:1"], **given)).splitlines()[1].split("\t")
    assert float(row[7]) == pytest.approx(sum(s["mass"] for s in held), rel=1e-9)
    assert float(row[3]) == pytest.approx(float(deepest["m"]["value"]), rel=1e-9)
    assert _sizes(found)[terms.NEURONS] > 0.1
