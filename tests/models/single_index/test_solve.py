"""Residual, saddles and phase on both sides of coexistence."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.api import solve
from binodal.errors import RequestError
from binodal.models.single_index.numerics.floats import below, nearer
from binodal.models.single_index.numerics.saddles import Landscape, Stationary
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State


def _near(one: dict[str, str], other: dict[str, str]) -> bool:
    distance = abs(Fraction(one["mid"]) - Fraction(other["mid"]))
    return distance <= Fraction(one["rad"]) + Fraction(other["rad"])


@pytest.mark.parametrize("sigma2", ["0.2", "0.225", "1/300", "1/3000"])
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


def test_two_waves_have_a_feature():
    """Its action vanishes at the residual, by quadrature; what is left out has its sizes."""
    document = solve(
        "single-index",
        activation="cos(z) + cos(3*z)",
        teacher="2: 1",
        preset="fig2",
        sigma2="3/10",
        sigma_w2="1/2",
    ).document
    (pinned,) = (s for s in document["saddles"] if s["kind"] == "minimum" and s["q"]["mid"] != "0")
    m, r = (float(pinned[name]["mid"]) for name in ("m", "r"))
    t, u = float(document["closure"]["t"]["2"]["mid"]), 3000**2 * (8 / 700) / (0.3**2 * 150 * 700)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    phi = np.cos(r * nodes) + np.cos(3 * r * nodes)
    overlap = phi @ (weights * (nodes**2 - 1)) / math.sqrt(2 * math.pi)
    cost = (2 * r**2 - 1) / 2 - math.log(r * math.sqrt(2)) - math.log1p(-(m**2)) / 2
    assert document["status"] == "certified" and document["dropped"]
    assert cost == pytest.approx(u / 2 * (t * m**2 * overlap) ** 2, rel=1e-12)


def test_a_noise_beyond_all_learning_leaves_the_residual():
    """A coupling below the rounding of the search."""
    document = solve("single-index", preset="fig2", sigma2="1e30").document
    assert (document["status"], document["phase"]) == ("certified", "GFL")


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


@pytest.mark.parametrize(("sigma2", "proved"), [("1/5", True), ("3/10", False)])
def test_a_neuron_below_the_zero_state_is_proved_without_a_search(sigma2, proved):
    """On one side of coexistence, not on the other, and not where nothing is found."""
    texts = {"N": "700", "n": "3000", "d": "150", "sigma_w2": "1/2", "sigma_a2": "2/175"}
    parameters = {name: Fraction(text) for name, text in {**texts, "sigma2": sigma2}.items()}
    state = State(setting_of("erf", "1: 1, 3: -3/10", "none"), parameters)
    u, _, norm = state.couplings(arb(0))
    action = Stationary(Landscape(state.setting, u, norm, tuple(state.amplitudes(arb(0))))).shape
    assert below(lambda: nearer(state), lambda at: action(at)[-1]) == proved
