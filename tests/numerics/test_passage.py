"""How the evidence passes a coexistence: a quadratic potential, solved by Lagrange's rule."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from binodal.derive.evidence import passage
from binodal.numerics.balls import ball
from binodal.numerics.passage import passed


def test_a_potential_with_mixed_second_slopes():
    """Three modes that bend one another; the edge is met at x = 0."""
    x, force, modes = sp.Symbol("x"), sp.Symbol("force"), sp.symbols("t:3")
    bends = sp.Matrix([[3, 1, -2], [1, 7, sp.Rational(1, 2)], [-2, sp.Rational(1, 2), 5]])
    away = sp.Matrix(modes) - x * sp.Matrix([sp.Rational(1, 5), -2, 3]) - sp.Matrix([1, 0, 2])
    potential = (away.T * bends * away)[0] / 2 + x**2 / 11 - 4 * x
    edge = sp.Rational(2, 3) * modes[0] - sp.Rational(5, 4) * modes[1] + modes[2] ** 2 / 9
    edge += sp.Rational(4, 7) * x - edge.subs(dict(zip(modes, (1, 0, 2), strict=True)))
    rows = [sp.diff(potential - force * edge, t) for t in modes]
    # Along the edge, to first order: how the multiplier begins to grow.
    unknowns = [*modes, force]
    start = {**dict(zip(modes, (1, 0, 2), strict=True)), force: 0, x: 0}
    system = sp.Matrix([*rows, edge])
    moved = -system.jacobian(unknowns).subs(start).inv() * system.diff(x).subs(start)
    # On the edge the potential's slope is dPhi/dx - force dS/dx, off it dPhi/dx.
    inner = [sp.diff(potential, x, t) for t in modes]
    free = -bends.inv() * sp.Matrix(inner)
    gained = [a - b for a, b in zip(moved[:3], free, strict=True)]
    direct = sp.diff(edge, x)
    jump = sum(v * g for v, g in zip(inner, gained, strict=True)) - moved[3] * direct
    named = passage(potential, edge, modes, lambda e: sp.diff(e, x))
    numbers = [ball(Fraction(str(value.subs(start)))) for value in named.values()]
    found = passed(numbers)
    assert found.curvature_jump.contains(ball(Fraction(str(jump))).mid())
    assert (found.slope, found.log_evidence) == (-4, 0)
    assert found.latent_heat.contains(ball(Fraction(str(direct))).mid())
