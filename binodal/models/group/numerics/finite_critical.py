"""Events of blocks at the group's own size: explicit in the coupling u.

Birth and coexistence are those of the action, at the closure of the block's exact law; ``mass``
is where minima of any rank hold ``fraction`` of it, ``gmfl2`` where fewer than one of N singular
values, one a neuron, is left at zero.
"""

from __future__ import annotations

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.block_law import law_of, notes
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.critical import EVENTS, together
from binodal.models.group.numerics.cyclic import CyclicTwin, is_mode
from binodal.models.group.numerics.event_state import (
    ALONG,
    explicit,
    of_computed,
    of_determinant,
    points_along,
)
from binodal.models.group.numerics.results import GroupPoint, assumptions, cyclic
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.event_temperature import SHARED, share_wanted
from binodal.models.modular.numerics.finite_critical import critical_finite, rules
from binodal.models.modular.numerics.results import NEVER
from binodal.numerics.balls import bits_of, precision
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status


class FiniteGroupPoints(CriticalPoints[GroupPoint]):
    """Birth, coexistence, mass or gmfl2 of every block that is asked for."""

    limit = "finite"
    theories, events, alongs = ("derived",), (*EVENTS, "mass"), ALONG
    impossible = NEVER

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def checked(self, request: Request) -> Request:
        """The request, at a number of neurons that the event has."""
        neurons = request.parameters["N"]
        if request.event == "gmfl2" and neurons < 2:
            raise ParameterError(f"N={neurons}: event 'gmfl2' at finite |G| needs N >= 2")
        return request

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of an event at finite |G|."""
        own = notes(self.setting.blocks, self.setting.decay)
        return assumptions(self.setting, *rules(request.event), *own)

    def found(self, request: Request) -> Found[GroupPoint]:
        """Of each kind and dimension once; ``label`` names the irreps unless all are alike."""
        classes: dict[tuple[str, int], list[Block]] = {}
        for block in self.setting.blocks:
            classes.setdefault((block.kind, block.dimension), []).append(block)
        answers = [
            ([block.name for block in blocks], self._tried(blocks[0], request))
            for blocks in classes.values()
        ]
        return together(answers, request)

    def _tried(self, block: Block, request: Request) -> Found[GroupPoint]:
        try:
            return self._of_block(block, request)
        except Undecided as doubt:
            return Status.UNDECIDED, (), str(doubt)

    def _of_block(self, block: Block, request: Request) -> Found[GroupPoint]:
        of_order = cyclic(request.parameters, self.setting)
        if is_mode(block):
            answer = critical_finite(
                of_order, request.event, request.along, "derived", request.digits, request.fraction
            )
            points_of_mode = [p for p in (answer.point, *answer.others) if p is not None]
            points = [GroupPoint(p.value, p.u, x=p.x, a=p.a) for p in points_of_mode]
            return answer.status, points, answer.reason
        if not explicit(request.along, request.event):
            raise Undecided(
                f"irrep {block.name}: along {request.along} event {request.event!r} at finite |G| "
                f"is done for complex irreps of dimension 1"
            )
        wanted = None
        if request.event in SHARED:
            wanted = share_wanted(request.event, request.fraction, of_order["N"])
        law, twin = law_of(block, self.setting.decay, of_order), CyclicTwin(self.setting, block)
        known = Status.CONVERGED if isinstance(law, ComputedBlock) else Status.CERTIFIED
        with precision(bits_of(request.digits)):
            state = (
                of_computed(twin, law, request.event, wanted)
                if isinstance(law, ComputedBlock)
                else of_determinant(twin, law, request.event, wanted)
            )
            if isinstance(state, str):
                return Status.ABSENT, (), state
            return points_along(request.along, state, of_order, known)
