"""Birth, coexistence and instability as certified curves in two parameters, as d -> infinity.

A curve has no end at finite positive parameters. Towards the edge of the domain it goes to one of
three limits, of which kappa eps^2 and b/eps are numbers that depend on sigma_w^2 alone. They are
certified, and ends that are absent are named.

>>> from binodal.models.registry import preset
>>> found = boundary(preset("fig2"), "instability")
>>> found.status.value, len(found.curves)
('absent', 0)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.numerics.boundary_complete import (
    REAL_SIZES,
    SIZES,
    no_closed_curve,
)
from binodal.models.teacher_student.numerics.boundary_system import SIGNED, BoundarySystem
from binodal.models.teacher_student.numerics.critical import LARGEST_GAP_LOG, NO_CUBIC, STABLE_ZERO
from binodal.models.teacher_student.numerics.functions import (
    BallFunction,
    curve,
    order_parameters,
    strength,
)
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.numerics.balls import ball, bits_of, interval, positive, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.certified import CertifiedBoundaries, Search
from binodal.numerics.continuation.result import EndPoint
from binodal.numerics.continuation.window import Axis, halves, shown
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, isolate
from binodal.numerics.outcome import Status
from binodal.numerics.refine import Scalar, refine

_SEARCH_BITS = 128
_FIRST, _LAST = Fraction(1, 50), Fraction(499, 1000)
TRICRITICAL = (
    "rho -> 0, S''(0) -> 0 and so gain G -> 0: birth, coexistence and a marginal zero state come "
    "together; reached at fixed epsilon if lowest_epsilon < epsilon < 0"
)
DEPLETED = (
    "b/epsilon -> 0 and G -> infinity at fixed epsilon; where epsilon varies, the curves of both "
    "signs of epsilon go to infinity there"
)
MARGINAL = (
    "S''(0) -> 0 at rho > 0 and so G -> 0, for 0 < epsilon < highest_epsilon: a feature that is "
    "already there meets a marginal zero state"
)


_FORMS = Forms("binodal.models.teacher_student.forms.events")
_limits = _FORMS.function("limits", "boxes")
_tricritical = _FORMS.balls("tricritical_limit")
_absent_ends = _FORMS.data("absent_ends", dict[str, str])


def end_points(
    parameters: Mapping[str, Fraction], event: str, theory: str, digits: int
) -> tuple[EndPoint, ...]:
    """Absent ends with their proofs, then the tricritical, depleted and marginal limits.

    The limits are given at the own sigma_w2.
    """
    absent = [EndPoint(kind, Status.ABSENT, {}, why) for kind, why in _absent_ends().items()]
    width = parameters["sigma_w2"]
    with precision(bits_of(digits)):
        ratio, strength, lowest = _tricritical(theory)(ball(width))
    values = {"rho": arb(0), "b/epsilon": ratio, "kappa*epsilon^2": strength}
    soft = EndPoint(
        "tricritical limit", Status.CERTIFIED, {**values, "lowest_epsilon": lowest}, TRICRITICAL
    )
    depleted = _root("depleted limit", DEPLETED, event, theory, width, 0, digits)
    marginal = _root("marginal limit", MARGINAL, event, theory, width, 2, digits)
    return (*absent, soft, depleted, marginal)


def _root(
    kind: str, reason: str, event: str, theory: str, width: Fraction, row: int, digits: int
) -> EndPoint:
    """The limit where one of the functions of rho vanishes: the only zero beyond rho = 1/50."""
    functions = _limits(event, theory)
    system = Scalar(_part(functions, width, row), _part(functions, width, row + 1))
    try:
        with precision(_SEARCH_BITS):
            isolation = isolate(system, [interval(ball(_FIRST).lower(), ball(_LAST).upper())])
        if len(isolation.zeros) != 1 or not isolation.complete:
            raise Undecided(
                f"{len(isolation.zeros)} zeros, {len(isolation.undecided)} boxes undecided"
            )
        (root,) = refine(system, isolation.zeros[0], bits_of(digits))
    except Undecided as doubt:
        return EndPoint(kind, Status.UNDECIDED, {}, str(doubt))
    with precision(bits_of(digits)):
        ratio, strength = curve(event, theory)(root, ball(width))
        values = {"rho": root, "b/epsilon": ratio, "kappa*epsilon^2": strength}
        if row:
            values["highest_epsilon"] = 1 / ratio
    return EndPoint(kind, Status.CERTIFIED, values, reason)


def _part(functions: BallFunction, width: Fraction, row: int) -> Callable[[arb], arb]:
    def part(place: arb) -> arb:
        value: arb = functions(place, ball(width))[row]
        return value

    return part


class _Boundaries(CertifiedBoundaries[BoundarySystem]):
    events = ("birth", "coexistence", "instability")
    plane = ("sigma2", SIGNED)
    signed = SIGNED

    def never(self, request: Request) -> str:
        """The zero state is stable everywhere, and without a cubic mode there is no feature."""
        if request.event == "instability":
            return STABLE_ZERO
        return NO_CUBIC if SIGNED not in request.names and request.parameters[SIGNED] == 0 else ""

    def system(self, request: Request, axes: tuple[Axis, ...]) -> BoundarySystem:
        """Two equations, close to linear along a curve."""
        return BoundarySystem(request.event, request.theory, axes, request.parameters)

    def search(self, request: Request, system: BoundarySystem) -> Search[BoundarySystem]:
        """The equations that are defined on every box, with t before the two parameters."""
        plain = BoundarySystem(
            request.event, request.theory, system.axes, request.parameters, balanced=False
        )
        before = [interval(0, LARGEST_GAP_LOG)]
        return Search(plain, before, lambda box: _possible(request, plain, box))

    def admissible(self, request: Request, system: BoundarySystem, box: Box) -> bool:
        """Whether 0 < rho < 1/2 and 0 < b < 1 hold at a proved point. Raises Undecided."""
        rho, b, _ = _residual(request, system, box)
        signs = [positive(value) for value in (rho, 1 - 2 * rho, b, 1 - b)]
        if None in signs:
            raise Undecided(f"rho = {rho.str(5)}, b = {b.str(5)}: their range is not proved")
        return all(signs)

    def state(
        self, request: Request, system: BoundarySystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """u, q, rho and b at a point."""
        rho, b, values = _residual(request, system, box)
        if not self.admissible(request, system, box):
            raise Undecided(f"rho = {rho.str(5)}, b = {b.str(5)} is no state of the zero branch")
        q = order_parameters(request.theory)(rho, values["sigma_w2"])[0].sqrt()
        u = strength(values)
        return values, {"u": u, "q": q, "rho": rho, "b": b}

    def may_miss_edges(self, request: Request) -> bool:
        """Not in a plane in which no curve is closed."""
        return no_closed_curve(request.names) is None

    def reason(self, request: Request, any_curve: bool) -> str:
        """Where curves were searched, and whether a closed one can have been missed."""
        proof = no_closed_curve(request.names)
        if proof is None:
            return super().reason(request, any_curve)
        what = "all curves in" if any_curve else "no curve in"
        where = " and in ".join(shown(part) for part in halves(request.window, SIGNED))
        return f"{what} {where}: {proof}, so that none is closed and each meets an edge"

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the zero branch; sizes are real numbers where the plane has one."""
        statements = (*assumptions_of(request.theory), Assumption.ZERO_BRANCH)
        sizes = (REAL_SIZES,) if set(SIZES) & set(request.names) else ()
        return (*(a.value for a in statements), *sizes)

    def end_points(self, request: Request) -> tuple[EndPoint, ...]:
        """The limits towards the edge of the domain."""
        if request.event == "instability":
            return ()
        return end_points(request.parameters, request.event, request.theory, request.digits)


def _residual(
    request: Request, system: BoundarySystem, box: Box
) -> tuple[arb, arb, dict[str, arb]]:
    """rho, b and the parameters at a box."""
    point = system.parameters(box)
    ratio = curve(request.event, request.theory)(point["rho"], point["sigma_w2"])[0]
    return point["rho"], ratio * point[SIGNED], point


def _possible(request: Request, system: BoundarySystem, box: Box) -> bool:
    """Whether 0 < b < 1 is possible somewhere in the box."""
    _, b, _ = _residual(request, system, box)
    return not (b <= 0 or b >= 1)


boundary = _Boundaries()
