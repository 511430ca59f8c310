"""What the solvers of the modular model return; field names are those of the JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from derive.assumptions import Assumption
from derive.modular.printed import THEORIES
from numerics.errors import ParameterError
from numerics.outcome import Status

ALONG = ("N", "P", "sigma2", "sigma_a2", "gamma")
EVENTS = ("birth", "coexistence", "instability", "mass", "gmfl2")
MAX_DIGITS = 10_000

STABLE_ZERO = (
    "the interaction is quartic in the modes, so the curvature of the action at zero is the "
    "prior's for every value of every parameter: the zero state never becomes unstable"
)
ACTION_UNITS = {
    "derived": "action: S/P of one complex mode, which is k and P-k together (S = 2 P s)",
    "published": "action: S/P of one value of k as printed in B.34 (S = P s)",
}
DROPPED_PRIOR = (
    "zero state: lambda = 4 sigma_a^2 is dropped, because along the derived scaling it falls as "
    "1/P^2 beside sigma^2; the finite limit keeps it"
)
PRINTED_ZERO = "zero state: lambda = 0, as printed in B.42"
REAL_SIZES = "N and P are treated as positive real numbers"


@dataclass(frozen=True)
class Closure:
    """The residual factor a in r = a y, and lambda, the kernel's eigenvalue on the target."""

    a: arb
    lam: arb


@dataclass(frozen=True)
class Saddle:
    """A stationary point |w_k|^2 = |v_k|^2 = x of a mode's action.

    ``action`` is S/P of the mode relative to zero; ``mass`` is the probability of a minimum's
    basin.
    """

    x: arb
    action: arb
    kind: str
    mass: float | None = None


@dataclass(frozen=True)
class Solution:
    """A solved closure: saddles, phase and what is known about them.

    ``real_mode`` is the closure of the mode P/2 at even P, which has a measure of its own.
    """

    theory: str
    limit: str
    status: Status
    closure: Closure | None
    saddles: tuple[Saddle, ...]
    phase: str
    reason: str
    assumptions: tuple[str, ...] = ()
    real_mode: Closure | None = None


@dataclass(frozen=True)
class CriticalPoint:
    """Where an event happens along a parameter, and the state there; all balls."""

    value: arb
    u: arb
    x: arb
    a: arb


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


@dataclass(frozen=True)
class Request:
    """What was asked for: an event along a parameter, in a theory and a limit."""

    event: str
    along: str
    theory: str
    limit: str
    assumptions: tuple[str, ...]

    def none(self, status: Status, reason: str) -> Critical:
        """No point: absent or undecided."""
        return Critical(
            self.event,
            self.along,
            self.theory,
            self.limit,
            status,
            None,
            (),
            reason,
            self.assumptions,
        )

    def points(
        self, found: list[CriticalPoint], own: Fraction, reason: str, status: Status
    ) -> Critical:
        """The points found, the one nearest to the parameter's own value first."""
        order = sorted(found, key=lambda p: float(abs((p.value / _ball(own)).log()).mid()))
        return Critical(
            self.event,
            self.along,
            self.theory,
            self.limit,
            status,
            order[0],
            tuple(order[1:]),
            reason,
            self.assumptions,
        )


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


def require(event: str, along: str, theory: str, digits: int = 1) -> None:
    """Raise ParameterError for a name that is not in the tables, or too many digits."""
    if theory not in THEORIES:
        raise ParameterError(f"unknown theory {theory!r}: choose {', '.join(THEORIES)}")
    if event not in EVENTS:
        raise ParameterError(f"unknown event {event!r}: choose {', '.join(EVENTS)}")
    if along not in ALONG:
        raise ParameterError(f"unknown parameter {along!r}: choose {', '.join(ALONG)}")
    if not 1 <= digits <= MAX_DIGITS:
        raise ParameterError(f"digits={digits}: digits must be from 1 to {MAX_DIGITS}")


def assumptions(theory: str, *notes: str, large: bool = False) -> tuple[str, ...]:
    """The statements that a number of this model rests on."""
    used = [
        Assumption.MEAN_FIELD,
        Assumption.COMPLETE_DATA,
        Assumption.UNIFORM_PHASES,
        Assumption.MODE_DECAY,
    ]
    used += [Assumption.LARGE_P] if large else []
    used += [Assumption.PRINTED] if theory == "published" else []
    return (*(a.value for a in used), *notes)


def require_complex_mode(parameters: Mapping[str, Fraction]) -> None:
    """Raise ParameterError at P = 2, whose only mode k = 1 is its own inverse."""
    if parameters["P"] < 3:
        raise ParameterError(
            f"P={parameters['P']}: the closure of a complex mode (k different from P-k) needs "
            "P >= 3; at P = 2 the only mode is its own inverse"
        )
