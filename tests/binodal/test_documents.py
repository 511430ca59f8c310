"""The JSON objects of the stable interface, and that text says the same."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction

import pytest

from binodal.api import critical, solve
from binodal.numerics.errors import Undecided
from binodal.page.tables import shown
from binodal.result_json import exit_status
from binodal.version import VERSION

FIG2 = ("teacher-student", "--preset", "fig2")
COMMON = {"model", "theory", "limit", "params", "assumptions", "version", "status"}
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
EXACT = re.compile(r"-?[0-9]+(/[0-9]+)?")


def check_common(document, theory, limit):
    assert set(document) >= COMMON
    assert (document["model"], document["theory"]) == ("teacher-student", theory)
    assert (document["limit"], document["version"]) == (limit, VERSION)
    assert set(document["params"]) == {"N", "n", "d", "sigma2", "sigma_w2", "sigma_a2", "epsilon"}
    assert all(EXACT.fullmatch(value) for value in document["params"].values())
    assert document["assumptions"] and all(isinstance(a, str) for a in document["assumptions"])


def check_ball(ball, digits):
    assert set(ball) == {"mid", "rad"}
    assert all(DECIMAL.fullmatch(text) for text in ball.values())
    assert Decimal(ball["rad"]) <= abs(Decimal(ball["mid"])) * Decimal(10) ** -digits


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_coexistence(run, theory):
    ran = run(
        "critical", *FIG2, "--event", "coexistence", "--theory", theory, "--digits", "60", "--json"
    )
    document = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    check_common(document, theory, "thermodynamic")
    assert set(document) == COMMON | {
        "event",
        "along",
        "value",
        "at",
        "others",
        "reason",
        "dropped",
        "transition",
    }
    assert (document["event"], document["along"]) == ("coexistence", "sigma2")
    assert (document["status"], document["others"]) == ("certified", [])
    assert set(document["at"]) == {"u", "q", "b"}
    for ball in (document["value"], *document["at"].values()):
        check_ball(ball, 60)
    start = {"published": "0.178719454735076", "derived": "0.217099049711878"}[theory]
    assert document["value"]["mid"].startswith(start)
    # u = n^2 sigma_a^2/(sigma^4 d N), in decimals that are independent of the program's.
    params = {name: Fraction(value) for name, value in document["params"].items()}
    sigma2 = Fraction(document["value"]["mid"])
    u = params["n"] ** 2 * params["sigma_a2"] / (sigma2**2 * params["d"] * params["N"])
    assert abs(u - Fraction(document["at"]["u"]["mid"])) < Fraction(1, 10**55)


def test_birth_along_n(run):
    ran = run("critical", *FIG2, "--event", "birth", "--along", "n", "--digits", "30", "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["along"]) == (0, "n")
    check_ball(document["value"], 30)
    # u is invariant: birth along n is at the same u as birth along sigma^2.
    other = critical("teacher-student", "birth", preset="fig2", digits=30)
    assert document["at"]["u"]["mid"][:28] == other.document["at"]["u"]["mid"][:28]


def test_no_instability(run):
    ran = run("critical", *FIG2, "--event", "instability", "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["status"]) == (1, "absent")
    assert document["value"] is None and document["at"] is None and document["reason"]


@pytest.mark.parametrize("limit", ["thermodynamic", "finite"])
def test_solve(run, limit):
    ran = run("solve", *FIG2, "-s", "sigma2=0.15", "--limit", limit, "--json")
    document = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    check_common(document, "derived", limit)
    assert set(document) == COMMON | {
        "closure",
        "curves" if limit == "thermodynamic" else "corrections",
        "saddles",
        "phase",
        "reason",
        "dropped",
    }
    assert document["params"]["sigma2"] == "3/20"
    assert set(document["closure"]) == {"b", "c"}
    for ball in document["closure"].values():
        check_ball(ball, 13)
    assert document["phase"] in {"GFL", "GMFL-I", "GMFL-II"}
    assert len(document["saddles"]) == 5
    for saddle in document["saddles"]:
        assert {"q", "action", "kind", "mass"} < set(saddle)
        assert saddle["kind"] in {"minimum", "maximum", "saddle"}
        assert (saddle["mass"] is None) == (saddle["kind"] != "minimum")
    masses = [s["mass"] for s in document["saddles"] if s["mass"] is not None]
    assert sum(masses) == pytest.approx(1)


def test_a_finite_event_is_proved(run):
    ran = run("critical", *FIG2, "--event", "birth", "--limit", "finite", "--json")
    document = json.loads(ran.out)
    assert (ran.status, document["status"]) == (0, "certified")
    check_ball(document["value"], 13)
    for ball in document["at"].values():
        check_ball(ball, 9)


def test_a_number_without_proof_is_an_estimate(monkeypatch):
    """A finite-size event whose proof fails is converged: nothing in it may look like a ball."""

    def refuse(*_):
        raise Undecided("no proof today")

    monkeypatch.setattr(
        "binodal.models.teacher_student.numerics.finite_critical.proved_point", refuse
    )
    document = critical("teacher-student", "birth", preset="fig2", limit="finite").document
    assert document["status"] == "converged"
    assert set(document["value"]) == {"value", "error"}
    assert all(set(value) == {"value", "error"} for value in document["at"].values())


def test_a_mass_shows_what_is_known_of_it(monkeypatch):
    """A ball where it is proved, an error and a word where it is not."""

    def refuse(*_):
        raise Undecided("no proof today")

    proved = solve("teacher-student", preset="fig2", limit="finite")
    monkeypatch.setattr("binodal.models.teacher_student.numerics.finite.proved_closure", refuse)
    computed = solve("teacher-student", preset="fig2", limit="finite")
    for saddle, other in zip(proved.document["saddles"], computed.document["saddles"], strict=True):
        assert "mass_error" not in saddle and "mass_ball" not in other
        if saddle["mass"] is not None:
            check_ball(saddle["mass_ball"], 13)
            assert float(saddle["mass_ball"]["mid"]) == pytest.approx(saddle["mass"], rel=1e-12)
            assert abs(other["mass"] - saddle["mass"]) <= other["mass_error"] < 1e-9
    assert "not certified" not in str(proved) and str(computed).count("(not certified)") == 3


def test_scaling_is_named_and_moves_nothing():
    here = solve("teacher-student", preset="fig2", sigma2="0.2", digits=20).document
    there = solve("teacher-student", preset="fig2", sigma2="0.2", beta=2, digits=20).document
    assert here["closure"]["b"]["mid"][:20] == there["closure"]["b"]["mid"][:20]
    assert any("beta = 2" in text for text in there["assumptions"])


def test_floats_are_read_as_decimals_and_said():
    found = solve("teacher-student", preset="fig2", sigma2=0.15).document
    assert found["params"]["sigma2"] == "3/20"
    assert any("float" in text and "sigma2" in text for text in found["assumptions"])


def test_a_solution_without_a_phase_is_not_decided():
    assert exit_status({"status": "certified", "phase": "undecided"}) == 1
    assert exit_status({"status": "certified", "phase": "GFL"}) == 0
    assert exit_status({"status": "absent"}) == 1


def test_text_holds_the_same_number(run):
    ran = run("critical", *FIG2, "--event", "coexistence", "--theory", "published")
    assert ran.status == 0
    assert "[certified]" in ran.out and "0.178719454735076 ± " in ran.out
    assert "fixed transverse norm" in ran.out


@pytest.mark.parametrize("digits", [3, 10, 25])
def test_what_is_shown_is_within_its_error(digits):
    """The shown error covers the rounding of the shown digits and the radius."""
    middle = Decimal("0.1787194547350762128636220")
    text = shown({"mid": str(middle), "rad": "3e-12"}, digits)
    value, error = (Decimal(part) for part in text.split(" ± "))
    assert (
        abs(value - middle) + Decimal("3e-12") <= error < Decimal("2e-11") + Decimal(10) ** -digits
    )
