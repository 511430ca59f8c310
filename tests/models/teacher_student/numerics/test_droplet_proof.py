"""Every condition of the droplet proof is asked: where one fails there is no certified answer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from flint import arb

from binodal.models.registry import preset
from binodal.models.teacher_student.numerics import thermodynamic as proof
from binodal.numerics.outcome import Status

BITS = 96
COLD = {**preset("fig2"), "sigma2": preset("fig2")["sigma2"] * 8 / 9}
"""Past coexistence in both theories: sigma^2 = 0.16."""
THEORY = "derived"


def solved():
    return proof.solve_thermodynamic(COLD, THEORY, BITS)


@cache
def known():
    """The zero state, a seed of the droplet state and its closure, before anything is broken."""
    return proof.zero_state(COLD, BITS), proof._droplet_seed(COLD, THEORY), solved().closure


@pytest.fixture(autouse=True)
def _known_first():
    known()


def check_undecided(word):
    found = solved()
    assert found.status is Status.UNDECIDED
    assert word in found.reason


def test_the_droplet_state_is_proved_where_every_condition_holds():
    found = solved()
    assert (found.status, found.phase) == (Status.CERTIFIED, "GMFL-I")
    assert any(s.kind == "minimum" and s.q != 0 for s in found.saddles)


@pytest.mark.parametrize("wrong", [lambda mass: -mass, lambda mass: 0 * mass])
def test_a_mass_must_be_positive(monkeypatch, wrong):
    honest = proof.droplet_functions()

    def functions(*given):
        mass, *rest = honest(*given)
        return wrong(mass), *rest

    monkeypatch.setattr(proof, "droplet_functions", lambda: functions)
    monkeypatch.setattr(proof, "_droplet_seed", lambda *_: known()[1])
    check_undecided("mass")


def test_the_zero_state_must_be_stable(monkeypatch):
    honest = proof.limit_functions()

    def functions(*given):
        values = list(honest(*given))
        values[2] = -values[2]
        return tuple(values)

    monkeypatch.setattr(proof, "zero_state", lambda *_: known()[0])
    monkeypatch.setattr(proof, "_droplet_seed", lambda *_: known()[1])
    monkeypatch.setattr(proof, "limit_functions", lambda: functions)
    check_undecided("stiffness")


@pytest.mark.parametrize(("name", "place"), [("rho", lambda r: -r), ("gap", lambda r: r + 1)])
def test_the_overlap_must_be_inside(monkeypatch, name, place):
    honest = proof.refine

    def moved(system, start, bits):
        rho, b, c = honest(system, start, bits)
        return place(rho), b, c

    monkeypatch.setattr(proof, "zero_state", lambda *_: known()[0])
    monkeypatch.setattr(proof, "saddles", staged(lambda found: found))
    monkeypatch.setattr(proof, "refine", moved)
    check_undecided(f"{name} =")


def staged(change):
    """``saddles`` as it is for the zero state, changed for the droplet state."""
    honest, calls = proof.saddles, []

    def found(parameters, closure, theory):
        calls.append(closure)
        saddles = honest(parameters, known()[2] if len(calls) > 1 else closure, theory)
        return saddles if len(calls) == 1 else change(saddles)

    return found


def test_no_other_saddle_may_lie_below_zero(monkeypatch):
    def with_another(found):
        other = next(s for s in found if s.kind == "minimum" and s.q != 0)
        return (*found, replace(other, rho=other.rho / 3, action=arb(-1, 0.5)))

    monkeypatch.setattr(proof, "saddles", staged(with_another))
    check_undecided("another saddle")


def test_a_saddle_whose_action_has_no_proved_sign_is_a_doubt(monkeypatch):
    def with_another(found):
        other = next(s for s in found if s.kind == "minimum" and s.q != 0)
        return (*found, replace(other, rho=other.rho / 3, action=arb(0, 1)))

    monkeypatch.setattr(proof, "saddles", staged(with_another))
    check_undecided("another saddle")


def test_the_feature_must_be_a_minimum(monkeypatch):
    def flattened(found):
        return tuple(replace(s, kind="saddle") if s.q != 0 else s for s in found)

    monkeypatch.setattr(proof, "saddles", staged(flattened))
    check_undecided("not proved to be a minimum")


def test_an_action_of_the_feature_that_may_vanish_decides_nothing(monkeypatch):
    def blurred(feature):
        return replace(feature, action=arb(0, 1e-9))

    honest = proof.deepest_feature
    monkeypatch.setattr(proof, "deepest_feature", lambda found: blurred(honest(found)))
    check_undecided("no proved sign")
