"""Every step of the single-index theory passes its check; cells hold the right derivatives."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import action, by, m, overlap, r
from binodal.models.single_index.derivations.finite_width import (
    across_axis,
    finite_width_of_neurons,
)
from binodal.models.single_index.derivations.limit import zero_branch
from binodal.models.single_index.derivations.quantities import QUANTITIES
from binodal.models.single_index.forms.events import COST, NORM, RISE, cells, raised_overlap
from tests.laws import cases


@pytest.mark.parametrize("name", cases(QUANTITIES, every=9))
def test_every_step_of_every_quantity_passes_its_check(name):
    derivation = QUANTITIES[name]("derived")
    assert derivation.verify() == len(derivation.steps) > 0


def test_overlaps_across_the_teacher_have_their_degree_in_their_name():
    results = finite_width_of_neurons().results
    own = {name: value for name, value in results.items() if name.startswith("across_")}
    named = {"0": (0,), "2": (2,), "4": (4,), "1_1": (1, 1), "2_0": (2, 0)}
    assert own == {f"across_{name}": across_axis(index) for name, index in named.items()}


def _generic(*expressions: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """A rational for every symbol, none equal or trivial; m and r with their own ranges."""
    free = sorted(set().union(*(e.free_symbols for e in expressions)), key=str)
    values = {s: sp.Rational(2 * k + 3, 3 * k + 7) for k, s in enumerate(free)}
    return {**values, m: sp.Rational(3, 7), r: sp.Rational(5, 4)}


def test_cells_hold_the_derivatives_of_the_action():
    """Exactly, at generic rationals, with the enclosed pieces put back."""
    modes = (1, 2, 3)
    whole = {RISE: 1 / (1 - m**2), NORM: r**2 / sigma_w2}
    for k in modes:
        raised = overlap(k)
        for times in range(4):
            whole[raised_overlap(k, times)] = raised
            raised = by(raised, "l")
    values = cells(modes)["cells"].expressions
    for word in ("l", "mm", "ml", "ll", "mmm", "mml", "mll", "lll"):
        slope = action(modes)
        for variable in word:
            slope = by(slope, variable)
        claim = values[f"S{word}"].subs(whole)
        at = _generic(claim, slope)
        assert claim.subs(at) == slope.subs(at), word
    tilt, slope = m * values["T"].subs(whole), by(action(modes), "m")
    at = _generic(tilt, slope)
    assert tilt.subs(at) == slope.subs(at)
    cost = values["S"].subs(COST, 0).subs(whole) - action(modes)
    assert not sp.expand(cost).has(*(overlap(k) for k in modes))


def test_the_zero_branch_is_the_papers_at_erf():
    """An erf neuron at rest: c_1^2 = 4 sigma_w^2/(pi (1 + 2 sigma_w^2)), and its own cubic."""
    from binodal.derive.symbols import N, b, d, kappa, n, sigma2, sigma_a2
    from binodal.models.single_index.derivations import limit as general
    from binodal.models.single_index.derivations.action import u
    from binodal.models.teacher_student.derivations import limit as paper

    square = 4 * sigma_w2 / (sp.pi * (1 + 2 * sigma_w2))
    strength = n**2 * sigma_a2 / (sigma2**2 * d * N)
    ours = zero_branch().subs(
        {
            general.at_rest(1): sp.sqrt(square),
            general.gain: general.gain_of_parameters(),
            u: strength,
            general.target(1): 1,
            general.beta: b,
        }
    )
    coupling = 2 * strength / sp.pi
    theirs = paper.zero_branch().subs(kappa, coupling) * sigma_w2
    assert sp.simplify(ours - theirs) == 0
