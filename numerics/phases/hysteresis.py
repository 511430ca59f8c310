"""A control parameter swept both ways: the zero state kept past coexistence, the feature back.

Neither branch of the loop ends where the other begins to be the lower one. The feature ends at
its birth; the zero state never ends in the thermodynamic limit, so there the loop stays open, and
at finite size it closes when the barrier is crossed by chance. Branches and barriers are those of
the limit, certified; escape times are those at the given size, computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.escape import Escape, Feature

BITS = 96


@dataclass(frozen=True)
class Escapes:
    """Out of the zero state in its own residual, and out of the feature at equilibrium."""

    from_zero: Escape
    from_feature: Escape


class NoBranches(Undecided):
    """Branches of the limit that are not proved, beside escapes at the given size that stand."""

    def __init__(self, reason: str, escapes: Escapes) -> None:
        super().__init__(reason)
        self.escapes = escapes


@dataclass(frozen=True)
class Point:
    """One value of the control parameter.

    ``cooling``: the feature in the residual of the zero state, which is kept whatever is deeper.
    ``heating``: the feature in the residual of the equilibrium; equal to ``cooling`` up to
    coexistence, None past birth.
    """

    value: Fraction
    status: Status
    phase: str
    cooling: Feature | None
    heating: Feature | None
    escapes: Escapes | None
    reason: str


@dataclass(frozen=True)
class Loop:
    """All points of a sweep in increasing value, and what they rest on."""

    theory: str
    along: str
    parameters: Parameters
    points: tuple[Point, ...]

    @property
    def status(self) -> Status:
        """Undecided when some point is."""
        proved = all(point.status == Status.CERTIFIED for point in self.points)
        return Status.CERTIFIED if proved else Status.UNDECIDED


Solved = tuple[str, Feature | None, Feature | None, Escapes | None]
Solver = Callable[[Mapping[str, Fraction], str, int], Solved]


def hysteresis(
    solve: Solver,
    parameters: Parameters,
    along: str,
    low: Fraction,
    high: Fraction,
    count: int,
    theory: str = "derived",
    tell: Callable[[], None] = lambda: None,
) -> Loop:
    """Both branches at ``count`` equally spaced values, each solved by the model's ``solve``.

    Raises ParameterError for a bad request.
    """
    parameters.space.require(along)
    if not 2 <= count <= 2000 or not low < high:
        raise ParameterError(f"{along}={low}:{high}:{count}: 2 to 2000 points of START < STOP")
    points: list[Point] = []
    for k in range(count):
        value = low + (high - low) * Fraction(k, count - 1)
        points.append(_point(solve, parameters.replace(**{along: value}), value, theory))
        tell()
    return Loop(theory, along, parameters, tuple(points))


def _point(solve: Solver, parameters: Parameters, value: Fraction, theory: str) -> Point:
    try:
        phase, cooling, heating, escapes = solve(parameters, theory, BITS)
    except Undecided as doubt:
        escapes = doubt.escapes if isinstance(doubt, NoBranches) else None
        return Point(value, Status.UNDECIDED, "undecided", None, None, escapes, str(doubt))
    return Point(value, Status.CERTIFIED, phase, cooling, heating, escapes, "")
