"""The closure of one block at its own size, with the masses of its saddles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.models.group.numerics.block_law import law_of
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.gridded_block import PairBlock
from binodal.models.group.numerics.order import Order
from binodal.models.group.numerics.results import Saddle
from binodal.models.group.numerics.solve import filled_saddles
from binodal.models.modular.numerics.finite import Balance, closure_at, solve_mode
from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import Closure
from binodal.models.modular.numerics.solve import saddles
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import phase

Values = Mapping[str, Fraction]


@dataclass(frozen=True)
class Solved:
    """The closure of one block, its saddles with masses, and its order parameter."""

    closure: Closure
    saddles: tuple[Saddle, ...]
    order: Order
    phase: str
    status: Status


def solved(twin: CyclicTwin, parameters: Values, bits: int) -> Solved:
    """The block's closure; parameters hold the group's order.

    Raises Undecided where its law is not known, or no proof or estimate succeeds.
    """
    law = law_of(twin.block, twin.setting.decay, parameters)
    if isinstance(law, ComputedBlock):
        return _of_computed(twin, law, parameters)
    if twin.block.dimension == 1:
        return _of_mode(twin, law, parameters, bits)
    return _of_determinant(twin, law, parameters, bits)


class _BlockBalance(Balance):
    """The closure of a block in place of a mode's."""

    def __init__(self, parameters: Values, law: DeterminantLaw) -> None:
        super().__init__(parameters, "derived")
        self.of_block = law

    def level(self, u: arb) -> arb:
        """lambda of the block."""
        return self.of_block.level(u)


def _of_mode(twin: CyclicTwin, law: DeterminantLaw, parameters: Values, bits: int) -> Solved:
    """A mode of a cyclic group of the same order, by its own solver."""
    solution = solve_mode(parameters, bits, twin.block.kind == "real")
    if solution.closure is None:
        raise Undecided(solution.reason)
    zero, *ring = solution.saddles
    masses = [zero.mass, *(point.mass for point in ring[1:])]
    with precision(bits):
        order = law.order(_coupling(solution.closure, parameters))
        filled = tuple(filled_saddles(twin, solution.saddles, masses))
    return Solved(solution.closure, filled, order, solution.phase, Status.CERTIFIED)


def _of_determinant(twin: CyclicTwin, law: DeterminantLaw, parameters: Values, bits: int) -> Solved:
    balance, doubt = _BlockBalance(parameters, law), Undecided("the closure was not solved")
    for start in _starts(balance, law):
        try:
            with precision(bits):
                closure = closure_at(parameters, balance, balance.solved(start, bits))
                u = _coupling(closure, parameters)
                held = law.masses(u)
                return _with_saddles(
                    twin, closure, parameters, held, law.order(u), Status.CERTIFIED
                )
        except Undecided as reason:
            doubt = reason
    raise doubt


def _starts(balance: _BlockBalance, law: DeterminantLaw) -> Iterator[arb]:
    """tau in doubles where two rows have a law in them, and by signs of balls."""
    if law.count == 2:
        try:
            pair = PairBlock(law.block, law.decay, law.parameters)
            yield arb(pair.temperature()[0])
        except Undecided:
            pass
    yield from balance.near()


def _of_computed(twin: CyclicTwin, law: ComputedBlock, parameters: Values) -> Solved:
    middle, error = law.temperature()
    noise = ball(parameters["sigma2"])
    tau = arb(middle, error)
    coupling_at = law.couplings()
    order, masses = law.state(coupling_at(middle), coupling_at(middle) * 2 * error / middle)
    level, by_moments = tau - noise, law.scale() * order.mean
    closure = Closure(noise / tau, by_moments if by_moments.rad() < level.rad() else level)
    return _with_saddles(twin, closure, parameters, masses, order, Status.CONVERGED)


def _coupling(closure: Closure, parameters: Values) -> arb:
    return coupling(ball(parameters["sigma2"]) / closure.a, parameters)


def _with_saddles(
    twin: CyclicTwin,
    closure: Closure,
    parameters: Values,
    held: Sequence[arb],
    order: Order,
    status: Status,
) -> Solved:
    points = saddles(closure, twin.parameters(parameters), "derived")
    filled = tuple(filled_saddles(twin, points, held))
    full, empty = share_of_values(held)
    return Solved(closure, filled, order, phase(full, empty, ball(parameters["N"])), status)


def share_of_values(held: Sequence[arb]) -> tuple[arb, arb]:
    """Probabilities that a singular value at random is beyond the barrier, and that it is not."""
    most = max(1, len(held) - 1)
    full = sum((ball(Fraction(r, most)) * own for r, own in enumerate(held)), arb(0))
    empty = sum((ball(Fraction(most - r, most)) * own for r, own in enumerate(held)), arb(0))
    return full, empty
