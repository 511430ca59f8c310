"""A boundary from its request: what every model and both limits have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from binodal.numerics.continuation.result import Boundary, BoundaryCurve, EndPoint, Window
from binodal.numerics.continuation.window import ranges, require_points
from binodal.numerics.events import Events
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import require_known, require_share

Curves = tuple[BoundaryCurve, ...]
Found = tuple[Status, Curves, str]
"""The curves, what is proved of them all, and why."""


@dataclass(frozen=True)
class Request:
    """An event in a window of two parameters, and how finely it is to be drawn."""

    event: str
    names: tuple[str, str]
    theory: str
    parameters: Mapping[str, Fraction]
    window: Window
    points: int
    digits: int
    fraction: Fraction
    tell: Callable[[], None]


class Boundaries(Events[Request]):
    """The boundaries of a model's events in a limit; an instance is called like a function.

    ``plane`` names the parameters of the default plane, ``signed`` the one that may be negative,
    ``most`` what some may not exceed.
    """

    plane: tuple[str, str]
    signed = ""
    most: ClassVar[Mapping[str, Fraction]] = {}

    def __call__(
        self,
        parameters: Mapping[str, Fraction],
        event: str,
        names: tuple[str, str] | None = None,
        theory: str = "derived",
        window: Window | None = None,
        points: int = 200,
        digits: int = 15,
        fraction: Fraction = Fraction(1, 2),
        tell: Callable[[], None] = lambda: None,
    ) -> Boundary:
        """All curves of an event in a window of two parameters, the others fixed.

        ``window`` gives a range for a name; the default is a third to three times the own value,
        both signs for the signed parameter. Each curve has ``points`` points. Certified points have
        ``digits`` digits; ``fraction`` is what the event "mass" of finite size asks for. ``tell``
        is called after each point. Raises ParameterError for names, ranges and numbers that make
        no sense.
        """
        require_known("event", event, self.events)
        require_points(points)
        require_share(fraction)
        names = names or self.plane
        chosen = ranges(parameters, names, window or {}, self.signed, self.most)
        request = self.checked(
            Request(event, names, theory, parameters, chosen, points, digits, fraction, tell)
        )
        never = self.never(request)
        status, curves, reason = (Status.ABSENT, (), never) if never else self.found(request)
        (curves, ends), notes = self.ended(request, curves), self.assumptions(request)
        return Boundary(
            event, names, theory, self.limit, status, chosen, curves, ends, reason, notes
        )

    @abstractmethod
    def found(self, request: Request) -> Found:
        """The curves."""

    def ended(self, request: Request, curves: Curves) -> tuple[Curves, tuple[EndPoint, ...]]:
        """The curves as far as they are those of the event, and what they end at."""
        return curves, self.end_points(request)

    def end_points(self, request: Request) -> tuple[EndPoint, ...]:
        """The limits in which the event's curves end."""
        return ()
