"""Real roots of polynomials with ball coefficients, none missed."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb, acb_poly, arb, arb_poly, ctx

from binodal.numerics.errors import Undecided

_CONTRACTIONS = 60


def horner(coefficients: Sequence[arb], place: arb) -> arb:
    """The polynomial at a place; ``coefficients`` run from degree zero upwards.

    >>> horner([arb(1), arb(2), arb(3)], arb(10)).str(4, radius=False)
    '321.0'
    """
    total = arb(0)
    for coefficient in reversed(coefficients):
        total = total * place + coefficient
    return total


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
    if not all(c.is_finite() for c in trimmed):
        raise Undecided("a coefficient is not finite")
    if len(trimmed) <= 1:
        return []
    roots = _disjoint_roots(acb_poly(trimmed))
    real = []
    for index, root in enumerate(roots):
        mirror = root.conjugate()
        met = [k for k, other in enumerate(roots) if mirror.overlaps(other)]
        if met == [index]:
            real.append(_contracted(arb_poly(trimmed), root.real))
        elif index in met:
            raise Undecided("a root and its conjugate overlap another enclosure")
    return sorted(real, key=lambda r: float(r.mid()))


def _disjoint_roots(polynomial: acb_poly) -> list[acb]:
    """Disjoint enclosures of all roots, as narrow as the coefficients allow.

    Raises :class:`Undecided` when not even separation is possible.
    """
    for shrink in (2, 4, None):
        try:
            if shrink is None:
                return list(polynomial.roots())
            return list(polynomial.roots(tol=arb(2) ** (-ctx.prec // shrink)))
        except ValueError:
            continue
    raise Undecided(f"the roots of a degree-{polynomial.degree()} polynomial cannot be separated")


def _contracted(polynomial: arb_poly, root: arb) -> arb:
    """Interval Newton on an enclosure of one root, until it stops shrinking."""
    slope = polynomial.derivative()
    for _ in range(_CONTRACTIONS):
        middle = arb(root.mid())
        image = middle - polynomial(middle) / slope(root)
        if not image.is_finite() or not image.overlaps(root):
            break
        smaller = root.intersection(image)
        if not float(smaller.rad()) < 0.9 * float(root.rad()):
            break
        root = smaller
    return root
