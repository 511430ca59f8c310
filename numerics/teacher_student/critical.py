"""Critical points in the thermodynamic limit: every one in the range, each a certified ball."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from derive.assumptions import Assumption
from derive.teacher_student.action import action
from numerics.balls import bits_of, interval, positive, precision
from numerics.errors import ParameterError, Undecided
from numerics.isolate import Box, Isolation, isolate
from numerics.outcome import Status
from numerics.refine import refine
from numerics.teacher_student.functions import (
    ALONG,
    curve,
    density,
    limit_functions,
    order_parameters,
)
from numerics.teacher_student.systems import EVENTS, AugmentedSystem, EliminationSystem

SEARCH_BITS = 128
LARGEST_GAP_LOG = 28
RANGE_LOG = 7
MAX_DIGITS = 10_000
STABLE_ZERO = (
    "on the zero branch S''(0)/d = b G/(1 - b) with 0 < b < 1 and gain G > 0, so the zero state is "
    "stable for every value of every parameter"
)
NO_CUBIC = "with epsilon = 0 the residual has no cubic mode and S is convex in rho"


@dataclass(frozen=True)
class CriticalPoint:
    """Where an event happens along a parameter, and the state there; all balls.

    ``value`` is the parameter; ``u`` = n^2 sigma_a^2/(sigma^4 d N); ``q`` the feature's overlap,
    ``b`` the linear residual (c = eps).
    """

    value: arb
    u: arb
    q: arb
    rho: arb
    b: arb


@dataclass(frozen=True)
class Critical:
    """The answer: the point nearest to the parameter's own value, all others, and why."""

    event: str
    along: str
    theory: str
    limit: str
    status: Status
    point: CriticalPoint | None
    others: tuple[CriticalPoint, ...]
    reason: str
    assumptions: tuple[str, ...]


def critical(
    parameters: Mapping[str, Fraction],
    event: str,
    along: str = "sigma2",
    theory: str = "derived",
    digits: int = 15,
) -> Critical:
    """Birth, coexistence or instability along one parameter, as d -> infinity along M.11.

    All zeros with own * e^-7 < parameter < own * e^7 are isolated by exclusion and Krawczyk's test
    in (rho, parameter); each is then proved again, to ``digits`` digits, as a simple zero of the
    augmented system of derived equations. Raises ParameterError for names out of the tables.
    """
    _require(event, along, digits)
    if event == "instability":
        return _absent(event, along, theory, STABLE_ZERO)
    if parameters["epsilon"] == 0:
        if along == "epsilon":
            raise ParameterError(
                "epsilon=0: along epsilon the starting value must not be 0, its sign is "
                "the side searched"
            )
        return _absent(event, along, theory, NO_CUBIC)
    with precision(SEARCH_BITS):
        search = _search(parameters, event, along, theory)
        seeds = [_seed(zero, event, theory, along, parameters) for zero in search.zeros]
    if not search.complete:
        return _undecided(event, along, theory, search)
    try:
        found = [_point(seed, event, theory, along, parameters, digits) for seed in seeds]
    except Undecided as doubt:
        return _undecided(event, along, theory, search, str(doubt))
    points = [point for point in found if point is not None]
    if not points:
        return _absent(
            event,
            along,
            theory,
            f"excluded for {_searched(along, parameters)}",
        )
    own = float(parameters[along])
    points.sort(key=lambda p: abs(float(p.value) / own - 1))
    reason = f"all zeros for {_searched(along, parameters)}, by exclusion"
    return Critical(
        event,
        along,
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        points[0],
        tuple(points[1:]),
        reason,
        _assumptions(theory),
    )


def _require(event: str, along: str, digits: int) -> None:
    if event not in EVENTS:
        raise ParameterError(f"unknown event {event!r}: choose {', '.join(EVENTS)}")
    if event == "mass":
        raise ParameterError("event 'mass' is a finite-size event: add --limit finite")
    if along not in ALONG:
        raise ParameterError(f"unknown parameter {along!r}: choose {', '.join(ALONG)}")
    if not 1 <= digits <= MAX_DIGITS:
        raise ParameterError(f"digits={digits}: digits must be from 1 to {MAX_DIGITS}")


def _assumptions(theory: str) -> tuple[str, ...]:
    return tuple(a.value for a in (*action(theory).assumptions, Assumption.ZERO_BRANCH))


def _searched(along: str, parameters: Mapping[str, Fraction]) -> str:
    return f"{along} between e^-7 and e^7 times {parameters[along]} and 0 <= -log(1 - 2 rho) <= 28"


def _absent(event: str, along: str, theory: str, reason: str) -> Critical:
    return Critical(
        event, along, theory, "thermodynamic", Status.ABSENT, None, (), reason, _assumptions(theory)
    )


def _undecided(
    event: str, along: str, theory: str, search: Isolation, doubt: str | None = None
) -> Critical:
    reason = doubt or (
        f"after {search.boxes} boxes {len(search.undecided)} remain neither excluded nor proved; "
        f"{len(search.zeros)} zeros were proved. Try another parameter with --along, or "
        "other values"
    )
    return Critical(
        event,
        along,
        theory,
        "thermodynamic",
        Status.UNDECIDED,
        None,
        (),
        reason,
        _assumptions(theory),
    )


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
        at = dict(zip(ALONG, system.balls(logarithm), strict=True))
        kappa = limit_functions()(b, *at.values())[4]
        curvature = density(theory)(rho, b, at["epsilon"], kappa, at["sigma_w2"])[2]
        if not _admissible(rho, b, curvature if event == "coexistence" else None):
            return None
        u = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["d"] * at["N"])
        q2 = order_parameters(theory)(rho, at["sigma_w2"])[0]
        return CriticalPoint(at[along], u, q2.sqrt(), rho, b)
