"""Learning curves of the paper's two models: grids, finite differences, and what is pinned."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.api import critical, solve
from binodal.models.registry import model, preset


def _number(ball: dict[str, str]) -> float:
    return float(Fraction(ball["mid"]))


@pytest.mark.parametrize(
    ("name", "setting", "theory", "temperatures"),
    [
        ("teacher-student", "fig2", "derived", ("0.3", "0.2")),
        ("teacher-student", "fig2", "published", ("0.3", "0.15")),
        ("modular", "fig3", "derived", ("0.3", "0.2")),
        ("modular", "fig3", "published", ("0.3", "0.1")),
        ("single-index", "fig2", "derived", ("0.3", "0.2")),
        (
            "single-index[activation=gelu; teacher=0: 1/3, 1: 1, 2: 1/2, 3: 1/5; bias=none]",
            "fig2",
            "derived",
            ("0.6",),
        ),
    ],
)
def test_grids_say_what_solve_says(name, setting, theory, temperatures):
    of = model(name)
    columns = {key: float(value) for key, value in preset(setting).items()}
    columns |= {"sigma2": np.array([float(t) for t in temperatures])}
    table = of.offer("grid", "thermodynamic")(columns, theory)
    for k, sigma2 in enumerate(temperatures):
        curves = solve(name, preset=setting, sigma2=sigma2, theory=theory).document["curves"]
        for column in ("test_loss", "log_evidence"):
            if curves[column] is not None:
                assert table[column][k] == pytest.approx(_number(curves[column]), rel=1e-9)


def test_the_response_to_epsilon():
    """Past coexistence, by solves at a cubic target beside the paper's."""
    cubic = [
        _number(
            solve("teacher-student", preset="fig2", sigma2="0.2", epsilon=e).document["closure"][
                "c"
            ]
        )
        for e in ("-0.299999", "-0.300001")
    ]
    said = solve("teacher-student", preset="fig2", sigma2="0.2").document["curves"]
    slope = (cubic[0] - cubic[1]) / 2e-6
    assert slope == pytest.approx(_number(said["modes"]["c"]["susceptibility"]), abs=1e-8)


def test_a_full_ring_has_an_evidence():
    """In GMFL-II its slope in log sigma^2 is the fixed one at the residual, as everywhere."""
    setting = {"N": 1, "P": 1001, "sigma_a2": "1/1000000000000", "gamma": "1/9"}
    at = [
        solve("modular", sigma2=Fraction(1, 20000) * (1 + Fraction(k, 10**4)), **setting).document
        for k in (-1, 0, 1)
    ]
    assert {document["phase"] for document in at} == {"GMFL-II"}
    evidence = [_number(document["curves"]["log_evidence"]) for document in at]
    slope = (evidence[2] - evidence[0]) / 2e-4
    # By sigma^2 at fixed a: u a^2/sigma^4 of the ring, and 1/sigma^2 of the target's distance.
    a, x = _number(at[1]["closure"]["a"]), _number(at[1]["saddles"][-1]["x"])
    cold, squares = 1 / 20000, 1001 * 1000
    coupling = 2 * 1001**2 * a**2 * 1e-12 / cold**2
    direct = squares * (-2 * coupling * x**2 - ((1 - a) ** 2 - 1) / (2 * cold))
    assert slope == pytest.approx(direct, rel=1e-6)


def test_modular_addition_is_pinned_between_its_events():
    """GMFL-I holds the residual's amplitude: it does not follow the target."""
    modes = solve("modular", preset="fig3", sigma2="0.2").document["curves"]["modes"]
    assert _number(modes["a"]["susceptibility"]) == 0
    event = critical("modular", "coexistence", preset="fig3").document
    squares = 401 * 400 / 1000
    jump = squares / _number(event["value"])
    assert _number(event["transition"]["curvature_jump"]) == pytest.approx(jump, rel=1e-12)


def test_the_printed_closure_has_no_evidence():
    document = solve("modular", preset="fig3", sigma2="0.2", theory="published").document
    assert document["curves"]["log_evidence"] is None
