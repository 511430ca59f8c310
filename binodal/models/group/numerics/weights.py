"""What the one-loop weights of ranks decide at finite |G|: which irrep comes first, which rank."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from binodal.derive.groups.block import Block
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.group.forms.blocks")
_shift = _FORMS.balls("weight_shift")


def _numbers(row: Sequence[Any]) -> list[Fraction]:
    return [Fraction(power) for power in row]


_exponents = _FORMS.data("weight_exponents", _numbers)


def relative_shift(block: Block, order: int, gamma: Fraction) -> arb:
    """By how much rank one's weight lifts sigma^2 + lambda at coexistence, to log |G|."""
    of = _shift(block.kind, block.dimension, len(block.members))
    return arb(of(arb(order), ball(gamma))[0])


def first_weight(block: Block) -> Fraction:
    """The power of |G| in rank one's weight over what multiplies |G| times its depth."""
    row = _exponents(block.kind, block.dimension)
    return row[1] / (block.dimension * len(block.members))


def heaviest_ranks(block: Block) -> tuple[int, ...]:
    """The ranks but zero that weigh most where all are equally deep, to log |G|."""
    row = _exponents(block.kind, block.dimension)
    each = 2 if block.kind == "quaternionic" else 1
    return tuple(each * c for c in range(1, len(row)) if row[c] == max(row[1:]))
