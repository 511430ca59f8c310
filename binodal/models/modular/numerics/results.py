"""What the solvers of modular addition add to every model's results, and the names they know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.derive.theories import THEORIES
from binodal.numerics.critical import require_digits
from binodal.numerics.errors import ParameterError
from binodal.numerics.parameters import require_known
from binodal.numerics.results import EventPoint, SolvedClosure, StationaryPoint

ALONG = ("N", "P", "sigma2", "sigma_a2", "gamma")
EVENTS = ("birth", "coexistence", "instability", "mass", "gmfl2")

STABLE_ZERO = (
    "the interaction is quartic in the modes, so the curvature of the action at zero is the "
    "prior's for every value of every parameter: the zero state never becomes unstable"
)
NEVER: Mapping[str, str] = {"instability": STABLE_ZERO}
"""The events that never happen, and why."""

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
class Saddle(StationaryPoint):
    """A stationary point |w_k|^2 = |v_k|^2 = x of a mode's action; ``action`` is S/P."""

    x: arb


@dataclass(frozen=True)
class Solution(SolvedClosure[Closure, Saddle]):
    """A solved closure.

    ``real_mode`` is the closure of the mode P/2 at even P, which has a measure of its own.
    """

    real_mode: Closure | None = None


@dataclass(frozen=True)
class CriticalPoint(EventPoint):
    """Where an event happens, and the state there: all balls."""

    x: arb
    a: arb


def require_theory(theory: str) -> None:
    """Raise ParameterError for an unknown theory."""
    require_known("theory", theory, THEORIES)


def require(event: str, along: str, theory: str, digits: int = 1) -> None:
    """Raise ParameterError for a name that is not in the tables, or too many digits."""
    require_theory(theory)
    require_known("event", event, EVENTS)
    require_known("parameter", along, ALONG)
    require_digits(digits)


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
