"""Expressions of an irrep that code can be generated for: those of the mode that it equals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import sympy as sp

from binodal.derive.symbols import N, P, sigma_a2, u
from binodal.models.group.numerics.cyclic import CyclicTwin, common_twin
from binodal.models.group.setting import Setting
from binodal.models.modular.expressions import EXPRESSIONS
from binodal.models.protocol import Expressions

_OF_A_MODE = ("weights", "law", "law-of-mean")
"""What holds of the measure of one complex number, not of a matrix."""


def expressions(setting: Setting) -> Mapping[str, Callable[[str], Expressions]]:
    """By quantity; the measure of a mode serves complex irreps of dimension one alone."""
    twin = common_twin(setting)
    is_mode = (twin.block.kind, twin.block.dimension) == ("complex", 1)
    names = [name for name in EXPRESSIONS if is_mode or name not in _OF_A_MODE]
    return {name: partial(_of_block, twin, name) for name in names}


def _of_block(twin: CyclicTwin, quantity: str, theory: str) -> Expressions:
    """The twin's expression at |G|, with u and S of the block."""
    of_mode = EXPRESSIONS[quantity](theory)
    rank, scales = twin.felt_rank, {name: sp.Rational(s) for name, s in twin.scales.items()}
    scaled = {own: own * scales.get(str(own), 1) for own in (N, sigma_a2)}
    swap = {**scaled, P: sp.Integer(twin.setting.order), u: u / rank}
    units = {
        "S": sp.Rational(twin.first_depth),
        "u": sp.Integer(rank),
        "neurons": 1 / scales.get(str(N), sp.S.One),
    }
    values = {
        name: units.get(name.partition("_")[0], sp.S.One) * value.subs(swap, simultaneous=True)
        for name, value in of_mode.values.items()
    }
    arguments = [symbol for symbol in of_mode.arguments if symbol != P]
    return Expressions(values, arguments, (*_words(twin), *of_mode.notes))


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
