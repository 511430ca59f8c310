"""The third coordinate of a neuron with two directions, beside the length of its cosines and r.

It is the angle of (m_1, m_2). About an axis that the teacher is symmetric about it is the cosine of
that angle: F is even there, so a polynomial in the cosine, and where features leave the axis
nothing is degenerate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb, nextafter, pi

from flint import arb, arb_poly

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import Change, keeps
from binodal.numerics.balls import AtPrecision, positive

_DERIVATIVES = 3
_AXES: Mapping[Change, int] = {
    (True, 1, 1): 1,
    (False, 1, -1): 0,
    (False, -1, 1): 2,
    (True, -1, -1): -1,
}
"""Reflections, and the angles of their axes in parts of pi/4."""


class Turn(ABC):
    """How T_k = sum_{|a|=k} y_a cos^a1 sin^a2 depends on the coordinate."""

    sides: tuple[float, float]
    axes: tuple[int, ...] = ()
    """Coordinates of the axes of symmetry that a neuron with m > 0, or m < 0, can lie on."""
    edges: tuple[int, ...] = ()
    """The same for neurons with m > 0 alone."""

    @abstractmethod
    def amplitudes(self, place: arb) -> list[arb]:
        """T_k with three derivatives, degree by degree."""

    @abstractmethod
    def cosines(self, m: arb, place: arb) -> tuple[arb, arb]:
        """m_1 and m_2."""

    def off_axes(self, place: arb) -> bool | None:
        """Whether it is the coordinate of a neuron off the axes; None without a proof."""
        return True


class Angle(Turn):
    """The angle itself; half of the plane where a neuron and its opposite are images."""

    def __init__(self, setting: SeveralSetting) -> None:
        self._setting = setting
        turn = nextafter(pi / 2 if setting.symmetric else pi, 4.0)
        self.sides = (-turn, turn)

    def amplitudes(self, place: arb) -> list[arb]:
        """T_k with three derivatives, degree by degree."""
        cos, sin = place.cos(), place.sin()
        values = []
        for k in self._setting.degrees:
            form = _of_degree(self._setting, k)
            for _ in range(_DERIVATIVES + 1):
                terms = (y * _product(cos, a) * _product(sin, b) for (a, b), y in form.items())
                values.append(sum(terms, arb(0)))
                form = _differentiated(form)
        return values

    def cosines(self, m: arb, place: arb) -> tuple[arb, arb]:
        """m_1 and m_2."""
        return m * place.cos(), m * place.sin()


class Reflected(Turn):
    """cos(n (angle - axis)) where F is even about the axis and n turns of 2 pi/n keep it."""

    def __init__(self, setting: SeveralSetting, axis: int, turns: int) -> None:
        self._setting, self._axis, self._turns = setting, axis, turns
        one_sided = setting.symmetric and turns == 1
        self.sides = (0.0 if one_sided else -1.0, 1.0)
        self.edges = (1,) if one_sided else (1, -1)
        self.axes = (1,) if turns == 1 else (1, -1)
        self._polynomials = AtPrecision(self._expanded)

    def amplitudes(self, place: arb) -> list[arb]:
        """T_k with three derivatives, degree by degree."""
        return [p(place) for p in self._polynomials()]

    def cosines(self, m: arb, place: arb) -> tuple[arb, arb]:
        """m_1 and m_2."""
        angle = place.min(arb(1)).max(arb(-1)).acos() / self._turns + arb.pi() * self._axis / 4
        return m * angle.cos(), m * angle.sin()

    def off_axes(self, place: arb) -> bool | None:
        """Between the axes, at 1 and -1."""
        return positive(1 - abs(place))

    def _expanded(self) -> list[arb_poly]:
        series = []
        for k in self._setting.degrees:
            polynomial = arb_poly([0])
            for (a, b), y in _of_degree(self._setting, k).items():
                polynomial += y * self._power(a, b)
            turns = self._turns
            while turns > 1:
                polynomial = arb_poly(polynomial.coeffs()[::2])(arb_poly([0.5, 0.5]))
                turns //= 2
            for _ in range(_DERIVATIVES + 1):
                series.append(polynomial)
                polynomial = polynomial.derivative()
        return series

    def _power(self, a: int, b: int) -> arb_poly:
        """The even part of cos^a sin^b of the angle, in the cosine about the axis."""
        root = arb(1) / arb(2).sqrt()
        eighths = {-1: (root, -root), 0: (arb(1), arb(0)), 1: (root, root), 2: (arb(0), arb(1))}
        x, y = eighths[self._axis]
        cosine, square = arb_poly([0, 1]), arb_poly([1, 0, -1])
        result = arb_poly([0])
        for p in range(a + 1):
            for q in range(p % 2, b + 1, 2):
                size = arb(comb(a, p) * comb(b, q) * (-1) ** p)
                size *= _product(x, a - p + q) * _product(y, p + b - q)
                result += size * cosine ** (a - p + b - q) * square ** ((p + q) // 2)
        return result


def turn_of(setting: SeveralSetting) -> Turn:
    """About an axis of symmetry where there is one."""
    axes = [axis for change, axis in _AXES.items() if keeps(setting, change)]
    if not axes:
        return Angle(setting)
    half, quarter = (False, -1, -1), (True, 1, -1)
    turns = 4 if keeps(setting, quarter) else 2 if keeps(setting, half) else 1
    return Reflected(setting, axes[0], turns)


@dataclass(frozen=True, eq=False)
class AxisSetting(Setting):
    """The teacher as it is for neurons on an axis: one direction, with coefficients T_k."""

    turn: Turn
    degrees: tuple[int, ...]
    side: int

    @property
    def acting(self) -> Mapping[int, arb]:
        """T_k on the axis, at the current precision."""
        values = self.turn.amplitudes(arb(self.side))[:: _DERIVATIVES + 1]
        return dict(zip(self.degrees, values, strict=True))

    @property
    def modes(self) -> tuple[int, ...]:
        """The degrees."""
        return self.degrees

    @cached_property
    def symmetric(self) -> bool:
        """Whether m and -m are images: all degrees are odd, or all are even."""
        return len({k % 2 for k in self.degrees}) == 1

    def linear_target(self) -> arb:
        """|y^(1)|."""
        return abs(self.acting[1])


def axes(setting: SeveralSetting, turn: Turn) -> list[AxisSetting]:
    """The settings on all axes that are no images of each other."""
    return [
        AxisSetting(setting.activation, setting.teacher, turn, setting.degrees, side)
        for side in turn.axes
    ]


def _of_degree(setting: SeveralSetting, k: int) -> dict[tuple[int, int], arb]:
    return {(a, b): y for (a, b), y in setting.coefficients().items() if a + b == k}


def _product(base: arb, power: int) -> arb:
    result = arb(1)
    for _ in range(power):
        result *= base
    return result


def _differentiated(form: Mapping[tuple[int, int], arb]) -> dict[tuple[int, int], arb]:
    """d/d angle of sum y cos^a sin^b, as coefficients of such products.

    >>> _differentiated({(2, 0): arb(1)})
    {(1, 1): -2.00000000000000}
    """
    derivatives: dict[tuple[int, int], arb] = {}
    for (a, b), y in form.items():
        for place, factor in (((a - 1, b + 1), -a), ((a + 1, b - 1), b)):
            if factor:
                derivatives[place] = derivatives.get(place, arb(0)) + factor * y
    return derivatives
