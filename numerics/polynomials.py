"""Real roots of polynomials with ball coefficients, none missed."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb_poly, arb, ctx

from numerics.errors import Undecided


def real_roots(coefficients: Sequence[arb]) -> list[arb]:
    """Every real root, in increasing order, each in a ball of its own.

    ``coefficients`` run from degree zero upwards; leading ones that are exactly zero are dropped.
    The enclosures of all complex roots are disjoint, so a root is real exactly when the conjugate
    of its enclosure meets that enclosure and no other. Raises :class:`Undecided` when the balls
    cannot separate the roots (a double root, or coefficients too wide).
    """
    trimmed = list(coefficients)
    while trimmed and trimmed[-1].is_zero():
        trimmed.pop()
    if len(trimmed) <= 1:
        return []
    try:
        roots = acb_poly(trimmed).roots(tol=arb(2) ** (24 - ctx.prec), maxprec=4 * ctx.prec)
    except ValueError as error:
        raise Undecided(f"the roots of a degree-{len(trimmed) - 1} polynomial cannot be separated") from error
    real = []
    for index, root in enumerate(roots):
        mirror = root.conjugate()
        met = [k for k, other in enumerate(roots) if mirror.overlaps(other)]
        if met == [index]:
            real.append(root.real)
        elif index in met:
            raise Undecided("a root and its conjugate overlap another enclosure")
    return sorted(real, key=lambda r: float(r.mid()))
