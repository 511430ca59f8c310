"""A proof for the finite-d closure: certified quadrature, and strong convexity.

The closure is the gradient of a potential whose Hessian is at least n/(N sigma^2). So the
distance from any residual r to the solution is at most |Q r + (sigma^2/n)(r - y)| n/sigma^2: one
enclosure of that vector at the float solution bounds its error.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.models.teacher_student.numerics.functions import values
from binodal.models.teacher_student.numerics.integrals import Integrals, NeuronIntegrals
from binodal.models.teacher_student.numerics.law import Array, scales, squared_scales
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

QUADRATURE_BITS = 128
_NARROW = 1e-6
_ENOUGH = 1e-24
_NEWTON = 8


_residuals = Forms("binodal.models.teacher_student.forms.finite").balls("residuals")


def _gradient(
    guess: Closure, integrals: NeuronIntegrals, parameters: Mapping[str, Fraction | arb]
) -> tuple[arb, arb]:
    """(Q r + (sigma^2/n)(r - y)) n/sigma^2 at a residual, in the normalised basis."""
    totals = total(integrals.basins(guess))
    if not totals[0] > 0:
        raise Undecided(f"the normalisation {totals[0].str(5)} has no proved sign")
    moments = (each / totals[0] for each in totals[1:])
    first, third, scaled = _residuals()(guess.b, guess.c, *moments, *values(parameters))
    return first / scaled, third / scaled


def total(basins: list[Integrals]) -> Integrals:
    """The integrals over the whole line from those over its basins."""
    return tuple(sum(column, arb(0)) for column in zip(*basins, strict=True))


def _around(guess: Closure, gradient: tuple[arb, arb]) -> Closure:
    """The guess with the radius that strong convexity gives it."""
    first, third = (arb(abs(row).upper()) for row in gradient)
    distance = (first**2 + third**2).sqrt().upper()
    if not arb(distance).is_finite():
        raise Undecided("the certified quadrature of the closure did not converge")
    six = arb(squared_scales(2)[1]).sqrt()
    return Closure(guess.b + arb(0, distance), guess.c + arb(0, (distance / six).upper()))


def certified_closure(
    approximate: tuple[float, float],
    parameters: Mapping[str, Fraction | arb],
    integrals: NeuronIntegrals,
    hessian: Array,
) -> Closure:
    """Balls around a float solution (b, c) that contain the closure's only solution.

    ``hessian`` is that of the potential over n/(N sigma^2), in the normalised basis: Newton steps
    from it narrow the balls, and no proof depends on it. Raises :class:`Undecided` when an
    integral does not converge within its limits or the balls stay wide.
    """
    norms = scales(2)
    with precision(QUADRATURE_BITS):
        guess = Closure(arb(approximate[0]), arb(approximate[1]))
        best: Closure | None = None
        for _ in range(_NEWTON):
            gradient = _gradient(guess, integrals, parameters)
            proved = _around(guess, gradient)
            if best is not None and not proved.b.rad() < best.b.rad():
                break
            best = proved
            if proved.b.rad() < _ENOUGH:
                break
            step = np.linalg.solve(hessian, [float(row.mid()) for row in gradient]) / norms
            moved = guess.b - float(step[0]), guess.c - float(step[1])
            guess = Closure(*(arb(mode.mid()) for mode in moved))
        if best is None or not best.b.rad() < _NARROW:
            width = "" if best is None else f" {best.b.str(5)}"
            raise Undecided(f"the closure's ball{width} is too wide")
        return best
