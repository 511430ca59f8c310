"""What the solvers of every model return; field names are those of the JSON documents.

A model adds its own coordinates to a stationary point and to a critical point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

from flint import arb

from binodal.numerics.outcome import Status


@dataclass(frozen=True, kw_only=True)
class StationaryPoint:
    """A stationary point of the action of one neuron or mode.

    ``action`` is that per unit of size, relative to the zero state; ``mass`` the probability of a
    minimum's basin (None where the theory does not say), a ball that the solution's ``masses``
    says how to read.
    """

    action: arb
    kind: str
    mass: arb | None = None


Point = TypeVar("Point")


def features(points: Iterable[Point], overlap: Callable[[Point], float]) -> list[Point]:
    """All points but the zero state, which at finite size may lie beside zero: the nearest to it.

    >>> features([0.9, 1e-4, -0.8], lambda point: point)
    [0.9, -0.8]
    """
    each = list(points)
    rest = min(each, key=lambda point: abs(overlap(point)), default=None)
    return [point for point in each if point is not rest]


@dataclass(frozen=True)
class Curves:
    """Learning curves at a state, all of the mean predictor.

    ``losses`` are the shares of the modes in the population's squared error, ``target`` that of no
    learning; ``log_evidence`` per neuron, relative to n = 0, or None where a theory has none;
    ``responses`` the derivatives of residual modes by their own targets; ``loss`` is the sum of the
    shares.
    """

    losses: Mapping[str, arb]
    target: arb
    log_evidence: arb | None
    responses: Mapping[str, arb]
    loss: arb = field(init=False)

    def __post_init__(self) -> None:
        # The sum is made at the precision in force where the shares are.
        object.__setattr__(self, "loss", sum(self.losses.values(), arb(0)))


@dataclass(frozen=True)
class Transition:
    """The log evidence per neuron where a feature begins to hold neurons, by x = log(parameter).

    ``slope`` is its derivative, which does not jump, and ``curvature_jump`` what the second one
    gains; ``latent_heat`` is dS/dx of the feature at the residual as it is, per unit of size.
    """

    log_evidence: arb
    slope: arb
    latent_heat: arb
    curvature_jump: arb


C = TypeVar("C")
S = TypeVar("S", bound=StationaryPoint)


@dataclass(frozen=True)
class Part(Generic[C, S]):
    """A part of the weights with a closure of its own, and the words that say which it is.

    ``numbers`` are more that is known of it, by name; ``status`` is its own where parts of one
    solution differ.
    """

    words: Mapping[str, object]
    closure: C
    saddles: tuple[S, ...]
    numbers: Mapping[str, arb] = field(default_factory=dict)
    status: Status | None = None


@dataclass(frozen=True)
class SolvedClosure(Generic[C, S]):
    """A solved closure: mean residual, saddles, phase and what is known about them.

    ``masses`` tells whether the balls of the saddles' masses are proved, or floats with an
    estimate of the error for a radius. ``transition`` is the order of the transition by which the
    zero state is left, where the model says it: first, continuous, none or undecided, and
    ``transition_reason`` what proves it. ``corrections`` computes the first orders in what the
    theory leaves out, by its name: shifts by observable, or None, and then ``why``. A model whose
    weights fall into parts with closures of their own has these as ``parts``.
    """

    theory: str
    limit: str
    status: Status
    closure: C | None
    saddles: tuple[S, ...]
    phase: str
    reason: str
    assumptions: tuple[str, ...] = ()
    masses: Status = field(default=Status.CERTIFIED, kw_only=True)
    transition: str = field(default="", kw_only=True)
    transition_reason: str = field(default="", kw_only=True)
    curves: Curves | None = field(default=None, kw_only=True)
    corrections: Callable[[], Mapping[str, object]] | None = field(default=None, kw_only=True)
    parts: tuple[Part[C, S], ...] = field(default=(), kw_only=True)

    @classmethod
    def without(
        cls, theory: str, limit: str, status: Status, reason: str, assumptions: tuple[str, ...] = ()
    ) -> Self:
        """No solution: absent or undecided."""
        return cls(theory, limit, status, None, (), "undecided", reason, assumptions)


@dataclass(frozen=True)
class EventPoint:
    """Where an event happens along a parameter: its value there and the coupling u, balls.

    ``label`` names the class of the feature where not all of its images are equivalent; ``widths``
    what smears the event at finite size, and how far it moves the parameter, None if unknown.
    """

    value: arb
    u: arb
    label: str = field(default="", kw_only=True)
    transition: Transition | None = field(default=None, kw_only=True)
    widths: Mapping[str, arb | None] = field(default_factory=dict, kw_only=True)


P = TypeVar("P", bound=EventPoint)


@dataclass(frozen=True)
class Critical(Generic[P]):
    """The answer: the point nearest to the parameter's own value, all others, and why."""

    event: str
    along: str
    theory: str
    limit: str
    status: Status
    point: P | None
    others: tuple[P, ...]
    reason: str
    assumptions: tuple[str, ...]
