"""The closure of every block as |G| -> infinity: certified through cyclic groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.curves import group_curves
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import (
    ACTION_UNITS,
    PRIOR,
    GroupSolution,
    Saddle,
    assumptions,
    described,
)
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.results import Closure, Solution
from binodal.models.modular.numerics.results import Saddle as CyclicSaddle
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.results import Part

Solve = Callable[[Mapping[str, Fraction], str, int], GroupSolution]
RANKS = (
    "ranks: while a block shares its probability, its saddles of two neighbouring ranks hold it, "
    "because their one-loop weights are concave in the rank"
)


def solver(setting: Setting) -> Solve:
    """(parameters, theory, digits) -> the closure of every block of the setting."""

    def solve(parameters: Mapping[str, Fraction], theory: str, digits: int) -> GroupSolution:
        bits = bits_of(digits)
        ranked = setting.decay == "schatten" and any(b.dimension > 1 for b in setting.blocks)
        more = (RANKS,) if ranked else ()
        notes = assumptions(setting, ACTION_UNITS, PRIOR, *more, large=True)
        try:
            solved = [_solved(setting, block, parameters, bits) for block in setting.blocks]
        except Undecided as doubt:
            return GroupSolution.without(
                theory, "thermodynamic", Status.UNDECIDED, str(doubt), notes
            )
        parts = tuple(part for part, _ in solved)
        rows = zip(setting.blocks, solved, strict=True)
        with precision(bits):
            known = [(block, twin, part.saddles) for block, (part, twin) in rows]
            learned = group_curves(setting, known, parameters)
        phases = {twin.phase for _, twin in solved}
        reason = solved[0][1].reason if len(phases) == 1 else _apart(setting, solved)
        return GroupSolution(
            theory,
            "thermodynamic",
            Status.CERTIFIED,
            None,
            (),
            common_phase([twin.phase for _, twin in solved]),
            reason,
            notes,
            parts=parts,
            curves=learned,
        )

    return solve


def common_phase(phases: Sequence[str]) -> str:
    """That of all blocks, or GMFL-I where some have learned more than others."""
    unknown = "undecided" in phases
    return phases[0] if len(set(phases)) == 1 else "undecided" if unknown else "GMFL-I"


def _apart(setting: Setting, solved: list[tuple[Part[Closure | None, Saddle], Solution]]) -> str:
    words = (
        f"{block.name}: {twin.phase}"
        for block, (_, twin) in zip(setting.blocks, solved, strict=True)
    )
    return "each irrep by itself: " + ", ".join(words)


def _solved(
    setting: Setting, block: Block, parameters: Mapping[str, Fraction], bits: int
) -> tuple[Part[Closure | None, Saddle], Solution]:
    twin = CyclicTwin(setting, block)
    solution = solve_thermodynamic(twin.parameters(parameters), "derived", bits)
    if solution.closure is None:
        raise Undecided(f"{block.name}: {solution.reason}")
    with precision(bits):
        saddles = tuple(filled_saddles(twin, solution.saddles, _held(twin, solution)))
    return described(block, solution.closure, saddles), solution


def _held(twin: CyclicTwin, solution: Solution) -> Sequence[arb | None]:
    """Probabilities of 0, 1, ... filled singular values where they share what a twin's ring has."""
    zero, *ring = solution.saddles
    share = ring[1].mass if ring and ring[1].mass is not None else arb(0)
    most = len(_ranks(twin))
    return shares(share, most) if ring and most > 1 else [zero.mass, share]


def filled_saddles(
    twin: CyclicTwin, points: Sequence[CyclicSaddle], held: Sequence[arb | None]
) -> Iterator[Saddle]:
    """The zero state, the barrier of one singular value, and the minima of every rank.

    ``held`` are the probabilities of 0, 1, ... filled singular values.
    """
    zero, *ring = points
    ratio, least = ball(twin.action_ratio), twin.least_rank
    yield Saddle(rank=0, x=zero.x, action=zero.action, kind="minimum", mass=held[0])
    if ring:
        barrier, outer = ring
        step = least if twin.setting.decay == "schatten" else 1
        high = barrier.action * ratio * step
        yield Saddle(rank=least, x=barrier.x, action=high, kind="saddle")
        for number, rank in enumerate(_ranks(twin), start=1):
            deep = outer.action * ratio * (rank if twin.setting.decay == "schatten" else 1)
            yield Saddle(rank=rank, x=outer.x, action=deep, kind="minimum", mass=held[number])


def _ranks(twin: CyclicTwin) -> list[int]:
    """The ranks that are minima: all under ``schatten``, the lowest under ``frobenius``."""
    least = twin.least_rank
    if twin.setting.decay == "frobenius":
        return [least]
    return list(range(least, twin.block.dimension + 1, least))


def shares(filled: arb, most: int) -> list[arb]:
    """Probabilities of 0, 1, ..., ``most`` filled singular values with this mean share.

    Two neighbouring numbers hold everything. Raises Undecided where they cannot be told.
    """
    shares = [arb(0)] * (most + 1)
    mean = filled * most
    if mean == most:
        shares[most] = arb(1)
        return shares
    below = int(float(mean.mid()))
    if not (mean >= below and mean < below + 1):
        raise Undecided(f"the mean number of filled singular values {mean.str(8)} is near a whole")
    shares[below], shares[below + 1] = below + 1 - mean, mean - below
    return shares
