"""Nonlinearities as text: a small grammar of functions of z, parsed and never evaluated.

Numbers are read exactly ("0.3" is 3/10); ``+ - * / ** ^``, parentheses, ``z``, ``pi`` and the
functions of :data:`FUNCTIONS` are all that there is. :func:`written` is the inverse.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from types import MappingProxyType

import sympy as sp

from binodal.derive.errors import ExpressionError

z = sp.Symbol("z", real=True)
"""The argument of every nonlinearity."""

LONGEST = 200
DEEPEST = 48
LARGEST_POWER = 32
_LARGEST = 10**30
_NUMBER = re.compile(r"(\d{1,31}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")

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
    ast.Mult: lambda a, b: a * b,
}


def parsed(text: str) -> sp.Expr:
    """The function of z that a text says.

    Raises :class:`ExpressionError` with one line for a text that is too long or too deep, an
    unknown name, a power that is no small rational, a division by zero, or no dependence on z.

    >>> parsed("0.3*z + max(z, 0)")
    3*z/10 + Max(0, z)
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression may have {LONGEST} characters, not {len(text)}")
    plain = text.strip().replace("^", "**")
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{text!r} is not an expression in z") from None
    phi = _Reader(plain).value(tree.body, 0)
    if phi.free_symbols != {z}:
        raise ExpressionError(f"{text!r} does not depend on z")
    return phi


def _small(exponent: sp.Expr) -> bool:
    return bool(exponent.is_Rational and max(abs(exponent.p), exponent.q) <= LARGEST_POWER)


class _Reader:
    """Turns a syntax tree into an expression, and refuses what the grammar lacks."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, node: ast.expr, depth: int) -> sp.Expr:
        if depth > DEEPEST:
            raise ExpressionError("the expression is nested too deeply")
        expression = self._value(node, depth + 1)
        if expression.has(sp.nan, sp.oo, sp.zoo, sp.I):
            raise self._refused(node, "is not a finite real number")
        if any(max(abs(n.p), n.q) > _LARGEST for n in expression.atoms(sp.Rational)):
            raise self._refused(node, "has a number beyond 1e30")
        if any(not _small(power.exp) for power in expression.atoms(sp.Pow)):
            raise self._refused(node, f"has a power that is no rational up to {LARGEST_POWER}")
        return expression

    def _value(self, node: ast.expr, depth: int) -> sp.Expr:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.value(inner, depth)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.value(inner, depth)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.value(left, depth) / self.value(right, depth)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(self.value(left, depth), self.value(right, depth), node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _BINARY[type(op)](self.value(left, depth), self.value(right, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments, depth)
        raise self._refused(node, "is not part of an expression in z")

    def _number(self, node: ast.Constant) -> sp.Expr:
        text = ast.get_source_segment(self._text, node) or ""
        if not _NUMBER.fullmatch(text):
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
        return rule(*(self.value(a, depth) for a in arguments))

    def _power(self, base: sp.Expr, exponent: sp.Expr, node: ast.expr) -> sp.Expr:
        if not _small(exponent):
            raise self._refused(node, f"has a power that is no rational up to {LARGEST_POWER}")
        return base**exponent

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
