"""Are two expressions the same? Proved equal, shown different at a point, or refused."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from binodal.derive.symbols import gamma, rho, u

_POINTS = 3
_DIGITS = 40
_SAME = sp.Float(10) ** -25
_LONG, _LONG_RATIO = 100, 400

# Where closed forms are real: 0 < rho < 1/2, and u^2 > gamma on the ring.
_RANGES = {rho: (50, 450), u: (1300, 1900), gamma: (200, 900)}


class Undecidable(Exception):
    """Equal at generic points to 25 digits, but no proof was found: nothing may be claimed."""


def components(expression: sp.Basic) -> tuple[sp.Expr, ...]:
    """The scalars that an expression, a tuple or a matrix consists of."""
    if isinstance(expression, sp.MatrixExpr) and not isinstance(expression, sp.MatrixBase):
        expression = expression.as_explicit()
    if isinstance(expression, sp.MatrixBase):
        return tuple(expression)
    if isinstance(expression, sp.Tuple):
        return tuple(expression.args)
    return (expression,)


def opaque(pair: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """Indexed modes, kets and other unknown functions become plain symbols in both."""
    atoms: set[sp.Basic] = set()
    for expression in pair:
        atoms |= expression.atoms(sp.Indexed, AppliedUndef, MatrixElement)
    ordered = sorted(atoms, key=str)
    names = {atom: sp.Symbol(f"o{i}", positive=True) for i, atom in enumerate(ordered)}
    left, right = (expression.xreplace(names) for expression in pair)
    return left, right


def _points(symbols: list[sp.Symbol]) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Generic values: distinct rationals inside each symbol's range, integers for labels."""
    generator = random.Random(20231005)
    for _ in range(_POINTS):
        values: dict[sp.Symbol, sp.Expr] = {}
        for symbol in symbols:
            if symbol.is_integer:
                values[symbol] = sp.Integer(generator.randint(2, 9))
            else:
                low, high = _RANGES.get(symbol, (200, 1700))
                values[symbol] = sp.Rational(generator.randint(low, high), 1009)
        yield values


def same(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether two scalars are identically equal.

    A difference at a generic point disproves it; agreement at all of them must be confirmed by
    exact simplification, else :class:`Undecidable` is raised.

    >>> x = sp.Symbol("x")
    >>> same((x + 1) ** 2, x**2 + 2 * x + 1), same(x, 2 * x)
    (True, False)
    """
    left, right = opaque((left, right))
    if left == right:
        return True
    deltas = sorted(left.atoms(sp.KroneckerDelta) | right.atoms(sp.KroneckerDelta), key=str)
    if deltas:
        corners = (
            dict(zip(deltas, bits, strict=True))
            for bits in product((sp.S.Zero, sp.S.One), repeat=len(deltas))
        )
        return all(same(left.xreplace(place), right.xreplace(place)) for place in corners)
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    for values in _points(symbols):
        one, other = (sp.N(e.subs(values), _DIGITS) for e in (left, right))
        if any(e.has(sp.zoo, sp.nan, sp.oo, -sp.oo) for e in (one, other)):
            return False
        if not abs(one - other) <= _SAME * (1 + abs(other)):
            return False
    if _vanishes(left - right):
        return True
    raise Undecidable(f"{left} against {right}")


def _vanishes(difference: sp.Expr) -> bool:
    gap = sp.Symbol("gap", positive=True)
    shifted = difference.subs(rho, (1 - gap) / 2)
    routes: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
        lambda e: sp.expand(e),
        lambda e: sp.simplify(sp.expand(e)),
        lambda e: sp.simplify(e.rewrite(sp.gamma)),
        lambda e: sp.simplify(sp.expand_log(sp.powdenest(e, force=True), force=True)),
    )
    return any(route(e) == 0 for e in (difference, shifted) for route in routes)


def agree(printed: sp.Basic, derived: sp.Basic) -> bool:
    """Whether two expressions agree component by component."""
    left, right = components(printed), components(derived)
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


@dataclass(frozen=True)
class Contrast:
    """How two different expressions differ; None where there is no simple form."""

    ratio: sp.Basic | None
    difference: sp.Basic | None


def contrast(printed: sp.Basic, derived: sp.Basic) -> Contrast:
    """The ratio of printed to derived, and printed minus derived, each if it is short."""
    left, right = components(printed), components(derived)
    if len(left) != len(right):
        return Contrast(None, None)
    pairs = list(zip(left, right, strict=True))
    ratios = [_ratio(a, b) for a, b in pairs]
    common = ratios[0] if all(r is not None and r == ratios[0] for r in ratios) else None
    differences = [_short(a - b) for a, b in pairs]
    return Contrast(common, differences[0] if len(pairs) == 1 else sp.Tuple(*differences))


def _ratio(printed: sp.Expr, derived: sp.Expr) -> sp.Expr | None:
    """printed/derived if it is a product of powers or shorter than what it divides, else None."""
    if derived == 0 or printed == 0 or sp.count_ops(printed) + sp.count_ops(derived) > _LONG_RATIO:
        return None
    ratio = sp.powsimp(sp.cancel(sp.simplify(printed / derived)))
    simple = not ratio.has(sp.Add) or sp.count_ops(ratio) < sp.count_ops(derived)
    return ratio if simple or derived.is_number else None


def _short(expression: sp.Expr) -> sp.Expr:
    """The shortest of a few forms."""
    forms = [expression, sp.factor_terms(expression)]
    if sp.count_ops(expression) <= _LONG:
        forms += [sp.expand(expression), sp.simplify(expression)]
    return min(forms, key=sp.count_ops)
