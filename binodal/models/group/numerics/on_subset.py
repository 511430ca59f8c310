"""Irreps on a random subset of the pairs: modes of Z_|G| with the disorder of a block.

A neuron with the least rank of a block has norm/2 times the disorder of a complex irrep of
dimension one, and ``norm`` times |G| s for S; under ``frobenius`` that over the rank, at the
parameters of its cyclic twin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.critical import together
from binodal.models.group.numerics.cyclic import CyclicTwin, common_block, kinds, some
from binodal.models.group.numerics.results import ACTION_UNITS, GroupSolution, Saddle, described
from binodal.models.group.numerics.solve import common_phase
from binodal.models.group.parameters import EVERY
from binodal.models.group.setting import Setting, blocks_of
from binodal.models.modular.numerics.results import ACTION_UNITS as CYCLIC_UNITS
from binodal.models.modular.numerics.results import CriticalPoint, Solution
from binodal.models.modular.numerics.subset_critical import SubsetPoints, notes
from binodal.models.modular.numerics.subset_curves import (
    FELT,
    HELD,
    NORM,
    PAIR,
    TURNED,
    WIDTH,
    Mode,
    felt,
)
from binodal.models.modular.numerics.subset_grid import grid_on_subset
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.numerics.subset_widths import SPREAD, UNIT
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.critical import Found, Request
from binodal.numerics.outcome import Status

_FORMS = Forms("binodal.models.group.forms.on_subset")
_of_block, _of_pair, _largest, _alike = (
    _FORMS.data(name, exact) for name in ("of_block", "of_pair", "largest", "equal_values")
)
AnySolution = Solution | GroupSolution
Columns = Mapping[str, NDArray[Any]]


def disorder_of(block: Block) -> Mapping[str, Fraction]:
    """``norm``, the relative variance of what pairs add to S, and the irrep's own directions."""
    return _of_block(block.kind, block.dimension, len(block.members))


def _beside(setting: Setting, block: Block) -> dict[str, Fraction]:
    """What the mode that a block is has beside its parameters."""
    numbers, twin = disorder_of(block), CyclicTwin(setting, block)
    own = {NORM: numbers["norm"], SPREAD: numbers["spread"], UNIT: twin.first_depth}
    own[FELT] = Fraction(twin.felt_rank)
    return {**own, PAIR: _pair_decay(setting, block), **_memorising(setting)}


def _memorising(setting: Setting) -> dict[str, Fraction]:
    """Of the functions but the constant what equal singular values hold, and a phase turns."""
    every = blocks_of(setting.text, EVERY)
    counts = [_alike(b.kind, b.dimension, len(b.members), setting.decay) for b in every]
    rest = setting.order - 1
    return {name: sum((of[name] for of in counts), Fraction(0)) / rest for name in (HELD, TURNED)}


def largest_field(setting: Setting, block: Block) -> Fraction | None:
    """Of a block's ring the mean largest field on a subset; None for large matrices."""
    return _largest(setting.text, block.name).get("largest")


def _pair_decay(setting: Setting, block: Block) -> Fraction:
    """The decay of a neuron that sees one pair, by all irreps, over that of the block."""
    if setting.decay == "schatten":
        return Fraction(1)
    least = CyclicTwin(setting, block).least_rank
    every = [(1, 1), *((of.dimension, len(of.members)) for of in blocks_of(setting.text, EVERY))]
    parts = (members * _of_pair(setting.order, d, least)["decay"] for d, members in every)
    return sum(parts, Fraction(0))


def mode_of(setting: Setting, block: Block) -> Mode:
    """What gives the parameters of the mode that a block is, at its least rank."""
    beside, twin = _beside(setting, block), CyclicTwin(setting, block)
    return lambda own: {**twin.parameters(own), **beside, WIDTH: own["N"]}


def common_mode(setting: Setting) -> Mode:
    """The mode that all blocks are that are asked for. Raises RequestError where they differ."""
    return mode_of(setting, common_block(setting))


def assumptions(setting: Setting) -> tuple[str, ...]:
    """What answers rest on, for every kind of block."""
    every = (notes(_beside(setting, alike[0])) for alike in kinds(setting))
    return _once(*every, (ACTION_UNITS,))


def _once(*every: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for one in every for note in one))


