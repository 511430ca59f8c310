"""All zeros of a small system in a box, each proved: exclusion, bisection, Krawczyk.

Floats search, balls decide: a part of the box is dropped only when some component provably
has no zero there, and a zero is reported only when the Krawczyk operator maps a box strictly
into itself, which proves that exactly one zero lies in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from flint import arb, arb_mat

from binodal.numerics.balls import excludes_zero, halves, widest
from binodal.numerics.errors import Undecided

Box = list[arb]
_TRIAL_RADIUS = 0.1  # on wider boxes the Krawczyk operator rarely decides anything


class System(Protocol):
    """F: R^n -> R^n with its Jacobian, both evaluated on balls."""

    def value(self, box: Sequence[arb]) -> list[arb]:
        """Enclosures of the components on the box."""

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Enclosures of the partial derivatives on the box."""


@dataclass(frozen=True)
class Isolation:
    """The outcome: boxes with exactly one zero each, and what could not be decided."""

    zeros: tuple[Box, ...]
    undecided: tuple[Box, ...]
    boxes: int

    @property
    def complete(self) -> bool:
        """Whether every zero in the search box is among ``zeros``."""
        return not self.undecided


@dataclass
class _Search:
    system: System
    keep: Callable[[Box], bool]
    limit: int
    smallest: float
    zeros: list[Box] = field(default_factory=list)
    undecided: list[Box] = field(default_factory=list)
    visited: int = 0


def krawczyk(system: System, box: Sequence[arb]) -> Box | None:
    """The image of the box under the Krawczyk operator, or None when it cannot be formed.

    K(X) = m - Y F(m) + (1 - Y F'(X))(X - m) with Y an approximate inverse of F'(m). If K(X)
    lies in the interior of X there is exactly one zero in X, and it lies in K(X); every zero in
    X lies in K(X) in any case.
    """
    middle = [component.mid() for component in box]
    slopes = arb_mat(system.jacobian(middle))
    try:
        inverse = slopes.mid().inv().mid()
    except ZeroDivisionError:
        return None
    values = arb_mat([[v] for v in system.value(middle)])
    wide = arb_mat(system.jacobian(box))
    offset = arb_mat([[component - m] for component, m in zip(box, middle, strict=True)])
    image = inverse * values * -1 + (_identity(len(box)) - inverse * wide) * offset
    result = [m + moved for m, moved in zip(middle, image.entries(), strict=True)]
    return result if all(r.is_finite() for r in result) else None


@cache
def _identity(size: int) -> arb_mat:
    return arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def encloses(box: Sequence[arb], image: Sequence[arb]) -> bool:
    """Strict inclusion of the image in the interior of the box, component by component."""
    return all(bool(b.contains_interior(i)) for b, i in zip(box, image, strict=True))


def inflated(box: Sequence[arb], factor: float = 1.5) -> Box:
    """The box about the same centre with larger radii: a zero may lie on an edge."""
    return [arb(b.mid(), b.rad() * factor) for b in box]


def isolate(
    system: System,
    box: Sequence[arb],
    keep: Callable[[Box], bool] = lambda box: True,
    limit: int = 200_000,
    smallest: float = 1e-13,
) -> Isolation:
    """Isolate every zero of the system in the box.

    ``keep`` may drop a part by its own proof (a side condition that fails on all of it). The
    search stops at ``limit`` boxes or at boxes of radius ``smallest``; what is left then is
    listed as undecided, so that a caller can never mistake it for an absence.
    """
    search = _Search(system, keep, limit, smallest)
    stack: list[Box] = [list(box)]
    while stack:
        current = stack.pop()
        search.visited += 1
        if search.visited > limit:
            search.undecided += [current, *stack]
            break
        stack += _treat(search, current)
    return Isolation(_distinct(system, search.zeros), tuple(search.undecided), search.visited)


def contracted(system: System, box: Sequence[arb], steps: int = 60) -> Box:
    """Repeat the Krawczyk step on a box with a proved zero until it stops shrinking."""
    current = list(box)
    for _ in range(steps):
        image = krawczyk(system, current)
        if image is None:
            break
        if not all(c.overlaps(i) for c, i in zip(current, image, strict=True)):
            raise Undecided(
                "a proved zero vanished on contraction: the Jacobian contradicts the system"
            )
        smaller = [c.intersection(i) for c, i in zip(current, image, strict=True)]
        if not any(
            float(n.rad()) < 0.9 * float(c.rad()) for n, c in zip(smaller, current, strict=True)
        ):
            break
        current = smaller
    return current


def _distinct(system: System, zeros: Sequence[Box]) -> tuple[Box, ...]:
    """One box a zero: two boxes hold the same zero when their contractions overlap.

    Each box has exactly one zero, and contraction keeps it; contractions that overlap share it
    if the first box contains the second's contraction.
    """
    kept: list[tuple[Box, Box]] = []
    for box in zeros:
        small = contracted(system, box)
        if not any(_inside(small, other) for other, _ in kept):
            kept.append((list(box), small))
    return tuple(small for _, small in kept)


def _treat(search: _Search, box: Box) -> list[Box]:
    """What remains to be searched of one box."""
    if any(_inside(box, zero) for zero in search.zeros):
        return []
    if any(excludes_zero(v) for v in search.system.value(box)) or not search.keep(box):
        return []
    trial, radius = inflated(box), max(float(b.rad()) for b in box)
    image = krawczyk(search.system, trial) if radius < _TRIAL_RADIUS else None
    if image is not None:
        if encloses(trial, image):
            search.zeros.append(trial)
            return []
        if any(not b.overlaps(i) for b, i in zip(trial, image, strict=True)):
            return []
    if radius < search.smallest:
        search.undecided.append(box)
        return []
    return list(halves(box, widest(box)))


def _inside(box: Box, zero: Box) -> bool:
    return all(bool(z.contains(b)) for z, b in zip(zero, box, strict=True))
