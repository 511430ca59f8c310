"""Certified points on a curve and, between neighbours, the proof that they share a branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from flint import arb

from binodal.numerics.balls import precision
from binodal.numerics.continuation.system import CurveSystem, Framed, Pin, Sliced, Vector, floats
from binodal.numerics.continuation.track import corrected, tangent
from binodal.numerics.continuation.tube import tube
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import prove, refine

LINK_BITS = 64
_DEEPEST = 12
_MOST_TUBES = 256
_NEAR = 1e-3
_TRANSVERSE = 0.02


@dataclass(frozen=True)
class Point:
    """A box with exactly one point of the curve in it on a given hyperplane.

    ``pin`` is the coordinate with an exact value; None where the hyperplane is oblique.
    """

    box: tuple[arb, ...]
    pin: Pin | None


@dataclass(frozen=True)
class Link:
    """Whether two neighbours are proved to lie on one arc, and in how many tubes.

    ``reason`` says where the proof broke off, empty when it did not.
    """

    proved: bool
    tubes: int
    reason: str = ""


@dataclass(frozen=True)
class Arc:
    """Certified points along a curve and the links between neighbours, one fewer."""

    points: tuple[Point, ...]
    links: tuple[Link, ...]

    @property
    def proved(self) -> bool:
        """Whether every link is proved."""
        return all(link.proved for link in self.links)


def certified(system: CurveSystem, near: Vector, bits: int, pinnable: Sequence[int] = ()) -> Point:
    """A certified point of the curve near an approximate one.

    The pinnable coordinate that the curve crosses best is held at a short exact value; where it
    crosses none well, a hyperplane across the tangent takes over. Raises :class:`Undecided` when
    neither can be proved or the proved point has left the neighbourhood.
    """
    direction = tangent(system, near)
    order = sorted(pinnable, key=lambda k: -abs(direction[k]))
    for index in order[:1]:
        if abs(direction[index]) > _TRANSVERSE:
            pin = system.pin(index, float(near[index]))
            return Point(tuple(pinned(system, pin, near, bits)), pin)
    proved = refine(Framed(system, near, direction), [arb(float(x)) for x in near], bits)
    return Point(tuple(_close(proved, near)), None)


def pinned(system: CurveSystem, pin: Pin, near: Vector, bits: int) -> Box:
    """The curve's point at an exact value of a coordinate. Raises :class:`Undecided`."""
    start = [arb(float(x)) for k, x in enumerate(near) if k != pin.index]
    sliced = Sliced(system, pin)
    proved = refine(sliced, start, bits)
    with precision(bits + 64):
        return _close(sliced.full(proved), near)


def _close(box: Box, near: Vector) -> Box:
    away = float(np.abs(floats(box) - near).max())
    if not away < _NEAR:
        raise Undecided(f"the proved point lies {away:.2g} away from its approximation")
    return box


def link(
    system: CurveSystem,
    p: Sequence[arb],
    q: Sequence[arb],
    depth: int = _DEEPEST,
    most: int = _MOST_TUBES,
) -> Link:
    """Prove that two boxes with a point of the curve each lie on one arc, halving the chord.

    A chord that joins two branches can never be proved: of its halves one joins them again, down
    to the shortest, which is reported as undecided.
    """
    if tube(system, p, q) is not None:
        return Link(True, 1)
    ends = floats(p), floats(q)
    if depth == 0:
        return Link(False, 0, f"no tube is proved along {_shown(ends)}")
    middle = _between(system, *ends)
    if middle is None:
        return Link(False, 0, f"no point of the curve is proved between {_shown(ends)}")
    first = link(system, p, middle, depth - 1, most)
    if not first.proved:
        return first
    if first.tubes >= most:
        return Link(False, 0, f"{most} tubes do not reach the end of {_shown(ends)}")
    second = link(system, middle, q, depth - 1, most - first.tubes)
    return Link(second.proved, first.tubes + second.tubes, second.reason)


def _between(system: CurveSystem, p: Vector, q: Vector) -> Box | None:
    """A proved point of the curve in the hyperplane halfway, not further off than the ends."""
    chord = q - p
    length = float(np.linalg.norm(chord))
    middle = (p + q) / 2 + length / 8 * (_heading(system, p, chord) - _heading(system, q, chord))
    point = corrected(system, middle, chord / length)
    if point is None or np.linalg.norm(point - middle) > length / 2:
        return None
    try:
        return prove(
            Framed(system, middle, chord / length), [arb(x) for x in point], LINK_BITS // 2
        )
    except (Undecided, ZeroDivisionError):
        return None


def _heading(system: CurveSystem, places: Vector, chord: Vector) -> Vector:
    """The tangent on the chord's side: with both ends' it bends the chord into a cubic."""
    direction = tangent(system, places)
    return direction if direction @ chord > 0 else -direction


def _shown(ends: tuple[Vector, Vector]) -> str:
    return " to ".join("(" + ", ".join(f"{x:.8g}" for x in end) + ")" for end in ends)


def arc(
    system: CurveSystem,
    polyline: Sequence[Vector],
    bits: int,
    pinnable: Sequence[int],
    ends: tuple[Point | None, Point | None] = (None, None),
    tell: Callable[[], None] = lambda: None,
) -> Arc:
    """Certify the points of a polyline, with given points at its ends, and link neighbours.

    A point that cannot be certified is left out; the link over the gap has to do without it.
    """
    points: list[Point] = []
    for k, near in enumerate(polyline):
        given = ends[0] if k == 0 else ends[1] if k == len(polyline) - 1 else None
        with precision(LINK_BITS):
            point = given or _attempt(system, near, bits, pinnable)
        if point is not None:
            points.append(point)
        tell()
    with precision(LINK_BITS):
        links = tuple(link(system, p.box, q.box) for p, q in pairwise(points))
    return Arc(tuple(points), links)


def _attempt(system: CurveSystem, near: Vector, bits: int, pinnable: Sequence[int]) -> Point | None:
    point = corrected(system, near)
    try:
        return None if point is None else certified(system, point, bits, pinnable)
    except (Undecided, ZeroDivisionError):
        return None
