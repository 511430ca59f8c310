"""The closure of every block at the group's own size, by the exact law of its matrices.

A one-dimensional irrep is a mode of a cyclic group of the same order, with that solver's digits.
Blocks that are one number and complex ones are certified; all others are converged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.block_closure import Solved, solved
from binodal.models.group.numerics.block_law import notes as block_notes
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import (
    ACTION_UNITS,
    GroupSolution,
    Saddle,
    assumptions,
    cyclic,
    described,
)
from binodal.models.group.numerics.solve import Solve, common_phase
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.finite import CUT, PHASE_RULE
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.balls import bits_of
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.results import Part

_CERTIFIED = "certified quadrature of every block; each closure has one solution"
_CONVERGED = (
    "each closure has one solution; certified quadrature, or converged with an estimated error"
)


def finite_notes(setting: Setting) -> tuple[str, ...]:
    """What a closure at finite |G| rests on."""
    return assumptions(
        setting, ACTION_UNITS, CUT, PHASE_RULE, *block_notes(setting.blocks, setting.decay)
    )


def finite_solver(setting: Setting) -> Solve:
    """(parameters, theory, digits) -> the closure of every block that can be solved.

    Undecided when that of one is not: the others are there all the same.
    """

    def solve(parameters: Mapping[str, Fraction], theory: str, digits: int) -> GroupSolution:
        of_order = cyclic(parameters, setting)
        known: dict[tuple[str, int], Solved | str] = {}
        doubts: dict[str, list[str]] = {}
        parts, phases, statuses = [], [], []
        for block in setting.blocks:
            kind = block.kind, block.dimension
            if kind not in known:
                known[kind] = _tried(setting, block, of_order, bits_of(digits))
            solution = known[kind]
            if isinstance(solution, str):
                parts.append(described(block, None, ()))
                doubts[solution] = [*doubts.get(solution, []), block.name]
                continue
            parts.append(_part(block, solution))
            phases.append(solution.phase)
            statuses.append(solution.status)
        status = Status.CONVERGED if Status.CONVERGED in statuses else Status.CERTIFIED
        reasons = [f"{', '.join(names)}: {doubt}" for doubt, names in doubts.items()]
        plain = _CERTIFIED if status == Status.CERTIFIED else _CONVERGED
        return GroupSolution(
            theory,
            "finite",
            Status.UNDECIDED if doubts else status,
            None,
            (),
            "undecided" if doubts else common_phase(phases),
            "; ".join(reasons) or plain,
            finite_notes(setting),
            masses=status,
            parts=tuple(parts),
        )

    return solve


def _tried(
    setting: Setting, block: Block, parameters: Mapping[str, Fraction], bits: int
) -> Solved | str:
    """A solved block, or why there is none."""
    try:
        return solved(CyclicTwin(setting, block), parameters, bits)
    except Undecided as doubt:
        return str(doubt)


def _part(block: Block, solution: Solved) -> Part[Closure | None, Saddle]:
    plain = described(block, solution.closure, solution.saddles)
    return replace(plain, numbers=solution.order.numbers(), status=solution.status)
