"""Printing expressions as source code of a target, after common subexpressions are shared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import sympy as sp

from numerics.codegen.targets import Target
from numerics.errors import CodegenError

_MAX_UNROLLED_POWER = 6


class _Printer:
    """Prints one expression; operands come out as atoms or in parentheses."""

    def __init__(self, target: Target) -> None:
        self.target = target

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
                below.append(factor.base ** (-factor.exp))
            else:
                above.append(factor)
        top = " * ".join(self.operand(f) for f in above) or self.target.integer.format(1)
        return f"{top} / ({' * '.join(self.operand(f) for f in below)})" if below else top

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> str:
        if exponent.could_extract_minus_sign():
            return f"{self.target.integer.format(1)} / ({self._power(base, -exponent)})"
        printed = self.operand(base)
        if exponent == 1:
            return printed
        if exponent == sp.Rational(1, 2):
            return self.target.sqrt.format(printed)
        if (
            exponent.is_Integer
            and exponent <= _MAX_UNROLLED_POWER
            and base.is_Atom
            and self.target.name == "numpy"
        ):
            return " * ".join([printed] * int(exponent))
        if exponent.is_Integer:
            return self.target.power.format(printed, int(exponent))
        if exponent.is_Rational and exponent.q == 2:
            whole = self.operand(base ** (exponent - sp.Rational(1, 2)))
            return f"{self.target.sqrt.format(printed)} * {whole}"
        return self.target.power.format(printed, self.operand(exponent))

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
        if type(node).__name__ == "LogRatio":
            return template.format(int(node.args[0]), self.operand(node.args[1]))
        return template.format(*(self.operand(a) for a in node.args))


def fingerprint(expressions: Mapping[str, sp.Expr]) -> str:
    """Hash of the expressions that code was generated from."""
    text = "\n".join(f"{name} = {sp.srepr(e)}" for name, e in expressions.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source(
    name: str,
    expressions: Mapping[str, sp.Expr],
    arguments: Sequence[sp.Symbol],
    target: Target,
    notes: Sequence[str] = (),
) -> str:
    """A module with one function that returns the tuple of all expressions.

    ``notes`` (assumptions, source) become comments. Raises :class:`CodegenError` for a node
    that the target has no row for and for a symbol that is not an argument.
    """
    free = set().union(*(e.free_symbols for e in expressions.values())) - set(arguments)
    if free:
        raise CodegenError(f"{name}: {sorted(map(str, free))} are not among its arguments")
    names = (sp.Symbol(f"t{i}") for i in range(100_000))
    shared, reduced = sp.cse(list(expressions.values()), symbols=names)
    printer = _Printer(target)
    body = [f"    {symbol} = {printer.expression(value)}" for symbol, value in shared]
    results = ", ".join(printer.expression(e) for e in reduced)
    parameters = ", ".join(map(str, arguments))
    head = [
        f'"""{name}: {", ".join(expressions)}.\n\nGenerated from {fingerprint(expressions)}.\n"""',
        "",
    ]
    head += [f"# {note}" for note in notes] + [target.header, ""]
    function = [f"def {name}({parameters}):", *body, f"    return ({results},)", ""]
    return "\n".join(head + function)
