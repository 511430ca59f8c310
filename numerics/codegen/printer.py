"""Printing expressions as assignments of a target, after common subexpressions are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import sympy as sp

from binodal.numerics.codegen.rewrite import Constants, Entry, accurate, together
from binodal.numerics.codegen.targets import Target
from binodal.numerics.errors import CodegenError

_MAX_UNROLLED_POWER = 64


@dataclass(frozen=True)
class Body:
    """A function's body: assignments in order, and the printed results."""

    assignments: tuple[tuple[str, str], ...]
    results: tuple[str, ...]


class _Printer:
    """Prints one expression; operands come out as atoms or in parentheses.

    Integer powers become products, whose bases may need assignments of their own: ``assigned``
    collects them in the order of use.
    """

    def __init__(self, target: Target, names: Iterator[sp.Symbol]) -> None:
        self.target = target
        self.names = names
        self.assigned: list[tuple[str, str]] = []
        self.inverted: frozenset[sp.Expr] = frozenset()
        self._powers: dict[sp.Expr, str] = {}

    def operand(self, node: sp.Expr) -> str:
        text = self.expression(node)
        return text if node.is_Atom else f"({text})"

    def expression(self, node: sp.Expr) -> str:
        if node.is_Symbol:
            return str(node)
        if node.is_Rational:
            return self._number(node)
        if node is sp.pi:
            return self.target.pi
        if node is sp.E:
            return self.target.functions["exp"].format(self.target.integer.format(1))
        if node.is_Add:
            return self._sum(node)
        if node.is_Mul:
            return self._product(node)
        if node.is_Pow:
            return self._power(node.base, node.exp)
        return self._call(node)

    def _number(self, node: sp.Rational) -> str:
        sign = "-" if node < 0 else ""
        top, bottom = abs(node.p), node.q
        text = (self.target.integer if bottom == 1 else self.target.rational).format(top, bottom)
        return f"({sign}{text})" if sign else text

    def _sum(self, node: sp.Add) -> str:
        """Positive terms first; a negative one is subtracted, which saves a pass over an array."""
        negative = [a for a in node.args if a.could_extract_minus_sign()]
        positive = [a for a in node.args if a not in negative]
        first, *rest = positive or [sp.Integer(0)]
        text = self.operand(first) + "".join(f" + {self.operand(a)}" for a in rest)
        return text + "".join(f" - {self.operand(-a)}" for a in negative)

    def _product(self, node: sp.Mul) -> str:
        if node.args[0] == -1:
            return f"-{self.operand(-node)}"
        above, below = [], []
        for factor in node.args:
            if factor.is_Pow and factor.exp.could_extract_minus_sign():
                below.append(factor)
            else:
                above.append(self.operand(factor))
        above += [f"({self.expression(f)})" for f in below if f.base in self.inverted]
        below = [f.base ** (-f.exp) for f in below if f.base not in self.inverted]
        top = " * ".join(above) or self.target.integer.format(1)
        return f"{top} / ({' * '.join(self.operand(f) for f in below)})" if below else top

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> str:
        if base in self.inverted and exponent.is_Integer and exponent < 0:
            return self._unrolled(1 / base, -int(exponent))
        if exponent.could_extract_minus_sign():
            return f"{self.target.integer.format(1)} / ({self._power(base, -exponent)})"
        if exponent == 1:
            return self.operand(base)
        if exponent == sp.Rational(1, 2):
            return self.target.sqrt.format(self.operand(base))
        if exponent.is_Integer:
            if self.target.fixed_precision and exponent <= _MAX_UNROLLED_POWER:
                return self._unrolled(base, int(exponent))
            return self.target.power.format(self.operand(base), int(exponent))
        if exponent.is_Rational and exponent.q == 2:
            root = self.target.sqrt.format(self.operand(base))
            return f"{root} * ({self._power(base, exponent - sp.Rational(1, 2))})"
        return self.target.power.format(self.operand(base), self.operand(exponent))

    def _unrolled(self, base: sp.Expr, exponent: int) -> str:
        """A power as a product: of the base up to the third, else of its own half twice."""
        single = str(base) if base.is_Atom else self._named(base, lambda: self._base(base))
        if exponent <= 3:
            return " * ".join([single] * exponent)
        half = exponent // 2
        double = self._named(base**half, lambda: self._unrolled(base, half))
        return " * ".join([double, double] + [single] * (exponent % 2))

    def _base(self, base: sp.Expr) -> str:
        if base.is_Pow and base.exp == -1:
            return f"{self.target.integer.format(1)} / {self.operand(base.base)}"
        return self.expression(base)

    def _named(self, node: sp.Expr, text: Callable[[], str]) -> str:
        if node not in self._powers:
            printed = text()
            self._powers[node] = str(next(self.names))
            self.assigned.append((self._powers[node], printed))
        return self._powers[node]

    def _call(self, node: sp.Expr) -> str:
        joint = f"{type(node).__name__}({type(node.args[0]).__name__})"
        if joint in self.target.functions:
            return self.target.functions[joint].format(*map(self.operand, node.args[0].args))
        template = self.target.functions.get(type(node).__name__)
        if template is None:
            raise CodegenError(
                f"target '{self.target.name}' has no row for {type(node).__name__} (in {node}); "
                "add it to numerics/codegen/targets.py"
            )
        if type(node).__name__ in ("LogRatio", "LogRatios"):
            return template.format(int(node.args[0]), self.operand(node.args[1]))
        if type(node) is Entry:
            return template.format(self.operand(node.args[0]), int(node.args[1]))
        operands = [self.operand(a) for a in node.args]
        if isinstance(node, sp.Max | sp.Min):
            return reduce(lambda a, b: template.format(f"({a})" if "(" in a else a, b), operands)
        return template.format(*operands)


def _divisors(expressions: Iterable[sp.Expr]) -> frozenset[sp.Expr]:
    """What is divided by more than once: a division costs as much as five products."""
    counts = Counter(
        node.base
        for expression in expressions
        for node in sp.preorder_traversal(expression)
        if node.is_Pow and node.exp.is_Integer and node.exp < 0 and node.base.free_symbols
    )
    return frozenset(base for base, count in counts.items() if count > 1)


def body(expressions: Mapping[str, sp.Expr], target: Target, constants: Constants) -> Body:
    """Assignments t0, t1, ... and results of a function that computes all expressions.

    Irrational constants of a target of fixed precision are entered into ``constants``.
    """
    prepared = [accurate(e) for e in expressions.values()]
    if "LogRatios" in target.functions:
        prepared = together(prepared)
    if target.fixed_precision:
        prepared = [constants.folded(e) for e in prepared]
    names = (sp.Symbol(f"t{i}") for i in range(100_000))
    shared, reduced = sp.cse(prepared, symbols=names)
    printer = _Printer(target, names)
    if target.fixed_precision:
        printer.inverted = _divisors([value for _, value in shared] + reduced)
    for symbol, value in shared:
        text = printer.expression(value)
        printer.assigned.append((str(symbol), text))
    results = tuple(printer.expression(e) for e in reduced)
    return Body(tuple(printer.assigned), results)
