"""How the log evidence passes a coexistence, from what :func:`passage` names of a potential."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

from binodal.numerics.results import Transition


def passed(values: Sequence[arb]) -> Transition:
    """The transition whose numbers :func:`binodal.derive.evidence.passage` names, in its order.

    With g = dS/dt, H the Hessian and v = d^2 Phi/dx dt the action of the feature changes by
    dS/dx - g.H^-1 v along the zero state, and the curvature jumps by its square over g.H^-1 g.

    >>> numbers = [arb(x) for x in (-1, 2, 3, 1, 0, 2, 0, 2, 1, 0, 4)]
    >>> passed(numbers).curvature_jump.str(6, radius=False)
    '4.16667'
    """
    evidence, slope, heat, *numbers = values
    rows = _rows(numbers)
    hessian = arb_mat([row[2:] for row in rows])
    eased = hessian.solve(arb_mat([[row[0]] for row in rows])).entries()
    rate = heat - sum((row[1] * e for row, e in zip(rows, eased, strict=True)), arb(0))
    soft = sum((row[0] * e for row, e in zip(rows, eased, strict=True)), arb(0))
    return Transition(evidence, slope, heat, rate * rate / soft)


def _rows(numbers: Sequence[arb]) -> list[Sequence[arb]]:
    """For each of n modes its pull, its turn, and n second slopes."""
    count = 1
    while count * (count + 2) < len(numbers):
        count += 1
    return [numbers[k : k + count + 2] for k in range(0, len(numbers), count + 2)]
