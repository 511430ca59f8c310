"""Where curves of births end: S has no third derivative along its Hessian's null vector."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on

_NAME = "S_"


def derived(word: str) -> sp.Symbol:
    """The symbol of a derivative of S in m and log r, the letters in the order l, m."""
    return sp.Symbol(_NAME + "".join(sorted(word)), real=True)


def second_word(symbol: sp.Symbol) -> str:
    """The letters of such a symbol."""
    return str(symbol.name).removeprefix(_NAME)


def hessian() -> sp.Expr:
    """The determinant of the second derivatives: zero at a birth."""
    return derived("mm") * derived("ll") - derived("ml") ** 2


def _along(expression: sp.Expr, letter: str) -> sp.Expr:
    symbols = sorted(expression.free_symbols, key=str)
    return sp.Add(*(sp.diff(expression, s) * derived(second_word(s) + letter) for s in symbols))


def null_vector(chart: str) -> tuple[sp.Expr, sp.Expr]:
    """A null vector of the Hessian where its determinant vanishes, by the row of its other entry.

    Chart "m" is of use where S_ll does not vanish, "l" where S_mm does not.
    """
    if chart == "m":
        return derived("ll"), -derived("ml")
    return -derived("ml"), derived("mm")


@cache
def null_slope(chart: str) -> sp.Expr:
    """The determinant's derivative along the null vector."""
    vector = null_vector(chart)
    return sp.expand(sum(n * _along(hessian(), x) for n, x in zip(vector, "ml", strict=True)))


def _cusp_cases(claim: sp.Expr) -> Cases:
    """S = t^4/4 + a t^2/2 + b t + w^2/2, t = m + v/3 and w = v + m/2: births meet at a = b = 0.

    At the folds t^2 = -a/3 the null vector (1, -1/2) has t = 5/6, so S's third derivative along it
    is 6 t (5/6)^3.
    """
    m, v = sp.symbols("m v", real=True)
    turn, other = m + v / 3, v + m / 2
    for width in (sp.Rational(-3, 4), sp.Rational(0)):
        fold = sp.sqrt(-width / 3)
        whole = turn**4 / 4 + width * turn**2 / 2 - (fold**3 + width * fold) * turn + other**2 / 2
        point = {m: sp.Rational(6, 5) * fold, v: -sp.Rational(3, 5) * fold}
        values = {
            s: sp.diff(whole, *[{"m": m, "l": v}[x] for x in second_word(s)]).subs(point)
            for s in claim.free_symbols
        }
        yield width, claim.subs(values), 6 * fold * sp.Rational(5, 6) ** 3


@cache
def ends() -> Derivation:
    """What vanishes where two births meet.

    Result: ``cusp``, beside the Hessian's determinant. Source: derived here.
    """
    step = Step(
        "cusp",
        "where det = 0 the adjugate is n n^T over S_ll, n = (S_ll, -S_ml): the derivative of det "
        "along n is S's third one along n over S_ll",
        hessian(),
        null_slope("m"),
        equal_on(_cusp_cases, "a quartic with known folds, at one of them and at the cusp"),
        (Assumption.LARGE_D,),
    )
    return Derivation("Ends of births", (step,), {"cusp": null_slope("m")})
