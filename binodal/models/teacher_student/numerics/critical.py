"""Critical points in the thermodynamic limit: every one in the range, each a certified ball."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.derive.theories import THEORIES
from binodal.errors import said
from binodal.models.teacher_student.numerics.curves import transition
from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
    curve,
    density,
    limit_functions,
    order_parameters,
    strength,
)
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.models.teacher_student.numerics.systems import (
    EVENTS,
    AugmentedSystem,
    EliminationSystem,
)
from binodal.numerics.balls import bits_of, interval, positive, precision
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import Box, Isolation, isolate
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine
from binodal.numerics.results import EventPoint

SEARCH_BITS = 128
LARGEST_GAP_LOG = 28
RANGE_LOG = 7
STABLE_ZERO = (
    "on the zero branch S''(0)/d = b G/(1 - b) with 0 < b < 1 and gain G > 0, so the zero state is "
    "stable for every value of every parameter"
)
NO_CUBIC = "with epsilon = 0 the residual has no cubic mode and S is convex in rho"


@dataclass(frozen=True)
class CriticalPoint(EventPoint):
    """Where an event happens, and the state there; all balls.

    ``u`` = n^2 sigma_a^2/(sigma^4 d N); ``q`` the feature's overlap, ``b`` the linear residual
    (c = eps).
    """

    q: arb
    rho: arb
    b: arb


class _CriticalPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence or instability, as d -> infinity along M.11.

    All zeros with own * e^-7 < parameter < own * e^7 are isolated by exclusion and Krawczyk's test
    in (rho, parameter); each is then proved again, to ``digits`` digits, as a simple zero of the
    augmented system of derived equations.
    """

    limit = "thermodynamic"
    theories, events, alongs = THEORIES, EVENTS, PARAMETERS

    def checked(self, request: Request) -> Request:
        """The request, with a side of epsilon to search on."""
        no_side = request.along == "epsilon" and request.parameters["epsilon"] == 0
        if no_side and request.event != "instability":
            raise ParameterError(
                "epsilon=0: along epsilon the starting value must not be 0, its sign is "
                "the side searched"
            )
        return request

    def never(self, request: Request) -> str:
        """The zero state is stable everywhere, and without a cubic mode there is no feature."""
        if request.event == "instability":
            return STABLE_ZERO
        return NO_CUBIC if request.parameters["epsilon"] == 0 else ""

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the zero branch."""
        statements = (*assumptions_of(request.theory), Assumption.ZERO_BRANCH)
        return tuple(a.value for a in statements)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Isolated by exclusion, then proved to many digits."""
        event, along, theory, parameters = (
            request.event,
            request.along,
            request.theory,
            request.parameters,
        )
        with precision(SEARCH_BITS):
            search = _search(parameters, event, along, theory)
            seeds = [_seed(zero, event, theory, along, parameters) for zero in search.zeros]
        if not search.complete:
            raise Undecided(
                f"after {search.boxes} boxes {len(search.undecided)} remain neither excluded nor "
                f"proved; {len(search.zeros)} zeros were proved. Try another parameter with "
                f"{said('--along', 'along')}, or other values"
            )
        proved = [_point(seed, event, theory, along, parameters, request.digits) for seed in seeds]
        points = [point for point in proved if point is not None]
        searched = (
            f"{along} between e^-7 and e^7 times {parameters[along]} and 0 <= -log(1 - 2 rho) <= 28"
        )
        if not points:
            return Status.ABSENT, (), f"excluded for {searched}"
        own = float(parameters[along])
        points.sort(key=lambda p: abs(float(p.value) / own - 1))
        return Status.CERTIFIED, points, f"all zeros for {searched}, by exclusion"


def _search(parameters: Mapping[str, Fraction], event: str, along: str, theory: str) -> Isolation:
    system = EliminationSystem(event, theory, along, parameters)
    ratio = curve(event, theory)

    def admissible(box: Box) -> bool:
        """Whether 0 < b < 1 is possible somewhere in the box: the zero branch has no other b."""
        rho = (1 - (-box[0]).exp()) / 2
        *_, sigma_w2, _, epsilon = system.balls(box[1])
        b = ratio(rho, sigma_w2)[0] * epsilon
        return not (b <= 0 or b >= 1)

    box = [interval(0, LARGEST_GAP_LOG), interval(-RANGE_LOG, RANGE_LOG)]
    return isolate(system, box, admissible)


def _seed(
    zero: Box, event: str, theory: str, along: str, parameters: Mapping[str, Fraction]
) -> Box:
    """The isolated zero in the augmented unknowns (rho, b, l)."""
    rho = (1 - (-zero[0]).exp()) / 2
    *_, sigma_w2, _, epsilon = EliminationSystem(event, theory, along, parameters).balls(zero[1])
    return [rho, curve(event, theory)(rho, sigma_w2)[0] * epsilon, zero[1]]


def _admissible(rho: arb, b: arb, curvature: arb | None) -> bool:
    """Whether 0 < rho < 1/2, 0 < b < 1 and, where it matters, S'' > 0 hold at a proved zero.

    The search drops boxes only, so a zero with b > 1 beside the edge of a box reaches this test.
    Raises :class:`Undecided` when a sign is not proved.
    """
    tests = [rho, 1 - 2 * rho, b, 1 - b, *([] if curvature is None else [curvature])]
    signs = [positive(value) for value in tests]
    if None in signs:
        shown = ", ".join(value.str(5) for value in tests)
        raise Undecided(f"rho, 1 - 2 rho, b, 1 - b, S'': no proved sign among {shown}")
    return all(signs)


def _point(
    seed: Box, event: str, theory: str, along: str, parameters: Mapping[str, Fraction], digits: int
) -> CriticalPoint | None:
    """The proved point, or None when the touching is a maximum: S negative on both sides."""
    system = AugmentedSystem(event, theory, along, parameters)
    bits = bits_of(digits)
    proved = refine(system, seed, bits)
    with precision(SEARCH_BITS):
        if not all(bool(s.overlaps(p)) for s, p in zip(seed, proved, strict=True)):
            raise Undecided(f"the refined zero {proved} left the isolated one {seed}")
    with precision(bits):
        rho, b, logarithm = proved
        point = dict(zip(PARAMETERS, system.balls(logarithm), strict=True))
        kappa = limit_functions()(b, *point.values())[4]
        curvature = density(theory)(rho, b, point["epsilon"], kappa, point["sigma_w2"])[2]
        if not _admissible(rho, b, curvature if event == "coexistence" else None):
            return None
        u = strength(point)
        q2 = order_parameters(theory)(rho, point["sigma_w2"])[0]
        passed = transition(theory, along, rho, b, point) if event == "coexistence" else None
        return CriticalPoint(point[along], u, q2.sqrt(), rho, b, transition=passed)


critical = _CriticalPoints()
