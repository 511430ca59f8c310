"""Critical points from their request: what every model and both limits have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from binodal.errors import said
from binodal.numerics.balls import ball
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.events import Events
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import require_known, require_share
from binodal.numerics.results import Critical, P

MAX_DIGITS = 10_000
Found = tuple[Status, Sequence[P], str]
"""What is proved, the points with the nearest first, and why."""


@dataclass(frozen=True)
class Request:
    """An event along a parameter, from the parameters' own values on."""

    event: str
    along: str
    theory: str
    parameters: Mapping[str, Fraction]
    digits: int
    fraction: Fraction


class CriticalPoints(Events[Request], Generic[P]):
    """The critical points of a model in a limit; an instance is called like a function.

    ``events`` are the model's in either limit, ``alongs`` the parameters that may vary.
    """

    theories: tuple[str, ...]
    alongs: tuple[str, ...]

    def __call__(
        self,
        parameters: Mapping[str, Fraction],
        event: str,
        along: str = "sigma2",
        theory: str = "derived",
        digits: int = 15,
        fraction: Fraction = Fraction(1, 2),
    ) -> Critical[P]:
        """Where an event happens along one parameter, the others fixed.

        Certified points have ``digits`` digits; ``fraction`` is what the event "mass" of finite
        size asks for. Raises ParameterError for names out of the tables and numbers that make no
        sense.
        """
        require_known("theory", theory, self.theories)
        require_known("event", event, self.events)
        if event == "mass" and self.limit != "finite":
            add = said("--limit finite", 'limit="finite"')
            raise ParameterError(f"event 'mass' is a finite-size event: add {add}")
        self._require_along(along, parameters)
        require_digits(digits)
        require_share(fraction)
        request = self.checked(Request(event, along, theory, parameters, digits, fraction))
        never = self.never(request)
        status, points, reason = (Status.ABSENT, (), never) if never else self._found(request)
        nearest, others = (points[0] if points else None), tuple(points[1:])
        notes = self.assumptions(request)
        return Critical(event, along, theory, self.limit, status, nearest, others, reason, notes)

    def _require_along(self, along: str, parameters: Mapping[str, Fraction]) -> None:
        """Of a parameter along which nothing is searched, say what to type."""
        if along in self.alongs or along not in parameters:
            return require_known("parameter", along, self.alongs)
        ways = [
            said(f"--along {name.replace('_', '-')}", f"along={name!r}") for name in self.alongs
        ]
        raise ParameterError(f"no events here along {along}: add {' or '.join(ways)}")

    def _found(self, request: Request) -> Found[P]:
        try:
            return self.found(request)
        except Undecided as doubt:
            return Status.UNDECIDED, (), str(doubt)

    @abstractmethod
    def found(self, request: Request) -> Found[P]:
        """The points. Raises :class:`Undecided`."""


def require_digits(digits: int) -> None:
    """Raise ParameterError for a number of digits out of range."""
    if not 1 <= digits <= MAX_DIGITS:
        raise ParameterError(f"digits={digits}: digits must be from 1 to {MAX_DIGITS}")


def nearest_first(points: Sequence[P], own: Fraction) -> list[P]:
    """The points by the ratio of their value to the parameter's own."""
    return sorted(points, key=lambda p: float(abs((p.value / ball(own)).log()).mid()))
