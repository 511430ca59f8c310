"""Modular addition from the command line: documents, sweeps, bad input, exact checks."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from binodal.api import critical, solve, sweep
from binodal.models.modular import selftest as known
from binodal.models.modular.exact_checks import MAX_ORDER, exact_checks
from binodal.models.modular.model import COMPOSITE, EVEN
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.phases.rule import RULE
from tests.laws import WHOLE, cases

FIG3 = ("modular", "--preset", "fig3")
COMMON = {"model", "theory", "limit", "params", "assumptions", "version", "status"}


def asked(run, *arguments):
    ran = run(*arguments, "--json")
    assert ran.err == ""
    document = json.loads(ran.out)
    assert set(document) >= COMMON and document["model"] == "modular"
    assert document["assumptions"]
    return ran.status, document


def by_hand(multiple: int, power: str) -> Decimal:
    """multiple * 3^power * P sqrt(sigma_a^2/N) / gamma^(1/4) at the setting of Fig. 3."""
    with localcontext(prec=60):
        root = (Decimal("0.000002") / 1000).sqrt()
        return multiple * Decimal(3) ** Decimal(power) * 401 * root / Decimal("0.1")


def test_coexistence_as_published(run):
    status, document = asked(
        run, "critical", *FIG3, "--event", "coexistence", "--theory", "published", "--digits", "40"
    )
    assert (status, document["status"], document["others"]) == (0, "certified", [])
    assert set(document["at"]) == {"u", "x", "a"}
    value = Decimal(document["value"]["mid"])
    assert str(value).startswith("0.236015")
    assert abs(value - by_hand(1, "0.25")) < Decimal("1e-39")
    assert Decimal(document["value"]["rad"]) < Decimal("1e-40")
    assert Decimal(document["at"]["a"]["mid"]) == 1


def test_the_end_of_gmfl1_as_published(run):
    """A full ring has lambda = sigma_a^2 x^2 = 2e-6 * 3/gamma = 0.06, and a = sigma^2/tau."""
    status, document = asked(
        run, "critical", *FIG3, "--event", "gmfl2", "--theory", "published", "--digits", "40"
    )
    value = Decimal(document["value"]["mid"])
    assert (status, document["status"]) == (0, "certified") and str(value).startswith("0.176015")
    assert abs(by_hand(1, "0.25") - value - Decimal("0.06")) < Decimal("1e-39")
    with localcontext(prec=60):
        a = value / by_hand(1, "0.25")
        assert abs(Decimal(document["at"]["a"]["mid"]) - a) < Decimal("1e-39")


def test_gmfl1_does_not_end_in_the_derived_theory(run):
    status, document = asked(run, "critical", *FIG3, "--event", "gmfl2", "--theory", "derived")
    assert (status, document["status"], document["value"]) == (1, "absent", None)
    # Lambda = 4 P^2 sigma_a^2 * 3/gamma.
    assert "Lambda = 38592.2" in document["reason"] and "exists iff" in document["reason"]


@pytest.mark.parametrize("limit", ["thermodynamic", "finite"])
@pytest.mark.parametrize("theory", ["published", "derived"])
def test_solve(run, theory, limit):
    status, document = asked(
        run, "solve", *FIG3, "-s", "sigma2=0.2", "--theory", theory, "--limit", limit
    )
    # At finite size the rings of the derived theory hold less than one of the 1000 neurons.
    rare = limit == "finite" and theory == "derived"
    phase = "GFL" if rare else "GMFL-I"
    assert (status, document["status"], document["phase"]) == (0, "certified", phase)
    assert (document["theory"], document["limit"]) == (theory, limit)
    assert set(document["closure"]) == {"a", "lambda"} and "real_mode" not in document
    a, level = (Fraction(document["closure"][name]["mid"]) for name in ("a", "lambda"))
    assert abs(a * (Fraction(1, 5) + level) - Fraction(1, 5)) < Fraction(1, 10**14)
    assert float(a) == pytest.approx(0.8474, abs=1e-4)
    assert [s["kind"] for s in document["saddles"]] == ["minimum", "saddle", "minimum"]
    assert all(set(s) == {"x", "action", "kind", "mass", "mass_ball"} for s in document["saddles"])
    zero, _, ring = document["saddles"]
    assert zero["mass"] + ring["mass"] == pytest.approx(1)
    # lambda = factor * mass * x^2, dominated by the ring.
    factor = 2e-6 * (4 * 401**2 if theory == "derived" else 1)
    filled = factor * ring["mass"] * float(ring["x"]["mid"]) ** 2
    assert filled == pytest.approx(float(level), rel=2e-3)
    assert any(text.startswith("neurons") for text in document["assumptions"])


def test_what_even_and_composite_p_change():
    even = solve("modular", preset="fig3", P=6, sigma2="0.003", limit="finite")
    found = even.document
    assert set(found["real_mode"]) == {"a", "lambda"} and COMPOSITE in found["assumptions"]
    assert found["real_mode"]["a"]["mid"] != found["closure"]["a"]["mid"]
    assert "real mode P/2" in even.text
    assert EVEN in solve("modular", preset="fig3", P=402).document["assumptions"]
    assert COMPOSITE not in solve("modular", preset="fig3").document["assumptions"]


def test_scaling_has_exponents_of_its_own():
    here = solve("modular", preset="fig3", sigma2="0.2").document
    there = solve("modular", preset="fig3", sigma2="0.2", beta=4).document
    assert here["closure"]["a"]["mid"] == there["closure"]["a"]["mid"]
    assert here["saddles"][2]["mass"] == pytest.approx(there["saddles"][2]["mass"])
    assert (there["params"]["N"], there["params"]["P"]) == ("16000", "802")
    assert any("beta = 4" in text and "alpha" not in text for text in there["assumptions"])


def test_a_hundred_digits_on_the_command_line():
    command = ("critical", *FIG3, "--event", "coexistence", "--digits", "100")
    done = subprocess.run(
        [sys.executable, "-m", "binodal", *command], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("0.236015042701893489997656396262673327634954") == 1


def test_derive(run):
    ran = run("derive", "modular", "nngp-spectrum", "--format", "latex")
    assert ran.status == 0 and r"\left(P - 1\right)^{2}" in ran.out


@pytest.mark.parametrize("theory", cases(["published", "derived"], every=None))
def test_sweeps_agree_with_single_solutions(theory):
    every = ("0.15", "0.19", "0.23", "0.27")
    for limit, tolerance in (("thermodynamic", 1e-10), ("finite", 1e-7)):
        values = every if WHOLE or limit == "thermodynamic" else every[::3]
        grid = f"sigma2=0.15:0.27:{len(values)}"
        table = sweep("modular", [grid], preset="fig3", theory=theory, limit=limit)
        names = {"a", "lambda", "x", "action", "mass", "test_loss", "log_evidence"}
        assert table.decided() and set(table.values) == names
        for index, sigma2 in enumerate(values):
            single = solve("modular", preset="fig3", theory=theory, limit=limit, sigma2=sigma2)
            for name in ("a", "lambda"):
                expected = float(single.document["closure"][name]["mid"])
                assert table.values[name][index] == pytest.approx(expected, rel=tolerance)
            assert table.phases[table.phase[index]] == single.document["phase"]
        assert np.isnan(table.values["x"][-1]) and table.values["mass"][-1] == 0


CRITICAL = ("critical", *FIG3, "--event", "gmfl2")
SOLVE = ("solve", *FIG3)
BAD = {
    "no group": ((*SOLVE, "-s", "P=1"), "P must be at least 2"),
    "no complex mode": ((*SOLVE, "-s", "P=2", "--limit", "finite"), "needs P >= 3"),
    "no complex mode, critical": ((*CRITICAL, "-s", "P=2", "--limit", "finite"), "needs P >= 3"),
    "no complex mode, sweep": (
        ("sweep", *FIG3, "--grid", "P=2:4:3", "--limit", "finite"),
        "needs P >= 3",
    ),
    "no decay": ((*SOLVE, "-s", "gamma=0"), "not normalisable"),
    "negative decay": ((*SOLVE, "-s", "gamma=-1/10"), "gamma must be greater than 0"),
    "teacher-student preset": (("solve", "modular", "--preset", "fig2"), "teacher-student"),
    "teacher-student parameter": ((*SOLVE, "-s", "epsilon=1"), "unknown parameter 'epsilon'"),
    "no alpha": ((*SOLVE, "--beta", "2", "--alpha", "2"), "beta only"),
    "mass without size": ((*CRITICAL[:-1], "mass"), "--limit finite"),
    "unknown event": ((*CRITICAL[:-1], "death"), "gmfl2"),
    "too large for exact checks": (("selftest", "--order", "14"), "from 2 to 13"),
    "no group for exact checks": (("selftest", "--order", "1"), "from 2 to 13"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_status_2(run, name):
    arguments, words = BAD[name]
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("binodal: ") and ran.err.count("\n") == 1
    assert words in ran.err


@pytest.mark.parametrize(
    ("order", "skipped"),
    [
        (2, ["P = 2: this formula needs an odd P"]),
        (5, []),
        (9, ["this statement needs a prime P", "offered for P <= 7"]),
    ],
)
def test_exact_checks_at_one_p(run, order, skipped):
    ran = run("selftest", "--order", str(order))
    assert ran.status == 0 and "FAILED" not in ran.out
    assert ran.out.count("\n-  ") == len(skipped) and all(words in ran.out for words in skipped)
    assert len(list(exact_checks(MAX_ORDER))) == ran.out.count(f"modular at P = {order}: ")


def test_an_exact_check_can_fail(monkeypatch):
    from binodal.models.modular.derivations import nngp

    monkeypatch.setattr(nngp, "kernel_entry", lambda same_n, same_m: 4 + same_n + same_m)
    spectrum = next(check for name, check in exact_checks(5) if "spectrum" in name)
    assert "not the eigenvalue" in str(spectrum())


def test_known_answers(monkeypatch):
    assert known._equal_depth("published") is None and known._equal_depth("derived") is None
    assert known._full_ring() is None and known._invariance() is None
    original = known.critical
    monkeypatch.setattr(known, "critical", lambda m, e, **k: original(m, "birth", **k))
    assert "derivative 0" in str(known._equal_depth("derived"))


def test_events_at_the_given_p():
    """The printed lambda is 0 below birth, so P does not move birth; sqrt(2) by hand."""
    found = critical("modular", "birth", preset="fig3", limit="finite", theory="published")
    half = critical("modular", "mass", preset="fig3", limit="finite", theory="published")
    assert found.status == half.status == "certified"
    assert float(found.document["value"]["mid"]) == pytest.approx(
        float(by_hand(1, "0")) * 2**0.5, rel=1e-6
    )
    # Half of lambda's 0.06 is missing at half the mass.
    assert float(half.document["value"]["mid"]) == pytest.approx(
        float(by_hand(1, "0.25")) - 0.03, abs=1e-4
    )


@pytest.mark.parametrize("name", cases(["teacher-student", "modular"], every=None))
def test_every_finite_answer_states_the_rule_of_phases(name):
    finite, limit = (model(name).limits[which].assumptions("derived") for which in LIMITS[::-1])
    assert any(text.startswith(RULE) for text in finite)
    assert not any("phase at finite size" in text for text in limit)
    given = {"modular": "fig3", "teacher-student": "fig2"}[name]
    found = solve(name, preset=given, limit="finite").document["assumptions"]
    assert any(text.startswith(RULE) for text in found)
