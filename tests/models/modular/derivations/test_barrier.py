"""The chains of a mode's barrier and of the corrections in 1/P, and a mutant."""

import sympy as sp

from binodal.derive.symbols import P
from binodal.models.modular.derivations import barrier, corrections


def test_every_step_agrees_with_its_other_route():
    for chain in (barrier.barrier, corrections.corrections):
        assert chain().verify() == len(chain().steps)


def test_a_lost_copy_of_the_mode_is_caught(monkeypatch):
    honest = barrier.ring_volume
    monkeypatch.setattr(barrier, "ring_volume", lambda theory, at=barrier.x: honest(theory, at) / 2)
    rates = sp.simplify(barrier.prefactor("zero") / (2 * P))
    monkeypatch.undo()
    assert sp.simplify(rates / (barrier.prefactor("zero") / (2 * P))) == sp.Rational(1, 2)
    step = next(s for s in barrier.barrier().steps if s.name == "detailed balance")
    monkeypatch.setattr(barrier, "prefactor", lambda well, theory="derived": sp.Integer(1))
    assert step.counterexample() is not None
