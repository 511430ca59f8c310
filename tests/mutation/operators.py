"""Mistakes of formulas and proofs: each operator replaces one node of a syntax tree by another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

Rule = Callable[[ast.AST], Iterator[ast.AST]]

_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def _is_text(node: ast.AST) -> bool:
    """Whether an operand is written as text or as a list: then + does not add."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr | ast.List | ast.ListComp | ast.Tuple) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_arithmetic(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.BinOp) and type(node.op) in (*_OTHER, ast.Pow) and not _is_text(node)
    )


def _factor_two(node: ast.AST) -> Iterator[ast.AST]:
    if _is_arithmetic(node):
        yield ast.BinOp(ast.Constant(2), ast.Mult(), node)


def _sign(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif _is_arithmetic(node):
        yield ast.UnaryOp(ast.USub(), node)


def _operator(node: ast.AST) -> Iterator[ast.AST]:
    if _is_arithmetic(node) and type(node.op) in _OTHER:
        yield ast.BinOp(node.left, _OTHER[type(node.op)](), node.right)


def _exponent(node: ast.AST) -> Iterator[ast.AST]:
    if _is_arithmetic(node) and isinstance(node.op, ast.Pow):
        yield ast.BinOp(node.left, node.op, ast.BinOp(node.right, ast.Add(), ast.Constant(1)))


def _dropped_term(node: ast.AST) -> Iterator[ast.AST]:
    if _is_arithmetic(node) and isinstance(node.op, ast.Add | ast.Sub):
        yield node.left
        yield node.right


def _three_for_pi(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr == "pi":
        whole = ast.Attribute(node.value, "Integer", ast.Load())
        if isinstance(node.value, ast.Name) and node.value.id == "sp":
            yield ast.Call(whole, [ast.Constant(3)], [])
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "pi" and not node.args:
        yield ast.Call(node.func.value, [ast.Constant(3)], [])
    elif isinstance(node, ast.Name) and node.id == "pi" and isinstance(node.ctx, ast.Load):
        yield ast.Constant(3.0)


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _FLIPPED:
        yield ast.Compare(node.left, [_FLIPPED[type(node.ops[0])]()], node.comparators)


def _dropped_condition(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _off_by_one(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)


def _swapped_arguments(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and len(node.args) > 1:
        first, second, *rest = node.args
        plain = not any(isinstance(a, ast.Starred) for a in (first, second))
        if plain and ast.dump(first) != ast.dump(second):
            yield ast.Call(node.func, [second, first, *rest], node.keywords)


def _constant_returned(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None:
        value = node.value
        truth = isinstance(value, ast.Compare | ast.BoolOp) or (
            isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)
        )
        constants = (True, False) if truth else (0,) if _is_arithmetic(value) else (None,)
        for constant in constants:
            if not (isinstance(value, ast.Constant) and value.value is constant):
                yield ast.Return(ast.Constant(constant))


def _dropped_not(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


OPERATORS: dict[str, Rule] = {
    "factor two": _factor_two,
    "sign": _sign,
    "operator": _operator,
    "exponent": _exponent,
    "dropped term": _dropped_term,
    "3 for pi": _three_for_pi,
    "comparison": _comparison,
    "dropped condition": _dropped_condition,
    "off by one": _off_by_one,
    "swapped arguments": _swapped_arguments,
    "constant returned": _constant_returned,
    "dropped not": _dropped_not,
}


@dataclass(frozen=True)
class Mutant:
    """One wrong program: ``path`` with the text from ``start`` to ``stop`` replaced."""

    path: str
    kind: str
    function: str
    line: int
    before: str
    after: str
    start: int
    stop: int
    number: int

    @property
    def name(self) -> str:
        """What stays when other lines of the file move: 12 hexadecimal digits."""
        parts = (self.path, self.kind, self.function, self.before, self.after, str(self.number))
        return sha256("\0".join(parts).encode()).hexdigest()[:12]

    def apply(self, source: str) -> str:
        """The wrong source."""
        text = self.after if self.kind == "constant returned" else f"({self.after})"
        return source[: self.start] + text + source[self.stop :]


# Text, types and decorators are not formulas; messages of errors are not results.
_SKIPPED = (ast.JoinedStr, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params", "slice", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _SKIPPED):
                yield child


def _walk(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    inside = function
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        inside = f"{function}.{node.name}" if function else node.name
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    yield node, inside
    for child in _children(node):
        yield from _walk(child, inside)


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text.

    >>> [m.after for m in mutants("a.py", "x = a + b") if m.kind == "dropped term"]
    ['a', 'b']
    """
    encoded = source.encode()
    starts = [0]
    for line in encoded.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen: dict[tuple[str, ...], int] = {}
    for node, function in _walk(ast.parse(source), ""):
        if not hasattr(node, "end_col_offset"):
            continue
        begin = len(encoded[: starts[node.lineno - 1] + node.col_offset].decode())
        end = len(encoded[: starts[node.end_lineno - 1] + node.end_col_offset].decode())
        for kind, rule in OPERATORS.items():
            for wrong in rule(node):
                after = ast.unparse(wrong)
                key = (kind, function, source[begin:end], after)
                number = seen[key] = seen.get(key, -1) + 1
                yield Mutant(
                    path, kind, function, node.lineno, source[begin:end], after, begin, end, number
                )
