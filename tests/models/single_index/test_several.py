"""Two directions: the committee's minima and its coexistence against minimisation of S itself."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import erf

from binodal.api import critical, solve
from binodal.errors import RequestError
from tests.laws import beside

COMMITTEE = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"
_T, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / np.sqrt(2 * np.pi)


def _linear(r: float) -> float:
    return float(_WEIGHTS @ (erf(r * _T) * _T))


def _cubic(r: float) -> float:
    return float(_WEIGHTS @ (erf(r * _T) * (_T**3 - 3 * _T)))


def _share(sigma2: float) -> float:
    """t_1/y_1 in the zero state, from its own equation at the preset's numbers."""
    u, gain = 48 / 49 / sigma2**2, 8 / 35 / sigma2
    square = _linear(np.sqrt(0.5)) ** 2
    pole = 1 / np.sqrt(2 * u * square)
    return brentq(
        lambda s: s * (1 + gain * square / (1 - 2 * u * square * s**2)) - 1, 0, min(1, pole) - 1e-12
    )


def _least(sigma2: float) -> float:
    """The lowest action away from the zero state."""
    return _deepest(sigma2)[0]


def _deepest(sigma2: float) -> tuple[float, float, float]:
    """The lowest action away from the zero state and its cosines, by descent from many places."""
    u, share = 48 / 49 / sigma2**2, _share(sigma2)

    def action(place: np.ndarray) -> float:
        one, other, log_r = place
        rest = 1 - one**2 - other**2
        if rest <= 0:
            return 1e3
        r = np.exp(log_r)
        field = share * (one + other) * _linear(r) - 0.3 * (one**3 + other**3) * _cubic(r)
        return r**2 - 0.5 - np.log(r / np.sqrt(0.5)) - np.log(rest) / 2 - u / 2 * field**2

    starts = [(0.5, 0.5, -0.2), (0.8, 0.1, 0.0), (0.4, 0.6, -0.1), (0.7, -0.4, 0.0)]
    found = [
        minimize(action, s, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
        for s in starts
    ]
    away = [(float(f.fun), *map(float, f.x[:2])) for f in found if np.hypot(*f.x[:2]) > 0.2]
    return min(away)


def test_the_committee_learns_both_directions_at_once():
    document = critical(
        "single-index", "coexistence", teacher=COMMITTEE, preset="fig2", digits=20
    ).document
    assert document["status"] == "certified"
    assert document["class"] == "unspecialised"
    assert document["others"] == []
    assert document["at"]["m1"] == document["at"]["m2"] or (
        abs(Fraction(document["at"]["m1"]["mid"]) - Fraction(document["at"]["m2"]["mid"]))
        <= 2 * Fraction(document["at"]["m1"]["rad"])
    )
    value = float(document["value"]["mid"])
    assert abs(_least(value)) < 1e-8
    assert _least(value * 1.01) > 1e-5
    assert _least(value * 0.99) < -1e-5
    # Within a ten-thousandth a coarse grid sees no place below zero.
    past = solve("single-index", teacher=COMMITTEE, preset="fig2", sigma2=value * 0.9999).document
    assert (past["status"], past["phase"]) == ("certified", "GMFL-I")


def test_specialised_features_leave_the_unspecialised_one():
    """Births of both classes: a fold, and where the lowest minimum ceases to have equal cosines."""
    document = critical("single-index", "birth", teacher=COMMITTEE, preset="fig2").document
    assert document["status"] == "certified" and document["class"] == "unspecialised"
    (split,) = document["others"]
    assert split["class"] == "specialised"
    value = float(split["value"]["mid"])
    below, above = (_deepest(value * factor)[1:] for factor in (0.998, 1.002))
    assert abs(below[0] - below[1]) > 0.02 and abs(above[0] - above[1]) < 1e-4
    one, other = (float(split["at"][k]["mid"]) for k in ("m1", "m2"))
    assert one == pytest.approx(other, abs=1e-14)
    assert one == pytest.approx(above[0], abs=5e-3)


def test_all_minima_of_the_committee_are_found():
    document = solve("single-index", teacher=COMMITTEE, preset="fig2", sigma2="0.18").document
    assert document["phase"] == "GFL"
    assert document["closure"]["t"]["(1,0)"] == document["closure"]["t"]["(0,1)"]
    minima = [s for s in document["saddles"] if s["kind"] == "minimum"]
    assert len(minima) == 2
    assert float(minima[1]["action"]["mid"]) == pytest.approx(_least(0.18), abs=1e-9)


@beside("test_past_coexistence_one_direction_in_two_is_that_of_one")
def test_a_teacher_of_one_direction_in_two_is_that_of_one():
    """A second direction that the teacher does not use changes no event."""
    one = critical("single-index", "coexistence", teacher="1: 1, 3: -3/10", preset="fig2").document
    two = critical(
        "single-index", "coexistence", teacher="(1,0): 1, (3,0): -3/10", preset="fig2"
    ).document
    assert two["status"] == "certified"
    distance = abs(Fraction(one["value"]["mid"]) - Fraction(two["value"]["mid"]))
    assert distance <= Fraction(one["value"]["rad"]) + Fraction(two["value"]["rad"])
    for name, ball in one["transition"].items():
        assert _near(ball, two["transition"][name])


def _near(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two numbers, proved or not, overlap."""
    mids = [Fraction(x.get("mid", x.get("value"))) for x in (one, other)]
    radii = [Fraction(x.get("rad", x.get("error"))) for x in (one, other)]
    return abs(mids[0] - mids[1]) <= sum(radii)


def test_past_coexistence_one_direction_in_two_is_that_of_one():
    one = solve("single-index", teacher="1: 1, 3: -3/10", preset="fig2", sigma2="0.2").document
    two = solve(
        "single-index", teacher="(1,0): 1, (3,0): -3/10", preset="fig2", sigma2="0.2"
    ).document
    assert one["phase"] == two["phase"] == "GMFL-I"
    for k in (1, 3):
        assert _near(one["closure"]["t"][str(k)], two["closure"]["t"][f"({k},0)"])


THREE = "(1,0,0): 1, (0,1,0): 1, (0,0,1): 1, (3,0,0): -3/10, (0,3,0): -3/10, (0,0,3): -3/10"


def test_on_the_diagonal_a_committee_is_one_direction():
    """J equal cosines: a teacher He_1 + (epsilon/J) He_3 at J times the coupling u, the same G."""
    three = critical("single-index", "coexistence", teacher=THREE, preset="fig2").document
    one = critical(
        "single-index",
        "coexistence",
        teacher="1: 1, 3: -1/10",
        preset="fig2",
        n="9000",
        sigma_a2="8/2100",
    ).document
    assert three["status"] == "certified"
    assert three["class"] == "unspecialised"
    assert _near(three["value"], one["value"])
    assert _near(three["transition"]["latent_heat"], one["transition"]["latent_heat"])
    share = float(one["at"]["m"]["mid"]) / np.sqrt(3)
    assert float(three["at"]["m1"]["mid"]) == pytest.approx(share, rel=1e-12)


def _three(place: np.ndarray, sigma2: float, share: float) -> float:
    """S/d of three cosines and log r, from its definition."""
    *m, log_r = place
    rest, r = 1 - float(np.dot(m, m)), np.exp(log_r)
    if rest <= 0:
        return 1e3
    field = share * sum(m) * _linear(r) - 0.3 * sum(x**3 for x in m) * _cubic(r)
    u = 48 / 49 / sigma2**2
    return r**2 - 0.5 - np.log(r / np.sqrt(0.5)) - np.log(rest) / 2 - u / 2 * field**2


def test_saddles_of_three_cosines_are_stationary_in_all_of_them():
    """And their kind is that of the whole Hessian; minima that descent finds are among them."""
    document = solve("single-index", teacher=THREE, preset="fig2", sigma2="0.157").document
    assert document["phase"] == "GFL"
    assert len(document["saddles"]) > 2
    share = float(document["closure"]["t"]["(1,0,0)"]["mid"])
    step, identity = 1e-4, np.eye(4)
    for saddle in document["saddles"][1:]:
        at = np.array([float(saddle[k]["mid"]) for k in ("m1", "m2", "m3", "r")])
        at[3] = np.log(at[3])

        def value(x: np.ndarray) -> float:
            return _three(x, 0.157, share)

        slopes = [(value(at + step * e) - value(at - step * e)) / (2 * step) for e in identity]
        bends = [
            [
                (
                    value(at + step * (e + f))
                    - value(at + step * (e - f))
                    - value(at - step * (e - f))
                    + value(at - step * (e + f))
                )
                / (4 * step**2)
                for e in identity
            ]
            for f in identity
        ]
        assert np.abs(slopes).max() < 1e-5
        kinds = np.linalg.eigvalsh(np.array(bends))
        expected = "minimum" if kinds[0] > 0 else "maximum" if kinds[-1] < 0 else "saddle"
        assert saddle["kind"] == expected
        assert value(at) == pytest.approx(float(saddle["action"]["mid"]), abs=1e-9)


@pytest.mark.parametrize(
    ("teacher", "message"),
    [
        ("(1,0,0): 1, (0,1,0): 1", "every exchange"),
        ("(1,0,0): 1, (0,1): 1", "same number"),
        ("(1,0,0,0): 1", "two or three directions"),
        ("(1): 1", "two or three directions"),
    ],
)
def test_directions_that_are_refused(teacher, message):
    with pytest.raises(RequestError, match=message):
        solve("single-index", teacher=teacher, preset="fig2")


def test_a_feature_along_a_direction_of_a_teacher_without_axes_is_that_of_one_direction() -> None:
    """He_3 of the first direction leaves no axis of symmetry; the second one is learned alone."""
    both = "(0,1): 1, (3,0): 1/5, (0,3): -3/10"
    found = solve("single-index", teacher=both, preset="fig2", sigma2="1/5").document
    alone = solve("single-index", teacher="1: 1, 3: -3/10", preset="fig2", sigma2="1/5").document
    (feature,) = (s for s in alone["saddles"] if s["kind"] == "minimum" and s["m"]["mid"] != "0")
    assert found["status"] == "certified" and found["phase"] == alone["phase"] == "GMFL-I"
    held = [s for s in found["saddles"] if s["m2"]["mid"] == feature["m"]["mid"]]
    assert [s["m1"]["mid"] for s in held] == ["0"]
    assert found["closure"]["t"]["(0,1)"]["mid"] == alone["closure"]["t"]["1"]["mid"]


@beside(
    "tests/models/single_index/test_several_held.py::test_past_coexistence_neurons_hold_the_feature_at_zero"
)
def test_far_below_coexistence_the_feature_still_holds_its_action_at_zero() -> None:
    """The state is found from where S vanishes first, far from the zero branch's feature."""
    found = solve("single-index", teacher=COMMITTEE, preset="fig2", sigma2="1/1000").document
    assert (found["status"], found["phase"]) == ("certified", "GMFL-I")
    t = {mode: float(ball["mid"]) for mode, ball in found["closure"]["t"].items()}
    held = [s for s in found["saddles"] if s["kind"] == "minimum" and s["mass"]][-1]
    one, other, r = (float(held[name]["mid"]) for name in ("m1", "m2", "r"))
    field = (t["(1,0)"] * one + t["(0,1)"] * other) * _linear(r)
    field += (t["(3,0)"] * one**3 + t["(0,3)"] * other**3) * _cubic(r)
    cost = r**2 - 0.5 - np.log(r / np.sqrt(0.5)) - np.log(1 - one**2 - other**2) / 2
    assert cost == pytest.approx(48 / 49 / 0.001**2 / 2 * field**2, rel=1e-7)
