"""The closure of one-dimensional blocks at the group's own size: certified integrals.

A one-dimensional irrep is a mode of a cyclic group of the same order: a complex one like k and
P-k, a real one like P/2. So abelian groups are solved whole; of the others, the blocks of a larger
dimension are left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import (
    ACTION_UNITS,
    GroupSolution,
    assumptions,
    cyclic,
    described,
)
from binodal.models.group.numerics.solve import Solve, common_phase, filled_saddles
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.finite import CUT, PHASE_RULE, solve_mode
from binodal.models.modular.numerics.results import Solution
from binodal.numerics.balls import bits_of, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

_OPEN = (
    "the exact law of a block of dimension two or more averages over the unitary group between W "
    "and V, which is not done here"
)
_CERTIFIED = "certified quadrature of every block; each closure has one solution"


def finite_notes(setting: Setting) -> tuple[str, ...]:
    """What a closure at finite |G| rests on."""
    return assumptions(setting, ACTION_UNITS, CUT, PHASE_RULE)


def finite_solver(setting: Setting) -> Solve:
    """(parameters, theory, digits) -> the closure of every block that can be certified.

    Undecided when a block cannot: those that can are there all the same.
    """

    def solve(parameters: Mapping[str, Fraction], theory: str, digits: int) -> GroupSolution:
        modes = _Modes(cyclic(parameters, setting), bits_of(digits))
        parts, phases = [], []
        doubts: dict[str, list[str]] = {}
        for block in setting.blocks:
            try:
                solution = modes.of(block)
            except Undecided as doubt:
                parts.append(described(block, None, ()))
                doubts[str(doubt)] = [*doubts.get(str(doubt), []), block.name]
                continue
            with precision(modes.bits):
                saddles = tuple(filled_saddles(CyclicTwin(setting, block), solution))
            parts.append(described(block, solution.closure, saddles))
            phases.append(solution.phase)
        reasons = (f"{', '.join(names)}: {doubt}" for doubt, names in doubts.items())
        return GroupSolution(
            theory,
            "finite",
            Status.UNDECIDED if doubts else Status.CERTIFIED,
            None,
            (),
            "undecided" if doubts else common_phase(phases),
            "; ".join(reasons) or _CERTIFIED,
            finite_notes(setting),
            parts=tuple(parts),
        )

    return solve


class _Modes:
    """Solved modes of a cyclic group of this order, one of each type."""

    def __init__(self, parameters: Mapping[str, Fraction], bits: int) -> None:
        self.parameters, self.bits = parameters, bits
        self.solved: dict[str, Solution] = {}

    def of(self, block: Block) -> Solution:
        """The mode that a block is. Raises Undecided where there is none, or no proof."""
        if block.dimension > 1:
            raise Undecided(_OPEN)
        if block.kind not in self.solved:
            real = block.kind == "real"
            self.solved[block.kind] = solve_mode(self.parameters, self.bits, real)
        return self.solved[block.kind]
