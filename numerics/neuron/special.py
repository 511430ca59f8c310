"""The special functions that marginal laws hold: Laplace transforms of positive measures.

f(z) = integral of exp(-z s) dm(s) with m > 0 falls along the real axis, and |f(z)| <= f(Re z): its
value at one real point bounds it on all that lies to the right, however wide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from flint import acb, arb, ctx
from scipy.special import hyp1f1

from binodal.derive.functions import TricomiU
from binodal.numerics.codegen.helpers.for_numpy import log_tricomi

Ball = arb | acb


@dataclass(frozen=True)
class Laplace:
    """f(a, b, z) of one kind: its value on balls and its logarithm on arrays of floats."""

    value: Callable[[arb, arb, Ball], Ball]
    logarithm: Callable[[Any, Any, Any], Any]


KINDS: Mapping[str, Laplace] = {
    # Gamma(a) U = integral of exp(-z s) s^{a-1} (1 + s)^{b-a-1}, a > 0.
    "TricomiU": Laplace(lambda a, b, z: z.hypgeom_u(a, b), log_tricomi),
    # 1F1(a; b; -z) averages exp(-z s) over the Beta law of a and b - a, 0 < a < b.
    "hyper": Laplace(
        lambda a, b, z: (-z).hypgeom_1f1(a, b), lambda a, b, z: np.log(hyp1f1(a, b, -z))
    ),
}


@dataclass(frozen=True)
class Special:
    """One such function in an expression: its kind, its arguments and the symbol in its place."""

    kind: str
    first: sp.Expr
    second: sp.Expr
    argument: sp.Expr
    symbol: sp.Symbol


def split(
    expressions: Sequence[sp.Expr], order: sp.Symbol
) -> tuple[tuple[sp.Expr, ...], tuple[Special, ...]]:
    """The expressions with a symbol for every special function of ``order``, and what they are."""
    atoms = set().union(*(e.atoms(TricomiU, sp.hyper) for e in expressions))
    held = sorted((atom for atom in atoms if atom.has(order)), key=sp.default_sort_key)
    specials = [_special(atom, sp.Symbol(f"f{k}", positive=True)) for k, atom in enumerate(held)]
    places = {atom: special.symbol for atom, special in zip(held, specials, strict=True)}
    return tuple(e.xreplace(places) for e in expressions), tuple(specials)


def _special(atom: sp.Function, symbol: sp.Symbol) -> Special:
    if isinstance(atom, TricomiU):
        first, second, argument = atom.args
    else:
        (first,), (second,), argument = atom.ap, atom.bq, -atom.argument
    return Special(type(atom).__name__, first, second, argument, symbol)


def enclosure(kind: str, first: arb, second: arb, argument: Ball) -> Ball:
    """f on a ball: by itself where that is narrow, else all that its bound allows.

    >>> enclosure("hyper", arb(1) / 2, arb(3) / 2, acb(arb(2, 1), arb(0, 1))).real.str(3)
    '[+/- 0.747]'
    """
    f = KINDS[kind].value
    if argument.rel_accuracy_bits() > ctx.prec // 2:
        return f(first, second, argument)
    real = argument.real if isinstance(argument, acb) else argument
    most = arb(f(first, second, arb(real.lower())).real.upper())
    if isinstance(argument, acb):
        return acb(arb(0, most), arb(0, most))
    return (most / 2) * arb(1, 1)
