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

from binodal.models.modular.numerics.boundary_system import Balls, BoundarySystem, balls, in_order
from binodal.models.modular.numerics.critical import notes
from binodal.models.modular.numerics.functions import event_values, powers_of_ring, powers_of_tau
from binodal.models.modular.numerics.results import NEVER, require
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


class CyclicBoundaries(CertifiedBoundaries[BoundarySystem]):
    """The curves of events of modular addition, or of what equals one of its modes."""

    events = ("birth", "coexistence", "instability", "gmfl2")
    impossible = NEVER
    plane = ("sigma2", "sigma_a2")

    def mode(self, own: Balls) -> Balls:
        """The parameters of the mode whose events these are."""
        return own

    def checked(self, request: Request) -> Request:
        """The request, with names that are in the tables and not too many digits."""
        for name in request.names:
            require(request.event, name, request.theory, request.digits)
        return request

    def system(self, request: Request, axes: tuple[Axis, ...]) -> BoundarySystem:
        """One equation in the logarithms of both parameters."""
        return BoundarySystem(request.event, request.theory, axes, request.parameters, self.mode)

    def state(
        self, request: Request, system: BoundarySystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """u, x and a at a point: a = sigma^2/tau at the end of GMFL-I, and 1 before coexistence."""
        point = system.parameters(box)
        event = event_values(request.event, request.theory)
        coupling, position, tau, _ = event(*in_order(self.mode(point)))
        factor = point["sigma2"] / tau if request.event == "gmfl2" else arb(1)
        return point, {"u": coupling, "x": position, "a": factor}

    def reason(self, request: Request, any_curve: bool) -> str:
        """No curve is closed."""
        return f"{COMPLETE}; searched {shown(request.window)}"

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the thermodynamic limit."""
        along = next((name for name in request.names if name in ("N", "P")), request.names[0])
        return notes(request.theory, along)

    def end_points(self, request: Request) -> tuple[EndPoint, ...]:
        """What a curve of this event ends at, or why it does not."""
        if request.event == "instability":
            return ()
        if request.event != "gmfl2":
            return (EndPoint("end inside the domain", Status.ABSENT, {}, _reasons()["no meeting"]),)
        triple = EndPoint("meeting with coexistence", Status.ABSENT, {}, _reasons()["no triple"])
        return (triple, self._cold_end(request)) if "sigma2" in request.names else (triple,)

    def _cold_end(self, request: Request) -> EndPoint:
        """Where gmfl2 goes as sigma^2 -> 0: Lambda = tau_c, solved for the other parameter."""
        other = next(name for name in request.names if name != "sigma2")
        power = powers_of_ring(request.theory)[other] - powers_of_tau("gmfl2")[other]
        if not power:
            reason = f"Lambda/tau_c does not depend on {other}"
            return EndPoint("cold end", Status.ABSENT, {}, reason)
        with precision(bits_of(request.digits)):
            own = balls(request.parameters)
            _, _, tau, full = event_values("gmfl2", request.theory)(*in_order(self.mode(own)))
            value = own[other] * (tau / full) ** ball(1 / power)
        return EndPoint(
            "cold end", Status.CERTIFIED, {"sigma2": arb(0), other: value}, _reasons()["cold end"]
        )


boundary = CyclicBoundaries()
