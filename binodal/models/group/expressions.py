"""Expressions of an irrep that code can be generated for: those of the mode that it equals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

import sympy as sp

from binodal.derive.symbols import N, P, sigma_a2, u
from binodal.models.group.numerics.cyclic import CyclicTwin, common_twin, is_mode
from binodal.models.group.setting import Setting
from binodal.models.modular.expressions import EXPRESSIONS
from binodal.models.protocol import Expressions

_OF_A_MODE = ("weights", "law", "law-of-mean")
"""What holds of the measure of one complex number, not of a matrix."""


def expressions(setting: Setting) -> Mapping[str, Callable[[str], Expressions]]:
    """By quantity; the measure of a mode serves complex irreps of dimension one alone."""
    twin = common_twin(setting)
    alone = is_mode(twin.block)
    names = [name for name in EXPRESSIONS if alone or name not in _OF_A_MODE]
    return {name: partial(_of_block, twin, name) for name in names}


def _of_block(twin: CyclicTwin, quantity: str, theory: str) -> Expressions:
    """The twin's expression at |G|, with u and S of the block."""
    of_mode = EXPRESSIONS[quantity](theory)
    values = in_units(of_mode.values, *map(sp.Rational, numbers_of(twin)))
    arguments = [symbol for symbol in of_mode.arguments if symbol != P]
    return Expressions(values, arguments, (*_words(twin), *of_mode.notes))


def numbers_of(twin: CyclicTwin) -> tuple[Fraction, ...]:
    """|G|, S of the irrep over that of the mode, u over that, and what N and sigma_a2 become."""
    scales = (twin.scales.get(str(symbol), Fraction(1)) for symbol in (N, sigma_a2))
    return Fraction(twin.setting.order), twin.first_depth, Fraction(twin.felt_rank), *scales


def in_units(
    values: Mapping[str, sp.Expr],
    order: sp.Expr,
    depth: sp.Expr,
    rank: sp.Expr,
    by_n: sp.Expr,
    by_readout: sp.Expr,
) -> dict[str, sp.Expr]:
    """A mode's expressions as an irrep's; the first part of a name says what it is.

    >>> in_units({"u_birth": u, "S": N * u}, 6, 2, 2, sp.Rational(1, 2), 1)
    {'u_birth': u, 'S': N*u/2}
    """
    swap = {N: by_n * N, sigma_a2: by_readout * sigma_a2, P: order, u: u / rank}
    units = {"S": depth, "u": rank, "neurons": 1 / by_n}
    return {
        name: units.get(name.partition("_")[0], sp.S.One) * value.subs(swap, simultaneous=True)
        for name, value in values.items()
    }


def _words(twin: CyclicTwin) -> tuple[str, ...]:
    """Whose expression it is; the notes of the mode, with its units of S, follow."""
    block, order = twin.block, twin.setting.order
    kind = f"{block.kind}, dimension {block.dimension}, decay {twin.setting.decay}"
    scales = "".join(f", {name} -> {scale} {name}" for name, scale in twin.scales.items())
    units = f"S of the irrep is {twin.first_depth} times that of the mode, u {twin.felt_rank} times"
    return (
        f"Irrep {block.name} of {twin.setting.group.name} ({kind}) in its first minimum.",
        f"It equals a complex mode of a cyclic group with P = {order}{scales}: {units}.",
        "What follows is said of that mode.",
    )
