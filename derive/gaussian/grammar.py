"""Nonlinearities as text: a small grammar of functions of z, parsed and never evaluated.

Numbers are read exactly ("0.3" is 3/10); ``+ - * / ** ^``, parentheses, ``z``, ``pi`` and the
functions of :data:`FUNCTIONS` are all that there is. :func:`written` is the inverse.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from types import MappingProxyType

import sympy as sp

from binodal.derive.errors import ExpressionError

z = sp.Symbol("z", real=True)
"""The argument of every nonlinearity."""


@dataclass(frozen=True)
class Limits:
    """Of characters, of nesting, of powers and of the digits of numbers."""

    longest: int
    deepest: int
    power: int
    digits: int

    @property
    def number(self) -> re.Pattern[str]:
        """How a number is written."""
        d = self.digits
        return re.compile(rf"(\d{{1,{d + 1}}}(\.\d{{0,{d}}})?|\.\d{{1,{d}}})([eE][+-]?\d{{1,2}})?")


ASKED = Limits(longest=200, deepest=48, power=32, digits=30)
"""What anybody may ask for."""

OWN = Limits(longest=2000, deepest=96, power=64, digits=64)
"""What :func:`written` may say of it, of its square and of what a bias makes of it."""

Rule = Callable[..., sp.Expr]


def _sigmoid(u: sp.Expr) -> sp.Expr:
    return (1 + sp.tanh(u / 2)) / 2


def _elu(u: sp.Expr) -> sp.Expr:
    return sp.Max(u, 0) + sp.exp(sp.Min(u, 0)) - 1


FUNCTIONS: Mapping[str, tuple[int, Rule]] = MappingProxyType(
    {
        "exp": (1, sp.exp),
        "log": (1, sp.log),
        "sqrt": (1, sp.sqrt),
        "sin": (1, sp.sin),
        "cos": (1, sp.cos),
        "tanh": (1, sp.tanh),
        "erf": (1, sp.erf),
        "abs": (1, sp.Abs),
        "sign": (1, sp.sign),
        "max": (2, sp.Max),
        "min": (2, sp.Min),
        "heaviside": (1, lambda u: (1 + sp.sign(u)) / 2),
        "relu": (1, lambda u: sp.Max(u, 0)),
        "elu": (1, _elu),
        "softplus": (1, lambda u: sp.log(1 + sp.exp(u))),
        "sigmoid": (1, _sigmoid),
        "silu": (1, lambda u: u * _sigmoid(u)),
        "gelu": (1, lambda u: u * (1 + sp.erf(u / sp.sqrt(2))) / 2),
    }
)
"""Names that an expression may use, with their numbers of arguments; sign(0) is 0."""

_BINARY: Mapping[type[ast.operator], Callable[[sp.Expr, sp.Expr], sp.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
}


def parsed(text: str, limits: Limits = ASKED) -> sp.Expr:
    """The function of z that a text says.

    Raises :class:`ExpressionError` with one line for a text that is too long or too deep, an
    unknown name, a power that is no small rational, a division by zero, or no dependence on z.

    >>> parsed("0.3*z + max(z, 0)")
    3*z/10 + Max(0, z)
    """
    if len(text) > limits.longest:
        raise ExpressionError(
            f"an expression may have {limits.longest} characters, not {len(text)}"
        )
    plain = text.strip().replace("^", "**")
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{text!r} is not an expression in z") from None
    phi = _Reader(plain, limits).value(tree.body, 0)
    if phi.free_symbols != {z}:
        raise ExpressionError(f"{text!r} does not depend on z")
    return phi


class _Reader:
    """Turns a syntax tree into an expression, and refuses what the grammar lacks."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text, self._limits = text, limits

    def value(self, node: ast.expr, depth: int) -> sp.Expr:
        if depth > self._limits.deepest:
            raise ExpressionError("the expression is nested too deeply")
        expression = self._value(node, depth + 1)
        if expression.has(sp.nan, sp.oo, sp.zoo, sp.I):
            raise self._refused(node, "is not a finite real number")
        largest = 10**self._limits.digits
        if any(max(abs(n.p), n.q) > largest for n in expression.atoms(sp.Rational)):
            raise self._refused(node, f"has a number beyond 1e{self._limits.digits}")
        for power in expression.atoms(sp.Pow):
            self._check_power(power.exp, node)
        return expression

    def _value(self, node: ast.expr, depth: int) -> sp.Expr:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.value(inner, depth)
            case ast.UnaryOp(op=ast.USub()) | ast.BinOp(op=ast.Mult() | ast.Div()):
                return sp.Mul(*self._factors(node, depth))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(self.value(left, depth), self.value(right, depth), node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _BINARY[type(op)](self.value(left, depth), self.value(right, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments, depth)
        raise self._refused(node, "is not part of an expression in z")

    def _factors(self, node: ast.expr, depth: int) -> Iterator[sp.Expr]:
        """Those of a product as it is written: one by one a number would enter a sum beside it."""
        match node if depth <= self._limits.deepest else None:
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                yield sp.Integer(-1)
                yield from self._factors(inner, depth + 1)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                yield from self._factors(left, depth + 1)
                yield self.value(right, depth)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                yield from self._factors(left, depth + 1)
                yield 1 / self.value(right, depth)
            case _:
                yield self.value(node, depth)

    def _number(self, node: ast.Constant) -> sp.Expr:
        text = ast.get_source_segment(self._text, node) or ""
        if not self._limits.number.fullmatch(text):
            raise self._refused(node, "is not a number")
        return sp.Rational(Fraction(text))

    def _named(self, name: str) -> sp.Expr:
        if name == "z":
            return z
        if name == "pi":
            return sp.pi
        raise ExpressionError(f"unknown name {name!r}: choose z, pi or {', '.join(FUNCTIONS)}")

    def _call(self, name: str, arguments: list[ast.expr], depth: int) -> sp.Expr:
        if name not in FUNCTIONS:
            raise ExpressionError(f"unknown function {name!r}: choose {', '.join(FUNCTIONS)}")
        count, rule = FUNCTIONS[name]
        if len(arguments) != count:
            raise ExpressionError(f"{name} takes {count} argument{'s' * (count > 1)}")
        # SymPy leaves max(1, 2) inside of an extremum that it has factored.
        return rule(*(self.value(a, depth) for a in arguments)).doit()

    def _power(self, base: sp.Expr, exponent: sp.Expr, node: ast.expr) -> sp.Expr:
        self._check_power(exponent, node)
        return base**exponent

    def _check_power(self, exponent: sp.Expr, node: ast.expr) -> None:
        most = self._limits.power
        if not (exponent.is_Rational and max(abs(exponent.p), exponent.q) <= most):
            raise self._refused(node, f"has a power that is no rational up to {most}")

    def _refused(self, node: ast.expr, why: str) -> ExpressionError:
        segment = ast.get_source_segment(self._text, node) or self._text
        return ExpressionError(f"{segment!r} {why}")


def written(phi: sp.Expr) -> str:
    """The text of a function of z that :func:`parsed` reads back.

    >>> written(parsed("0.3*z + max(z, 0)"))
    '3*z/10 + max(0, z)'
    """
    plain = phi.xreplace({sp.E: sp.Function("exp")(1)})
    for node, name in ((sp.Max, "max"), (sp.Min, "min"), (sp.Abs, "abs")):
        plain = plain.replace(node, _nested(sp.Function(name)))
    return str(sp.sstr(plain))


def _nested(function: Rule) -> Rule:
    """Of several arguments a call inside a call, since max and min take two each."""

    def called(*arguments: sp.Expr) -> sp.Expr:
        ordered = sorted(arguments, key=sp.default_sort_key)
        return reduce(function, ordered) if len(ordered) > 1 else function(*ordered)

    return called
