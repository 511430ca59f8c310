"""The action with r_perp^2 at its prior mean: the paper's numbers at erf, and its own at sine."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from binodal.api import critical, solve
from binodal.numerics.errors import ParameterError
from tests.laws import cases


def _near(one: dict[str, str], other: dict[str, str]) -> bool:
    distance = abs(Fraction(one["mid"]) - Fraction(other["mid"]))
    return distance <= Fraction(one["rad"]) + Fraction(other["rad"])


@pytest.mark.parametrize(
    ("event", "along"), cases([("coexistence", "sigma_w2"), ("birth", "sigma2")], every=None)
)
def test_the_papers_events_are_a_setting(event, along):
    asked = {"along": along, "preset": "fig2", "theory": "published", "digits": 25}
    ours = critical("single-index", event, **asked).document
    theirs = critical("teacher-student", event, **asked).document
    assert ours["status"] == theirs["status"] == "certified"
    assert len(ours["others"]) == len(theirs["others"])
    assert _near(ours["value"], theirs["value"])
    assert all(_near(ours["at"][name], theirs["at"][name]) for name in ("u", "q", "b"))
    assert any("r_perp^2 is replaced" in text for text in ours["assumptions"])
    for name, ball in ours.get("transition", {}).items():
        assert _near(ball, theirs["transition"][name])
    relaxed = critical("teacher-student", event, **{**asked, "theory": "derived"}).document
    assert not _near(ours["value"], relaxed["value"]), "the control: another action"


@pytest.mark.parametrize("sigma2", ["0.185", "0.15"])
def test_the_papers_states_are_a_setting(sigma2):
    """Before and past coexistence, with the mass of the feature and all responses."""
    asked = {"preset": "fig2", "theory": "published", "sigma2": sigma2}
    ours = solve("single-index", **asked).document
    theirs = solve("teacher-student", **asked).document
    assert ours["phase"] == theirs["phase"]
    assert _near(ours["closure"]["t"]["1"], theirs["closure"]["b"])
    assert _near(ours["closure"]["t"]["3"], theirs["closure"]["c"])
    right = [s for s in theirs["saddles"] if not s["q"]["mid"].startswith("-")]
    for one, other in zip(ours["saddles"], right, strict=True):
        assert _near(one["q"], other["q"]) and _near(one["action"], other["action"])
        assert one["kind"] == other["kind"]
    for one, other in (("1", "b"), ("3", "c")):
        mode = theirs["curves"]["modes"][other]
        assert _near(ours["curves"]["modes"][one]["susceptibility"], mode["susceptibility"])


def test_a_sine_by_hand():
    """c_1 = r exp(-r^2/2) and c_3 = -r^3 exp(-r^2/2): S(q) = S'(q) = 0 on its own zero branch."""
    found = critical(
        "single-index", "coexistence", preset="fig2", activation="sin:1", theory="published"
    ).document
    with mpmath.workdps(30):
        noise, q, b = (
            mpmath.mpf(found[name]["mid"] if name == "value" else found["at"][name]["mid"])
            for name in ("value", "q", "b")
        )
        spread, width = mpmath.mpf(8) / 700, mpmath.mpf(1) / 2
        u = 3000**2 * spread / (noise**2 * 150 * 700)

        def action(place):
            force = (b * place + mpmath.mpf(3) / 10 * place**3) * mpmath.exp(
                -(place**2 + width) / 2
            )
            return place**2 / (2 * width) - u / 2 * force**2

        assert abs(action(q)) < 1e-14 and abs(mpmath.diff(action, q)) < 1e-13
        rest = width * mpmath.exp(-width)
        gain, stiffness = 3000 * spread / (noise * 150), 1 - u * b**2 * rest
        assert abs(b * (1 + gain * rest / stiffness) - 1) < 1e-14


def test_what_the_published_theory_has_not():
    with pytest.raises(ParameterError, match="choose theory derived"):
        critical("single-index", "condensation", preset="fig2", theory="published")
    setting = {"activation": "relu", "teacher": "2: 1/2", "sigma2": "0.1"}
    state = solve("single-index", preset="fig2", theory="published", **setting)
    assert state.document["status"] == "undecided"
