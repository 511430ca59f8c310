"""The chains of barriers, corrections and the order of phases, and mutants of them."""

import pytest
import sympy as sp

from binodal.derive.errors import StepFailed
from binodal.derive.symbols import d, sigma_w2
from binodal.models.teacher_student.derivations import barrier, corrections, phase_order
from tests.laws import cases


@pytest.mark.parametrize(
    "chain", cases([barrier.barrier, corrections.corrections, phase_order.phase_order], every=2)
)
def test_every_step_agrees_with_its_other_route(chain):
    assert chain().verify() == len(chain().steps)


def test_a_lost_dimension_of_the_measure_is_caught(monkeypatch):
    honest = barrier.generator
    monkeypatch.setattr(barrier, "generator", lambda *given: honest(*given).subs(d, d - 1))
    step = next(s for s in barrier.barrier().steps if s.name == "reduced coordinates")
    assert step.counterexample() is not None


def test_a_dropped_mean_of_the_transverse_norm_is_caught(monkeypatch):
    honest = corrections.zero_moments("derived")
    wrong = (honest[0], honest[1] + sigma_w2 / 7, honest[2])
    monkeypatch.setattr(corrections, "zero_moments", lambda theory: wrong)
    with pytest.raises(StepFailed, match="zero state to the next order"):
        corrections.corrections.__wrapped__().verify()


def test_a_wrong_fourth_derivative_is_caught(monkeypatch):
    monkeypatch.setattr(
        phase_order, "_cost_derivatives", lambda theory: (sp.Integer(1), sp.Integer(1))
    )
    with pytest.raises(StepFailed, match="shape of S'"):
        phase_order.phase_order().verify()
