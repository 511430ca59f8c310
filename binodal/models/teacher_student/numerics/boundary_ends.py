"""The limits to which curves of birth and coexistence go, certified, and the ends that are absent.

A curve has no end at finite positive parameters. Towards the edge of the domain it goes to one of
three limits, of which kappa eps^2 and b/eps are numbers that depend on sigma_w^2 alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.functions import BallFunction, curve
from binodal.numerics.balls import ball, bits_of, interval, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.continuation.result import EndPoint
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import isolate
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
        (at,) = refine(system, isolation.zeros[0], bits_of(digits))
    except Undecided as doubt:
        return EndPoint(kind, Status.UNDECIDED, {}, str(doubt))
    with precision(bits_of(digits)):
        ratio, strength = curve(event, theory)(at, ball(width))
        values = {"rho": at, "b/epsilon": ratio, "kappa*epsilon^2": strength}
        if row:
            values["highest_epsilon"] = 1 / ratio
    return EndPoint(kind, Status.CERTIFIED, values, reason)


def _part(functions: BallFunction, width: Fraction, row: int) -> Callable[[arb], arb]:
    def part(place: arb) -> arb:
        value: arb = functions(place, ball(width))[row]
        return value

    return part
