"""SymPy's answers, kept: a mutant changes few of the expressions that a test simplifies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import sympy as sp

FUNCTIONS = (
    "simplify",
    "expand",
    "factor",
    "cancel",
    "together",
    "solve",
    "integrate",
    "limit",
    "series",
    "powsimp",
    "logcombine",
    "trigsimp",
    "expand_log",
    "expand_power_base",
    "resultant",
    "discriminant",
    "groebner",
    "apart",
    "N",
)
METHODS = (
    (sp.Basic, "simplify"),
    (sp.Expr, "series"),
    (sp.Expr, "limit"),
    (sp.Integral, "doit"),
    (sp.Integral, "evalf"),
    (sp.Sum, "doit"),
    (sp.Sum, "evalf"),
)


def _exact(argument: object) -> bool:
    """Whether an argument's equality is identity: floats of two precisions may be equal."""
    if isinstance(argument, sp.Basic):
        return not argument.has(sp.Float)
    if isinstance(argument, tuple | list):
        return all(map(_exact, argument))
    return argument is None or isinstance(argument, int | str)


def _key(argument: object) -> object:
    if isinstance(argument, tuple | list):
        return (type(argument), *map(_key, argument))
    return type(argument), argument


def remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of expressions that does not answer the same question twice.

    >>> asked = []
    >>> double = remembering(lambda x: asked.append(x) or 2 * x)
    >>> double(sp.Integer(2)), double(sp.Integer(2)), double(2), len(asked)
    (4, 4, 4, 2)
    """
    known: dict[object, Any] = {}

    @functools.wraps(function)
    def remembered(*arguments: Any, **options: Any) -> Any:
        if not _exact(arguments) or not _exact((*options.values(),)):
            return function(*arguments, **options)
        key = (_key(arguments), *((name, _key(value)) for name, value in sorted(options.items())))
        if key in known:
            return _copied(known[key])
        answer = function(*arguments, **options)
        if isinstance(answer, sp.Basic | list | dict):
            known[key] = _copied(answer)
        return answer

    return remembered


def _copied(answer: Any) -> Any:
    """Lists and dictionaries belong to who asked."""
    if isinstance(answer, list):
        return [_copied(each) for each in answer]
    return dict(answer) if isinstance(answer, dict) else answer


def remember() -> None:
    """From now on in this process and its forks."""
    for name in FUNCTIONS:
        setattr(sp, name, remembering(getattr(sp, name)))
    for owner, name in METHODS:
        setattr(owner, name, remembering(getattr(owner, name)))
