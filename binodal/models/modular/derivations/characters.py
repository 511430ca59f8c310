"""Characters of Z_P: sums over Z_P for symbolic P, by orthogonality."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import sympy as sp

from binodal.derive.checks import exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P

W = sp.IndexedBase("w")
V = sp.IndexedBase("v")
LABELS = tuple(sp.symbols("n m p k j l q r", integer=True))


@dataclass(frozen=True)
class CharacterTerm:
    """coefficient * e(phase), with e(c) = exp(2 pi i c/P) and P symbolic.

    ``phase`` is an integer polynomial in labels that live in Z_P; ``coefficient``
    may hold modes ``w[k]``, ``v[k]``; labels in ``nonzero`` never take the value 0.
    """

    coefficient: sp.Expr
    phase: sp.Expr
    nonzero: frozenset[sp.Symbol] = field(default_factory=frozenset)

    def sum_over(self, index: sp.Symbol, eliminate: sp.Symbol | None = None) -> CharacterTerm:
        """Sum over ``index`` in Z_P: P times the delta that its character is trivial.

        The delta c = 0 (c the factor of ``index`` in the phase) is used up by
        solving for ``eliminate``, a label that is summed as well. When c is a label
        that can't be 0 the sum vanishes; when c is identically 0 it gives P.
        Raises ValueError when the delta can't be solved.
        """
        phase = sp.expand(self.phase)
        character = phase.coeff(index, 1)
        if sp.expand(phase - character * index).has(index) or self.coefficient.has(index):
            raise ValueError(f"the summand is not a character in {index}")
        rest = sp.expand(phase - character * index)
        if character == 0:
            return replace(self, coefficient=self.coefficient * P, phase=rest)
        if character in self.nonzero or -character in self.nonzero:
            return replace(self, coefficient=sp.S.Zero, phase=sp.S.Zero)
        sign = sp.S.Zero if eliminate is None else character.coeff(eliminate, 1)
        if abs(sign) != 1:
            raise ValueError(f"the delta {character} = 0 has no label to solve for")
        solution = sp.expand(eliminate - sign * character)
        return replace(
            self,
            coefficient=P * self.coefficient.subs(eliminate, solution),
            phase=sp.expand(rest.subs(eliminate, solution)),
        )

    def times(self, other: CharacterTerm) -> CharacterTerm:
        """The product of two terms."""
        return CharacterTerm(
            self.coefficient * other.coefficient,
            sp.expand(self.phase + other.phase),
            self.nonzero | other.nonzero,
        )

    def rename(self, old: sp.Symbol, new: sp.Expr) -> CharacterTerm:
        """Relabel a summation index by a bijection of Z_P (that fixes 0 when it must)."""
        labels = frozenset(new if s == old else s for s in self.nonzero)
        return CharacterTerm(
            self.coefficient.subs(old, new),
            sp.expand(self.phase.subs(old, new)),
            frozenset(s for s in labels if isinstance(s, sp.Symbol)),
        )


def group_order(
    order: int, *, odd: bool = False, prime: bool = False, at_most: int | None = None
) -> int:
    """``order`` if it is admissible as P, else ValueError with what is allowed.

    >>> group_order(9, odd=True)
    9
    >>> group_order(9, prime=True)
    Traceback (most recent call last):
    ValueError: P = 9: this statement needs a prime P
    """
    if isinstance(order, bool) or not isinstance(order, int) or order < 2:
        raise ValueError(f"P = {order}: the group Z_P needs an integer P >= 2")
    if odd and order % 2 == 0:
        raise ValueError(f"P = {order}: this formula needs an odd P")
    if prime and not sp.isprime(order):
        raise ValueError(f"P = {order}: this statement needs a prime P")
    if at_most is not None and order > at_most:
        raise ValueError(f"P = {order}: an exact check is offered for P <= {at_most}")
    return order


@cache
def characters() -> Derivation:
    """Orthogonality: sum_n e(c n) = P when c = 0 mod P, else 0; on it all else rests."""
    n, k = LABELS[0], LABELS[3]
    term = CharacterTerm(sp.S.One, k * n)
    delta = P * sp.KroneckerDelta(k, 0)
    trivial = term.rename(k, sp.S.Zero).sum_over(n)
    nontrivial = CharacterTerm(sp.S.One, k * n, frozenset({k})).sum_over(n)

    def cases(claim: sp.Expr) -> list[tuple[object, object, object]]:
        values = {0: trivial.coefficient, 1: nontrivial.coefficient}
        return [
            (
                (order, c),
                sum((Cyclotomic.root(order, c * i) for i in range(order)), start=0),
                int(value.subs(P, order)),
            )
            for order in range(2, 14)
            for c in range(-order, 2 * order)
            for value in (values[int(c % order != 0)], claim.subs(k, c % order))
        ]

    step = Step(
        "orthogonality",
        "a geometric sum: (zeta^{cP} - 1)/(zeta^c - 1) = 0 unless zeta^c = 1",
        sp.Function("e")(k * n),
        delta,
        exact_on(cases, "direct sums in Q(zeta_P), P = 2..13, for every character"),
    )
    return Derivation("Characters of Z_P", (step,), {"orthogonality": delta})
