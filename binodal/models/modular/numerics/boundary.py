"""Events of modular addition as certified curves in two parameters, as P -> infinity.

Every curve meets an edge of the window, so a certified result has all of them, and an absence is
proved.

>>> from binodal.models.registry import preset
>>> found = boundary(preset("fig3"), "coexistence", points=5)
>>> found.status.value, [len(c.points) for c in found.curves]
('certified', [5])
"""

from __future__ import annotations

from flint import arb

from binodal.models.modular.numerics.boundary_system import BoundarySystem
from binodal.models.modular.numerics.critical import notes
from binodal.models.modular.numerics.functions import (
    PARAMETERS,
    event_values,
    powers_of_ring,
    powers_of_tau,
)
from binodal.models.modular.numerics.functions import values as in_order
from binodal.models.modular.numerics.results import STABLE_ZERO, require
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.certified import CertifiedBoundaries
from binodal.numerics.continuation.result import EndPoint
from binodal.numerics.continuation.window import Axis, shown
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status

_FORMS = Forms("binodal.models.modular.forms.phases")
_reasons = _FORMS.data("reasons_of_ends", dict[str, str])

COMPLETE = (
    "all curves: in logarithms an event is a line or e^L1 + e^L2 = 1 with linear L1 and L2, which "
    "never closes, so every curve meets an edge"
)


class _Boundaries(CertifiedBoundaries[BoundarySystem]):
    events = ("birth", "coexistence", "instability", "gmfl2")
    plane = ("sigma2", "sigma_a2")

    def checked(self, asked: Request) -> Request:
        """The request, with names that are in the tables and not too many digits."""
        for name in asked.names:
            require(asked.event, name, asked.theory, asked.digits)
        return asked

    def never(self, asked: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if asked.event == "instability" else ""

    def system(self, asked: Request, axes: tuple[Axis, ...]) -> BoundarySystem:
        """One equation in the logarithms of both parameters."""
        return BoundarySystem(asked.event, asked.theory, axes, asked.parameters)

    def state(
        self, asked: Request, system: BoundarySystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """u, x and a at a point: a = sigma^2/tau at the end of GMFL-I, and 1 before coexistence."""
        at = system.parameters(box)
        ordered = [at[name] for name in PARAMETERS]
        coupling, position, tau, _ = event_values(asked.event, asked.theory)(*ordered)
        factor = at["sigma2"] / tau if asked.event == "gmfl2" else arb(1)
        return at, {"u": coupling, "x": position, "a": factor}

    def reason(self, asked: Request, any_curve: bool) -> str:
        """No curve is closed."""
        return f"{COMPLETE}; searched {shown(asked.window)}"

    def assumptions(self, asked: Request) -> tuple[str, ...]:
        """Those of the thermodynamic limit."""
        along = next((name for name in asked.names if name in ("N", "P")), asked.names[0])
        return notes(asked.theory, along)

    def end_points(self, asked: Request) -> tuple[EndPoint, ...]:
        """What a curve of this event ends at, or why it does not."""
        if asked.event == "instability":
            return ()
        if asked.event != "gmfl2":
            return (EndPoint("end inside the domain", Status.ABSENT, {}, _reasons()["no meeting"]),)
        triple = EndPoint("meeting with coexistence", Status.ABSENT, {}, _reasons()["no triple"])
        return (triple, _cold_end(asked)) if "sigma2" in asked.names else (triple,)


def _cold_end(asked: Request) -> EndPoint:
    """Where gmfl2 goes as sigma^2 -> 0: Lambda = tau_c, solved for the other parameter."""
    other = next(name for name in asked.names if name != "sigma2")
    power = powers_of_ring(asked.theory)[other] - powers_of_tau("gmfl2")[other]
    if not power:
        reason = f"Lambda/tau_c does not depend on {other}"
        return EndPoint("cold end", Status.ABSENT, {}, reason)
    with precision(bits_of(asked.digits)):
        at = in_order(asked.parameters)
        _, _, tau, full = event_values("gmfl2", asked.theory)(*at)
        value = ball(asked.parameters[other]) * (tau / full) ** ball(1 / power)
    return EndPoint(
        "cold end", Status.CERTIFIED, {"sigma2": arb(0), other: value}, _reasons()["cold end"]
    )


boundary = _Boundaries()
