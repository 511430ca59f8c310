"""How an event approaches its thermodynamic limit along the model's scaling.

The parameters are rescaled by beta; the event's value, scaled back, is compared with its limit.
Where the leading difference is derived it stands beside the computed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import log
from typing import Any

from binodal.derive.symbols import P, sigma2
from binodal.numerics.codegen.load import compiled
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale

SIZES = {"teacher-student": "d", "modular": "P"}
POWERS = {"teacher-student": 1, "modular": 2}
"""The leading correction goes as 1/size^power, per value of the size."""


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
    """The rungs, the limit, and the derived coefficient of its leading correction."""

    model: str
    theory: str
    event: str
    parameters: Parameters
    limit: float | None
    predicted: float | None
    extrapolated: float | None
    rungs: tuple[Rung, ...]

    @property
    def status(self) -> Status:
        """Converged when every rung has a value."""
        found = all(rung.value is not None for rung in self.rungs)
        return Status.CONVERGED if found else Status.UNDECIDED


@cache
def _teacher_student_shift(theory: str) -> Callable[..., tuple[Any, ...]]:
    from binodal.derive.symbols import b, rho
    from binodal.models.teacher_student.derivations.corrections import birth_shift
    from binodal.models.teacher_student.forms.action import PARAMETERS

    return compiled("shift", {"shift": birth_shift(theory)}, (rho, b, *PARAMETERS), "numpy")


@cache
def _modular_shift(theory: str) -> Callable[..., tuple[Any, ...]]:
    from binodal.models.modular.derivations.corrections import birth_shift
    from binodal.models.modular.forms.action import PARAMETERS

    shift = birth_shift(theory) * P**2 + 0 * sigma2
    return compiled("shift", {"shift": shift}, PARAMETERS, "numpy")


def predicted_shift(
    parameters: Mapping[str, Fraction], theory: str, model: str, point: Any
) -> float:
    """(sigma^2_birth - limit) size^power to the derived orders, at a point of the limit.

    teacher-student: the coefficient of 1/d, one order. modular: lambda of the zero state times
    P^2, with its first correction in 1/P.
    """
    at = {name: float(value) for name, value in parameters.items()}
    at["sigma2"] = float(point.value.mid())
    if model == "modular":
        return float(_modular_shift(theory)(*at.values())[0])
    state = (float(point.rho.mid()), float(point.b.mid()))
    return float(_teacher_student_shift(theory)(*state, *at.values())[0])


def _finders(model: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if model == "modular":
        from binodal.models.modular.numerics.critical import critical as limit
        from binodal.models.modular.numerics.finite_critical import critical_finite as finite

        return limit, finite
    from binodal.models.teacher_student.numerics.critical import critical as limit_of
    from binodal.models.teacher_student.numerics.finite_critical import critical_finite as finite_of

    return limit_of, finite_of


def ladder(
    parameters: Parameters,
    betas: Sequence[Fraction],
    event: str = "birth",
    theory: str = "derived",
    fraction: Fraction = Fraction(1, 2),
    tell: Callable[[], None] = lambda: None,
) -> Ladder:
    """sigma^2 of an event at each beta, against the limit; birth has a derived correction.

    "mass" at a fixed fraction has no event in the limit, so its rungs have no coefficient. Raises
    ParameterError for an unknown event.
    """
    model = parameters.model
    limit_of, finite_of = _finders(model)
    point = None if event == "mass" else limit_of(parameters, event, "sigma2", theory).point
    limit = None if point is None else float(point.value.mid())
    rungs: list[Rung] = []
    for beta in sorted(betas):
        scaled, _ = rescale(parameters, beta)
        back = float(scaled["sigma2"] / parameters["sigma2"])
        predicted = None
        if event == "birth" and point is not None:
            predicted = _predicted(parameters, scaled, theory, point, back)
        found = _near(scaled, event, theory, limit, predicted)
        if found is None:
            found = _searched(finite_of(scaled, event, "sigma2", theory, fraction=fraction))
        rungs.append(_rung(beta, scaled, found, back, limit, predicted, rungs))
        tell()
    shift = rungs[-1].predicted if rungs else None
    return Ladder(
        model, theory, event, parameters, limit, shift, _extrapolated(rungs), tuple(rungs)
    )


def _predicted(
    parameters: Parameters, scaled: Parameters, theory: str, point: Any, back: float
) -> float:
    """The derived coefficient at this size, in units of the unscaled sigma^2."""
    if parameters.model == "teacher-student":
        return predicted_shift(parameters, theory, parameters.model, point)
    return predicted_shift(scaled, theory, parameters.model, point) / back


Found = tuple[float, float] | str
"""A value with its error, or the reason why there is none."""


def _near(
    scaled: Parameters, event: str, theory: str, limit: float | None, predicted: float | None
) -> Found | None:
    """The event beside its derived value, where that is good enough to start from."""
    if scaled.model != "teacher-student" or limit is None or predicted is None:
        return None
    from binodal.models.teacher_student.numerics.ladder import event_near

    floats = {name: float(value) for name, value in scaled.items()}
    guess = limit + predicted / floats["d"]
    return event_near(floats, event, theory, 0.5, guess) if guess > 0.5 * limit else None


def _searched(found: Any) -> Found:
    if found.point is None:
        return str(found.reason)
    return float(found.point.value.mid()), float(found.point.value.rad())


def _rung(
    beta: Fraction,
    scaled: Parameters,
    found: Found,
    back: float,
    limit: float | None,
    predicted: float | None,
    before: Sequence[Rung],
) -> Rung:
    model = scaled.model
    size = float(scaled[SIZES[model]])
    if isinstance(found, str):
        return Rung(beta, size, None, None, None, None, None, predicted, found)
    value, error = (number / back for number in found)
    if limit is None:
        return Rung(beta, size, value, error, None, None, None, predicted, "")
    lever = size ** POWERS[model]
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
