"""Events of an irrep as curves in two parameters: those of the mode that it equals."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from binodal.models.group.numerics.cyclic import common_mode, common_twin
from binodal.models.group.numerics.results import PRIOR, assumptions
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.boundary import CyclicBoundaries
from binodal.models.modular.numerics.boundary_finite import FiniteCyclicBoundaries
from binodal.models.modular.numerics.boundary_system import Balls, BoundarySystem
from binodal.models.modular.numerics.finite_critical import rules
from binodal.numerics.balls import ball
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.isolate import Box


class GroupBoundaries(CyclicBoundaries):
    """Curves of birth, coexistence, or the end of GMFL-I, of the irreps that are asked for."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.twin = setting, common_twin(setting)

    def mode(self, own: Balls) -> Balls:
        """The twin's parameters."""
        return self.twin.scaled(own, ball)

    def state(
        self, request: Request, system: BoundarySystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """The twin's; rank r of the block feels u/r."""
        values, state = super().state(request, system, box)
        return values, {**state, "u": self.twin.felt_rank * state["u"]}

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the thermodynamic limit."""
        return assumptions(self.setting, PRIOR, large=True)


class FiniteGroupBoundaries(FiniteCyclicBoundaries):
    """The same at the group's own size, for complex irreps of dimension one: computed."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.twin = setting, common_mode(setting)

    def mode(self, own: Mapping[str, Any]) -> Mapping[str, Any]:
        """The mode's parameters: the order of the group beside its own."""
        return self.twin.scaled(own, Fraction)

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of finite size."""
        return assumptions(self.setting, *rules(request.event, *request.names))
