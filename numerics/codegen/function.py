"""What is to be generated: a named function of exact expressions, and what identifies it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

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
    """Hash of the expressions that code was generated from."""
    return _hash(tuple(expressions.items()))


@lru_cache(maxsize=64)
def _hash(named: tuple[tuple[str, sp.Expr], ...]) -> str:
    text = "\n".join(f"{name} = {sp.srepr(e)}" for name, e in named)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
