"""What is to be generated: a named function of exact expressions, and what identifies it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.printing.repr import ReprPrinter

from binodal.numerics.errors import CodegenError

_OWN_NAMES = re.compile(r"[stK]\d+")


@dataclass(frozen=True)
class Function:
    """Expressions by name, their arguments in order, and notes that become comments.

    With ``fixed`` arguments it is loaded as a function of these that returns one of the others.

    Raises :class:`CodegenError` for a symbol that is not an argument, and for an argument with
    a name that generated code uses itself (t0, K0, ...).
    """

    name: str
    expressions: Mapping[str, sp.Expr]
    arguments: Sequence[sp.Symbol]
    notes: Sequence[str] = ()
    fixed: Sequence[str] = ()

    def __post_init__(self) -> None:
        free = set().union(*(e.free_symbols for e in self.expressions.values()))
        missing = sorted(map(str, free - set(self.arguments)))
        if missing:
            raise CodegenError(f"{self.name}: {missing} are not among its arguments")
        taken = [p for p in self.parameters if _OWN_NAMES.fullmatch(p)]
        if taken:
            raise CodegenError(f"{self.name}: {taken} are names that generated code uses itself")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the arguments."""
        return tuple(map(str, self.arguments))

    @property
    def title(self) -> str:
        """The function and its results in one line."""
        return f"{self.name}: {', '.join(self.expressions)}"

    @property
    def comments(self) -> tuple[str, ...]:
        """The expressions' hash and the notes."""
        return (f"Generated from expressions {fingerprint(self.expressions)}.", *self.notes)


def fingerprint(expressions: Mapping[str, sp.Expr]) -> str:
    """Hash of the expressions that code was generated from, as ``srepr`` writes them.

    >>> x = sp.Symbol("x", positive=True)
    >>> whole = hashlib.sha256(f"f = {sp.srepr(sp.sin(x + 1) ** 2 + x + 1)}".encode())
    >>> fingerprint({"f": sp.sin(x + 1) ** 2 + x + 1}) == whole.hexdigest()[:16]
    True
    """
    return _hash(tuple(expressions.items()))


@lru_cache(maxsize=64)
def _hash(named: tuple[tuple[str, sp.Expr], ...]) -> str:
    written = _remembering()
    text = "\n".join(f"{name} = {written(e)}" for name, e in named)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remembering() -> Callable[[sp.Expr], str]:
    """``srepr``, which writes each subexpression once."""
    printer: Any = ReprPrinter()
    whole, known = printer._print, {}

    def written(expression: Any) -> str:
        if not isinstance(expression, sp.Basic):
            return str(whole(expression))
        if expression not in known:
            known[expression] = str(whole(expression))
        return known[expression]

    printer._print = written
    return written
