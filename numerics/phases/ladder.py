"""How an event approaches its thermodynamic limit along the model's scaling.

The parameters are rescaled by beta; the event's value, scaled back, is compared with its limit.
Where the leading difference is derived it stands beside the computed one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import Any, Protocol

from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale
from binodal.numerics.results import Critical

Found = tuple[float, float] | str
"""A value with its error, or the reason why there is none."""


class Shift(Protocol):
    """The derived difference of the birth from its limit, times size^power, at ``scaled`` size.

    In units of the unscaled sigma^2; ``point`` is the birth in the limit.
    """

    def __call__(
        self, parameters: Parameters, scaled: Parameters, theory: str, point: Any, /
    ) -> float: ...


class Near(Protocol):
    """An event of finite size beside a guess with its error, or None where no crossing is there."""

    def __call__(
        self, scaled: Parameters, event: str, theory: str, guess: float, /
    ) -> tuple[float, float] | None: ...


@dataclass(frozen=True)
class Approach:
    """How a model approaches its limit.

    The leading correction goes as 1/size^power; ``limit`` and ``finite`` find events there.
    ``shift`` and ``near`` are there for models whose correction is derived. ``problem`` gives the
    parameters that are scaled, of another model where that is what a model equals.
    """

    size: str
    power: int
    limit: Callable[..., Critical[Any]]
    finite: Callable[..., Critical[Any]]
    shift: Shift | None = None
    near: Near | None = None
    problem: Callable[[Parameters], Parameters] = lambda own: own


@dataclass(frozen=True)
class Rung:
    """One beta: size, scaled sigma^2 with its error, and (sigma^2 - limit) size^power.

    ``coefficient_error`` is the value's error times size^power, which grows where the value's does
    not. ``predicted`` is the derived difference times size^power, ``exponent`` the local power of
    the size in the difference, from this rung and the one before; None where an error hides it.
    """

    beta: Fraction
    size: float
    value: float | None
    error: float | None
    coefficient: float | None
    coefficient_error: float | None
    exponent: float | None
    predicted: float | None
    reason: str

    @property
    def resolved(self) -> bool:
        """Whether the difference from the limit is larger than its error."""
        if self.coefficient is None or self.coefficient_error is None:
            return False
        return abs(self.coefficient) > self.coefficient_error


@dataclass(frozen=True)
class Ladder:
    """The rungs, the limit, and the derived coefficient of its leading correction.

    ``at_limit`` is the event of the limit at the unscaled parameters, None for one of finite size.
    """

    theory: str
    event: str
    parameters: Parameters
    size: str
    power: int
    limit: float | None
    predicted: float | None
    extrapolated: float | None
    rungs: tuple[Rung, ...]
    at_limit: Critical[Any] | None

    @property
    def status(self) -> Status:
        """Converged when every rung has a value."""
        complete = all(rung.value is not None for rung in self.rungs)
        return Status.CONVERGED if complete else Status.UNDECIDED


def ladder(
    of: Approach,
    parameters: Parameters,
    betas: Sequence[Fraction],
    event: str = "birth",
    theory: str = "derived",
    fraction: Fraction = Fraction(1, 2),
    tell: Callable[[], None] = lambda: None,
) -> Ladder:
    """sigma^2 of an event at each beta, against the limit; birth may have a derived correction.

    "mass" at a fixed fraction has no event in the limit, so its rungs have no coefficient. Raises
    ParameterError for an unknown event.
    """
    start = of.problem(parameters)
    at_limit = None if event == "mass" else of.limit(start, event, "sigma2", theory)
    point = None if at_limit is None else at_limit.point
    limit = None if point is None else float(point.value.mid())
    rungs: list[Rung] = []
    for beta in sorted(betas):
        scaled, _ = rescale(start, beta)
        predicted = None
        if event == "birth" and point is not None and of.shift is not None:
            predicted = of.shift(start, scaled, theory, point)
        event_at = _near(of, scaled, event, theory, limit, predicted)
        if event_at is None:
            event_at = _searched(of.finite(scaled, event, "sigma2", theory, fraction=fraction))
        back = float(scaled["sigma2"] / start["sigma2"])
        rungs.append(_rung(of, beta, scaled, event_at, back, limit, predicted, rungs))
        tell()
    shift = rungs[-1].predicted if rungs else None
    last = _extrapolated(rungs)
    return Ladder(
        theory, event, parameters, of.size, of.power, limit, shift, last, tuple(rungs), at_limit
    )


def _near(
    of: Approach,
    scaled: Parameters,
    event: str,
    theory: str,
    limit: float | None,
    predicted: float | None,
) -> Found | None:
    """The event beside its derived value, where that is good enough to start from."""
    if of.near is None or limit is None or predicted is None:
        return None
    guess = limit + predicted / float(scaled[of.size]) ** of.power
    return of.near(scaled, event, theory, guess) if guess > 0.5 * limit else None


def _searched(critical: Any) -> Found:
    if critical.point is None:
        return str(critical.reason)
    return float(critical.point.value.mid()), float(critical.point.value.rad())


def _rung(
    of: Approach,
    beta: Fraction,
    scaled: Parameters,
    place: Found,
    back: float,
    limit: float | None,
    predicted: float | None,
    before: Sequence[Rung],
) -> Rung:
    size = float(scaled[of.size])
    if isinstance(place, str):
        return Rung(beta, size, None, None, None, None, None, predicted, place)
    value, error = (number / back for number in place)
    if limit is None:
        return Rung(beta, size, value, error, None, None, None, predicted, "")
    lever = size**of.power
    last = before[-1] if before else None
    exponent = None
    shown = abs(value - limit) > error
    if last is not None and last.value is not None and shown and last.resolved:
        ratio = (value - limit) / (last.value - limit)
        exponent = log(ratio) / log(size / last.size) if ratio > 0 else None
    coefficient = (value - limit) * lever
    return Rung(beta, size, value, error, coefficient, error * lever, exponent, predicted, "")


def _extrapolated(rungs: Sequence[Rung]) -> float | None:
    """The coefficient at infinite size, linear in 1/size through the last two rungs."""
    last = [rung for rung in rungs if rung.resolved][-2:]
    if len(last) < 2 or last[0].size == last[1].size:
        return None
    one, other = last
    weighted = other.size * (other.coefficient or 0.0) - one.size * (one.coefficient or 0.0)
    return weighted / (other.size - one.size)
