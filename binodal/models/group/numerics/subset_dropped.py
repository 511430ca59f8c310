"""What an answer of a group on a subset of the pairs leaves out: the largest over its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from flint import arb, ctx

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.cyclic import CyclicTwin, is_mode, kinds
from binodal.models.group.numerics.on_subset import AnySolution, disorder_of, largest_field, mode_of
from binodal.models.group.numerics.results import GroupSolution, cyclic
from binodal.models.group.numerics.weights import relative_shift
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.dropped import Terms
from binodal.models.modular.numerics.results import CriticalPoint, Saddle, Solution
from binodal.models.modular.numerics.subset_curves import across, at_disorder, end_of
from binodal.models.modular.numerics.subset_dropped import SubsetTerms
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, precision
from binodal.numerics.dropped import Dropped, at_event, largest, present
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical

_BITS = 128
OWN_ROWS = "1/|G|: directions of the irrep itself, among those that relax"
RANKS = "several singular values in a neuron coexist first: sigma^2 + F lambda, by at most"


class BlockTerms(SubsetTerms):
    """Those of a mode, with what a block has in place of a ring of phases."""

    def __init__(
        self, setting: Setting, block: Block, parameters: Mapping[str, Fraction], theory: str
    ) -> None:
        super().__init__(mode_of(setting, block)(parameters), theory)
        self.setting, self.block, self.own = setting, block, parameters
        self.twin = CyclicTwin(setting, block)

    @property
    def bare(self) -> Terms:
        """On a cyclic group of this order."""
        return Terms(cyclic(self.own, self.setting), self.theory)

    @property
    def unit(self) -> arb:
        """In the first minimum."""
        return ball(self.twin.first_depth)

    @property
    def largest_field(self) -> arb | None:
        """Of an irrep that is no mode, by its matrices."""
        if is_mode(self.block):
            return super().largest_field
        found = largest_field(self.setting, self.block)
        return None if found is None else ball(found)

    def weights(self, state: Mapping[str, arb]) -> arb:
        """Of a block that is no mode, to log |G|."""
        if is_mode(self.block):
            return super().weights(state)
        return abs(relative_shift(self.block, self.setting.order, self.parameters["gamma"]))

    def terms(self, result: Solution | Critical[CriticalPoint]) -> Iterator[Dropped]:
        """All terms of a solution or of an event."""
        if isinstance(result, Critical):
            yield from self.of_event(result)
        else:
            yield from self.of_solution(result)
        if not is_mode(self.block):
            yield Dropped(OWN_ROWS, ball(disorder_of(self.block)["own"] / self.setting.order))
        several = self.setting.decay == "schatten" and self.twin.least_rank < self.block.dimension
        if several and self.parameters[SHARE] < 1:
            yield from self._of_ranks()

    def _of_ranks(self) -> Iterator[Dropped]:
        """Coexistence at the most disorder that it can have, beside that of one singular value."""
        try:
            own = at_disorder("coexistence", self.parameters, ctx.prec)
        except Undecided:
            return
        if own is not None:
            last = end_of("coexistence", ctx.prec)
            yield Dropped(RANKS, across(last, "sigma2", arb(1), own.ratio) - 1)


def dropped_terms(
    setting: Setting, own: Mapping[str, Fraction], result: AnySolution | Critical[CriticalPoint]
) -> tuple[Dropped, ...]:
    """What a solution or an event leaves out; of terms with one name the largest."""
    with precision(_BITS):
        return tuple(term for term, _ in largest([(None, present(_terms(setting, own, result)))]))


def _terms(
    setting: Setting, own: Mapping[str, Fraction], result: AnySolution | Critical[CriticalPoint]
) -> Iterator[Dropped]:
    if isinstance(result, Critical):
        for point in (result.point, *result.others):
            yield from _of_point(setting, own, replace(result, point=point))
        return
    whole = (
        [result] if isinstance(result, Solution) else [_of_part(result, k) for k in kinds(setting)]
    )
    for (block, *_), one in zip(kinds(setting), whole, strict=True):
        yield from BlockTerms(setting, block, own, result.theory).terms(one)


def _of_point(
    setting: Setting, own: Mapping[str, Fraction], event: Critical[CriticalPoint]
) -> Iterator[Dropped]:
    """Of the kind whose point it is."""
    label, there = getattr(event.point, "label", ""), at_event(own, event)
    for block, *_ in kinds(setting):
        if not label or block.name in label.split(","):
            yield from BlockTerms(setting, block, there, event.theory).terms(event)


def _of_part(solution: GroupSolution, alike: list[Block]) -> Solution:
    """The part of a kind as a solution of its own."""
    part = next((p for p in solution.parts if p.words["irrep"] == alike[0].name), None)
    if part is None or part.closure is None:
        return Solution.without(solution.theory, solution.limit, solution.status, "")
    filled = any(s.rank and s.mass is not None and s.mass > 0 for s in part.saddles)
    phase = "GMFL-I" if filled else "GFL"
    saddles = tuple(Saddle(x=s.x, action=s.action, kind=s.kind, mass=s.mass) for s in part.saddles)
    return Solution(
        solution.theory, solution.limit, solution.status, part.closure, saddles, phase, ""
    )