def solver(setting: Setting) -> Callable[[Mapping[str, Fraction], str, int], AnySolution]:
    """(parameters, theory, digits) -> the closure of all blocks, or of each kind by itself."""
    every = [(alike, mode_of(setting, alike[0])) for alike in kinds(setting)]

    def solve(own: Mapping[str, Fraction], theory: str, digits: int) -> AnySolution:
        bits = bits_of(digits)
        solved = [
            (alike, _in_units(setting, alike[0], solve_on_subset(mode(own), theory, bits), bits))
            for alike, mode in every
        ]
        return solved[0][1] if len(solved) == 1 else _by_kind(setting, theory, solved)

    return solve


def _in_units(setting: Setting, block: Block, solution: Solution, bits: int) -> Solution:
    """Actions over |G| in place of those of a mode."""
    units = {CYCLIC_UNITS["derived"]: ACTION_UNITS}
    rests = tuple(units.get(note, note) for note in solution.assumptions)
    with precision(bits):
        unit = ball(CyclicTwin(setting, block).first_depth)
        saddles = tuple(replace(s, action=unit * s.action) for s in solution.saddles)
    return replace(solution, saddles=saddles, assumptions=rests)


def _by_kind(
    setting: Setting, theory: str, solved: Sequence[tuple[list[Block], Solution]]
) -> GroupSolution:
    limit = solved[0][1].limit
    rests = _once(*(one.assumptions for _, one in solved))
    why = "; ".join(f"{some([b.name for b in alike])}: {one.reason}" for alike, one in solved)
    if any(one.closure is None for _, one in solved):
        return GroupSolution.without(theory, limit, Status.UNDECIDED, why, rests)
    parts = tuple(
        described(block, one.closure, _ranked(CyclicTwin(setting, block).least_rank, one))
        for alike, one in solved
        for block in alike
    )
    phase = common_phase([one.phase for _, one in solved])
    return GroupSolution(theory, limit, Status.CERTIFIED, None, (), phase, why, rests, parts=parts)


def _ranked(least: int, solution: Solution) -> tuple[Saddle, ...]:
    """Saddles with the least rank of a block; that of the zero state is zero."""
    return tuple(
        Saddle(rank=least if s.x > 0 else 0, x=s.x, action=s.action, kind=s.kind, mass=s.mass)
        for s in solution.saddles
    )


class BlockPoints(SubsetPoints):
    """Events of every kind of block that is asked for; ``label`` names the irreps of a kind."""

    def __init__(self, setting: Setting, alongs: tuple[str, ...]) -> None:
        super().__init__(alongs=alongs)
        self.setting = setting
        self.modes = [(alike, mode_of(setting, alike[0])) for alike in kinds(setting)]

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of every kind."""
        return _once(
            *(super(BlockPoints, self).assumptions(_of_mode(request, m)) for _, m in self.modes)
        )

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Of each kind once."""
        answers = [([b.name for b in alike], self._of(mode, request)) for alike, mode in self.modes]
        return together(answers, request)

    def _of(self, mode: Mode, request: Request) -> Found[CriticalPoint]:
        """Of a mode; u, and a parameter that the mode scales, are scaled back."""
        own = _of_mode(request, mode)
        status, points, why = super().found(own)
        with precision(bits_of(request.digits)):
            along = request.along
            scale = ball(request.parameters[along] / own.parameters[along])
            shown = felt(own.parameters)
            return status, [_scaled(point, scale, shown) for point in points], why


def _scaled(point: CriticalPoint, scale: arb, shown: arb) -> CriticalPoint:
    widths = {by: None if size is None else scale * size for by, size in point.widths.items()}
    return replace(point, value=scale * point.value, u=shown * point.u, widths=widths)


def _of_mode(request: Request, mode: Mode) -> Request:
    return replace(request, parameters=mode(request.parameters))


class BlockGrid:
    """(columns of parameters, theory) -> columns of results, in double precision."""

    def __init__(self, setting: Setting) -> None:
        block = common_block(setting)
        self.twin, self.norm = CyclicTwin(setting, block), float(disorder_of(block)["norm"])

    def __call__(self, columns: Mapping[str, NDArray[np.float64]], theory: str, /) -> Columns:
        """Those of the mode, in units of the block."""
        own = self.twin.scaled(columns, np.float64)
        cells = dict(grid_on_subset(own, theory, self.norm))
        return {**cells, "action": cells["action"] * float(self.twin.first_depth)}
