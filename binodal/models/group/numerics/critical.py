"""Events of an irrep as |G| -> infinity: those of its cyclic twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from flint import arb

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.curves import group_transition
from binodal.models.group.numerics.cyclic import CyclicTwin, shown, some, twins
from binodal.models.group.numerics.results import PRIOR, GroupPoint, assumptions
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.critical import critical as critical_cyclic
from binodal.models.modular.numerics.results import NEVER, CriticalPoint
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.outcome import Status
from binodal.numerics.results import EventPoint

EVENTS = ("birth", "coexistence", "instability", "gmfl2")
ALONG = ("N", "sigma2", "sigma_a2", "gamma")
P = TypeVar("P", bound=EventPoint)


class GroupCriticalPoints(CriticalPoints[GroupPoint]):
    """Birth, coexistence, or the end of GMFL-I, of every block that is asked for.

    ``label`` of a point names the irreps that have it, unless all that are asked for do.
    """

    limit = "thermodynamic"
    theories, events, alongs = ("derived",), EVENTS, ALONG
    impossible = NEVER

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the thermodynamic limit."""
        heat = shown(self.setting) if request.event == "coexistence" else ()
        return assumptions(self.setting, PRIOR, *heat, large=True)

    def found(self, request: Request) -> Found[GroupPoint]:
        """Of each different twin once."""
        answers = [
            (names, self._of_twin(twin, names, request)) for twin, names in twins(self.setting)
        ]
        return together(answers, request)

    def _of_twin(
        self, twin: CyclicTwin, names: Sequence[str], request: Request
    ) -> Found[GroupPoint]:
        """The twin's own points; a parameter that the twin scales is scaled back."""
        answer = critical_cyclic(
            twin.parameters(request.parameters),
            request.event,
            request.along,
            "derived",
            request.digits,
        )
        of_twin = [point for point in (answer.point, *answer.others) if point is not None]
        with precision(bits_of(request.digits)):
            scale = ball(twin.scales.get(request.along, Fraction(1)))
            blocks = [block for block in self.setting.blocks if block.name in names]
            points = [_of_blocks(point, scale, twin, blocks) for point in of_twin]
        return answer.status, points, answer.reason


def together(answers: Sequence[tuple[Sequence[str], Found[P]]], request: Request) -> Found[P]:
    """The points of all classes of irreps, labelled by their names where there are several.

    Undecided beats converged, that beats certified; absent where nothing is found.
    """
    points: list[P] = []
    reasons, statuses = [], []
    for names, (status, zeros, reason) in answers:
        label = "" if len(answers) == 1 else ",".join(names)
        points += [replace(point, label=label) for point in zeros]
        reasons.append(f"{some(names)}: {reason}" if label else reason)
        statuses.append(status)
    ordered = nearest_first(points, request.parameters[request.along]) if points else ()
    ranked = (Status.UNDECIDED, Status.CONVERGED, Status.CERTIFIED)
    worst = next((status for status in ranked if status in statuses), Status.ABSENT)
    return worst, ordered, "; ".join(dict.fromkeys(reasons))


def _of_blocks(
    point: CriticalPoint, scale: arb, twin: CyclicTwin, blocks: Sequence[Block]
) -> GroupPoint:
    """A twin's point: rank r of a block feels u/r."""
    passed = point.transition and group_transition(twin, blocks, point.transition)
    at_u = twin.felt_rank * point.u
    return GroupPoint(point.value / scale, at_u, x=point.x, a=point.a, transition=passed)
