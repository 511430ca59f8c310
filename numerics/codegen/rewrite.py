"""What is done to an expression before it is printed: accuracy, alternatives, exact constants."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.codegen.cfunctions import log1p

from binodal.derive.functions import LogRatio, Select
from binodal.numerics.errors import CodegenError

_DIGITS = 40


def accurate(expression: sp.Expr) -> sp.Expr:
    """What loses digits or overflows, in a form that does not; alternatives as :class:`Select`.

    log(1 + z) becomes log1p(z), which keeps its relative accuracy as z goes to zero, and
    log(1 + exp(z)) the larger of z and 0 plus what is left.

    >>> z = sp.Symbol("z", positive=True)
    >>> accurate(z * sp.log(1 - 2 * z)), accurate(sp.log(1 + sp.exp(-z)))
    (z*log1p(-2*z), log1p(exp(-z)))
    """
    if expression.has(sp.Piecewise):
        expression = expression.replace(sp.Piecewise, _selected)
    table = {
        node: _one_plus(node.args[0] - 1)
        for node in expression.atoms(sp.log)
        if node.args[0].is_Add and sp.Integer(1) in node.args[0].args
    }
    return expression.xreplace(table)


def _one_plus(rest: sp.Expr) -> sp.Expr:
    if isinstance(rest, sp.exp):
        return sp.Max(rest.args[0], 0) + log1p(sp.exp(-sp.Abs(rest.args[0])))
    return log1p(rest)


def _selected(*branches: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
    """Alternatives that are told apart by inequalities, the last one holding everywhere else."""
    *first, (value, always) = branches
    if always is not sp.true:
        raise CodegenError(f"{sp.Piecewise(*branches)} is not defined everywhere")
    for of, condition in reversed(first):
        if isinstance(condition, sp.StrictLessThan | sp.StrictGreaterThan):
            value = Select(condition.lts, condition.gts, of, value)
        elif isinstance(condition, sp.LessThan | sp.GreaterThan):
            value = Select(condition.gts, condition.lts, value, of)
        else:
            raise CodegenError(f"no code for the condition {condition}")
    return value


LogRatios = sp.Function("LogRatios")
"""LogRatios(n, x): LogRatio(0, x) to LogRatio(n, x), each of which follows from the one before."""

Entry = sp.Function("Entry")
"""Entry(values, k): the one with index k of several values that are computed together."""


def together(expressions: Sequence[sp.Expr]) -> list[sp.Expr]:
    """The expressions, where an argument's LogRatio of several orders is computed once.

    >>> z = sp.Symbol("z")
    >>> together([LogRatio(0, z) + LogRatio(2, z), LogRatio(1, 2 * z)])
    [Entry(LogRatios(2, z), 0) + Entry(LogRatios(2, z), 2), LogRatio(1, 2*z)]
    """
    orders: dict[sp.Expr, set[sp.Expr]] = {}
    for order, argument in (node.args for e in expressions for node in e.atoms(LogRatio)):
        orders.setdefault(argument, set()).add(order)
    table = {
        LogRatio(order, argument): Entry(LogRatios(max(several), argument), order)
        for argument, several in orders.items()
        if len(several) > 1
        for order in several
    }
    return [e.xreplace(table) for e in expressions]


class Constants:
    """Irrational constants of expressions, each a symbol K0, K1, ... with its exact value.

    A target of fixed precision rounds each of them once: 2/sqrt(pi) is one number, the double
    nearest to it, and not three rounded operations.
    """

    def __init__(self) -> None:
        self._symbols: dict[sp.Expr, sp.Symbol] = {}

    def values(self) -> list[tuple[str, sp.Expr]]:
        """Names and exact values, all positive."""
        return [(str(symbol), value) for value, symbol in self._symbols.items()]

    def folded(self, node: sp.Expr) -> sp.Expr:
        """The expression with every largest constant part replaced by its symbol."""
        if node.is_Rational or node.is_Symbol:
            return node
        if node.is_number:
            return self._constant(node)
        if node.is_Mul:
            fixed = [a for a in node.args if a.is_number]
            if not all(a.is_Rational for a in fixed):
                rest = [self.folded(a) for a in node.args if not a.is_number]
                return sp.Mul(self._constant(sp.Mul(*fixed)), *rest)
        parts = [self.folded(a) for a in node.args]
        return node if parts == list(node.args) else node.func(*parts)

    def _constant(self, value: sp.Expr) -> sp.Expr:
        number = sp.N(value, _DIGITS)
        if not (number.is_Float and number.is_finite):
            raise CodegenError(f"the constant {value} is not a real number")
        size = value if number > 0 else -value
        symbol = self._symbols.setdefault(size, sp.Symbol(f"K{len(self._symbols)}", positive=True))
        return symbol if number > 0 else -symbol


def nearest_double(value: sp.Expr) -> float:
    """The double nearest to an exact constant.

    >>> nearest_double(sp.pi)
    3.141592653589793
    """
    return float(sp.N(value, _DIGITS))
