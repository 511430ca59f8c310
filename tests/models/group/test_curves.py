"""Loss, evidence and responses of groups: by differences of certified solves in sigma^2.

With tau = sigma^2/a the closure is sigma^2 + lambda(tau) = tau s for a target s y, so that
da/ds = a dtau/dsigma^2 at s = 1; and the evidence, stationary in a, grows with log sigma^2 by
sum a^2 |y|^2/(2 N sigma^2).
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from binodal.api import critical, solve
from tests.laws import cases

_STEP = Fraction(1, 10**6)
_SMALL = {"N": 1, "gamma": "1/9", "sigma_a2": "1/1000000"}
CASES = [
    ("S3", "schatten", "3/250", 6),
    ("Q8", "schatten", "1/100000", 8),
    ("D5", "frobenius", "1/100000", 10),
]


def _at(group: str, decay: str, sigma2: Fraction) -> dict:
    setting = {"group": group, "decay": decay, "sigma2": sigma2, **_SMALL}
    return solve("group", digits=30, **setting).document


def _number(ball: dict[str, str]) -> Fraction:
    return Fraction(ball["mid"])


@pytest.mark.parametrize(("group", "decay", "sigma2", "order"), cases(CASES, 1))
def test_differences_in_the_noise(group, decay, sigma2, order):
    own = Fraction(sigma2)
    low, here, high = (_at(group, decay, own * (1 + k * _STEP)) for k in (-1, 0, 1))
    assert here["status"] == "certified"
    whole, learned = ([d["curves"] for d in part] for part in ((low, high), (here,)))
    slope = (_number(whole[1]["log_evidence"]) - _number(whole[0]["log_evidence"])) / (2 * _STEP)
    loss = order**2 * _number(learned[0]["test_loss"]) / (2 * own)
    assert float(slope) == pytest.approx(float(loss), rel=1e-9)
    for before, block, after in zip(low["blocks"], here["blocks"], high["blocks"], strict=True):
        ends = [own * (1 + k * _STEP) / _number(b["a"]) for k, b in ((-1, before), (1, after))]
        response = _number(block["a"]) * (ends[1] - ends[0]) / (2 * own * _STEP)
        said = _number(learned[0]["modes"][block["irrep"]]["susceptibility"])
        assert float(said) == pytest.approx(float(response), rel=1e-9, abs=1e-15)


def test_a_cyclic_group_is_modular_addition():
    group = _at("Z5", "schatten", Fraction(1, 10**4))["curves"]
    cyclic = solve("modular", P=5, sigma2="1/10000", digits=30, **_SMALL).document["curves"]
    for name in ("log_evidence", "test_loss", "target"):
        assert _number(group[name]) == pytest.approx(_number(cyclic[name]), rel=1e-28)


@pytest.mark.parametrize(
    ("group", "decay", "irrep"), [("S3", "schatten", "every"), ("Q8", "frobenius", "2a")]
)
def test_the_evidence_bends_at_coexistence(group, decay, irrep):
    """Its differences of second order on both sides, and the ring's action beside zero."""
    setting = {"group": group, "decay": decay, "irrep": irrep, "digits": 30, **_SMALL}
    event = critical("group", "coexistence", sigma2="1/100", **setting).document
    said = {name: _number(ball) for name, ball in event["transition"].items()}
    step, at = Fraction(1, 10**6), _number(event["value"])

    def solved(k: int) -> dict:
        there = at * (1 + k * step + (k * step) ** 2 / 2)
        return solve("group", sigma2=there, **setting).document

    near = {k: solved(k) for k in (-2, -1, 1, 2)}
    whole = {k: _number(d["curves"]["log_evidence"]) for k, d in near.items()}
    whole[0] = said["log_evidence"]
    bends = [(whole[2 * s] - 2 * whole[s] + whole[0]) / step**2 for s in (-1, 1)]
    slope = (whole[1] - whole[-1]) / (2 * step)
    assert float(slope) == pytest.approx(float(said["slope"]), rel=1e-5)
    assert float(bends[0] - bends[1]) == pytest.approx(float(said["curvature_jump"]), rel=1e-5)
    minimum = near[1]["blocks"][0]["saddles"][2]
    assert float(_number(minimum["action"]) / step) == pytest.approx(
        float(said["latent_heat"]), rel=1e-5
    )
