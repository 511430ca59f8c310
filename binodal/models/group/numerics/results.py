"""What the solvers of groups return: a closure and saddles for every block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.derive.groups.block import Block
from binodal.models.group.parameters import ORDER
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.results import EventPoint, Part, SolvedClosure, StationaryPoint

ACTION_UNITS = "action: S/|G| of a block, an irrep together with its conjugate"
PRIOR = "zero state: lambda = 4 sigma_a^2 is dropped beside sigma^2; the finite limit keeps it"
LARGE = "large |G|: the law of a block is dominated by its leading exponential"
ALL_PAIRS = "data: all |G|^2 pairs of inputs are in the training set"
DECAYS = {
    "schatten": "decay: |G| sum d_rho (gamma/6) (tr (W W^+)^3 + tr (V V^+)^3)",
    "frobenius": "decay: |G| sum d_rho (gamma/6) (|W|_F^6 + |V|_F^6)",
}


@dataclass(frozen=True)
class Saddle(StationaryPoint):
    """A stationary point of a block of this rank; each singular value (``schatten``), or all
    together (``frobenius``), has the square x."""

    rank: int
    x: arb


@dataclass(frozen=True)
class GroupSolution(SolvedClosure[Closure | None, Saddle]):
    """A solved closure of every block."""


@dataclass(frozen=True)
class GroupPoint(EventPoint):
    """Where an event of an irrep happens, and the state there."""

    x: arb
    a: arb


def described(
    block: Block, closure: Closure | None, saddles: tuple[Saddle, ...]
) -> Part[Closure | None, Saddle]:
    """A block's part of a solution, with the words that say which it is."""
    words = {
        "irrep": block.name,
        "dimension": block.dimension,
        "type": block.kind,
        "orbit": list(block.orbit),
    }
    return Part(words, closure, saddles)


def assumptions(setting: Setting, *notes: str, large: bool = False) -> tuple[str, ...]:
    """The statements that a number of this model rests on."""
    used = [Assumption.MEAN_FIELD.value, ALL_PAIRS, DECAYS[setting.decay]]
    used += [LARGE] if large else []
    return (*used, *notes)


def cyclic(parameters: Mapping[str, Fraction], setting: Setting) -> dict[str, Fraction]:
    """The parameters of modular addition on a cyclic group of the same order."""
    return {**parameters, ORDER: setting.size}
