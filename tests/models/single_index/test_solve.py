"""Residual, saddles and phase on both sides of coexistence."""

from __future__ import annotations

from fractions import Fraction

import pytest

from binodal.api import solve
from binodal.errors import RequestError


def _near(one: dict[str, str], other: dict[str, str]) -> bool:
    distance = abs(Fraction(one["mid"]) - Fraction(other["mid"]))
    return distance <= Fraction(one["rad"]) + Fraction(other["rad"])


@pytest.mark.parametrize("sigma2", ["0.2", "0.225"])
def test_the_paper_is_a_setting(sigma2):
    """Closure and saddles overlap with the teacher-student model's, ball by ball."""
    general = solve("single-index", preset="fig2", sigma2=sigma2).document
    paper = solve("teacher-student", preset="fig2", sigma2=sigma2).document
    assert general["phase"] == paper["phase"]
    assert general["status"] == paper["status"] == "certified"
    assert _near(general["closure"]["t"]["1"], paper["closure"]["b"])
    assert _near(general["closure"]["t"]["3"], paper["closure"]["c"])
    ours, theirs = general["saddles"], [s for s in paper["saddles"] if s["q"]["mid"][0] != "-"]
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert _near(one["q"], other["q"])
        assert _near(one["action"], other["action"])
        assert (one["kind"] == "minimum") == (other["kind"] == "minimum")


def test_a_mean_is_learned_at_once():
    document = solve(
        "single-index", activation="gelu", teacher="1: 1, 2: 1/2", preset="fig2", sigma2="0.453"
    ).document
    assert document["phase"] == "GMFL-I"
    assert document["order"] == "first"
    assert document["closure"]["t"]["0"] == {"mid": "0", "rad": "0"}
    masses = [s["mass"] for s in document["saddles"] if s["mass"] is not None]
    assert sum(masses) == pytest.approx(1) and all(0 <= mass <= 1 for mass in masses)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"activation": "monomial:3"}, "grows faster than linearly"),
        ({"activation": "z^2", "teacher": "2: 1"}, "grows faster than linearly"),
        ({"activation": "erf", "teacher": "2: 1"}, "learns no mode"),
        ({"activation": "gelu", "teacher": "3: 1"}, "learns no mode"),
        ({"teacher": "1: 0"}, "has no modes"),
        ({"teacher": "one: 1"}, "write K: COEFFICIENT"),
        ({"teacher": "1: 1, 1: 2"}, "twice"),
        ({"teacher": "99: 1"}, "beyond"),
        ({"bias": "some"}, "choose none"),
        ({"bias": "prior:-1"}, "greater than 0"),
        ({"activation": "x + 1"}, "x"),
    ],
)
def test_refusals_have_one_line(settings, message):
    with pytest.raises((RequestError, ValueError), match=message) as caught:
        solve("single-index", preset="fig2", **settings)
    assert "\n" not in str(caught.value)
