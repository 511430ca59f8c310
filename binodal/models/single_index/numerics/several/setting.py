"""An activation and a teacher with two directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from itertools import permutations, product

from flint import arb

from binodal.errors import RequestError
from binodal.models.single_index.numerics.setting import Setting, activated
from binodal.models.single_index.settings import several_of
from binodal.numerics.balls import ball

MultiIndex = tuple[int, int]


@dataclass(frozen=True, eq=False)
class SeveralSetting(Setting):
    """Coefficients of He_{a1}(w*_1.x) He_{a2}(w*_2.x); the linear ones act through their norm.

    ``third`` holds the modes of a teacher with three directions, the last two alike: the second
    axis is their diagonal, and a coefficient there is sqrt(2)^-a2 times what is given.
    """

    several: Mapping[MultiIndex, Fraction]
    third: Mapping[tuple[int, ...], Fraction] | None = None

    @property
    def taught(self) -> Mapping[tuple[int, ...], Fraction]:
        """The whole teacher, by its own directions."""
        return dict(self.several.items()) if self.third is None else self.third

    @property
    def directions(self) -> int:
        """How many w* the teacher has."""
        return len(next(iter(self.taught)))

    def index(self, mode: tuple[int, ...]) -> tuple[int, ...]:
        """The multi-index itself."""
        return mode

    def of_degree(self, degree: int) -> list[tuple[int, ...]]:
        """All multi-indices of a degree."""
        every = product(range(degree + 1), repeat=self.directions)
        return [index for index in every if sum(index) == degree]

    def alone(self) -> SeveralSetting | None:
        """With the modes of the first direction; None where none of them acts."""
        setting = replace(self, several={a: y for a, y in self.several.items() if not a[1]})
        return setting if setting.acting_several else None

    @property
    def constant(self) -> tuple[int, ...]:
        """The mode that is a constant."""
        return (0,) * self.directions

    @property
    def alike(self) -> int:
        """How many directions the second axis stands for."""
        return 1 if self.third is None else 2

    @cached_property
    def acting_several(self) -> Mapping[MultiIndex, Fraction]:
        """The modes that act on a neuron: not the mean, and none whose degree is not learned."""
        return {a: y for a, y in self.several.items() if sum(a) and not self.absent(sum(a))}

    def coefficients(self) -> dict[MultiIndex, arb]:
        """Those of the acting modes, at the current precision."""
        root = arb(self.alike).sqrt()
        return {(a, b): ball(y) / root**b for (a, b), y in self.acting_several.items()}

    @property
    def degrees(self) -> tuple[int, ...]:
        """The degrees of the acting modes, each once."""
        return tuple(sorted({sum(a) for a in self.acting_several}))

    @property
    def linear2(self) -> Fraction:
        """|y^(1)|^2."""
        linear = ((a, y) for a, y in self.several.items() if sum(a) == 1)
        return sum((y**2 / self.alike ** a[1] for a, y in linear), Fraction(0))

    def linear_target(self) -> arb:
        """|y^(1)|, at the current precision."""
        return ball(self.linear2).sqrt()

    def sizes_of_modes(self) -> list[arb]:
        """Bounds of |sum_{|a|=k} y_a cos^a1 sin^a2| over all angles, degree by degree."""
        modes = self.coefficients().items()
        rest = [sum((abs(y) for a, y in modes if sum(a) == k), arb(0)) for k in self.degrees]
        return [
            self.linear_target() if k == 1 else size
            for k, size in zip(self.degrees, rest, strict=True)
        ]

    @property
    def symmetric(self) -> bool:
        """Whether a neuron and its opposite are images."""
        return len({k % 2 for k in self.degrees}) == 1


@cache
def several_setting(activation: str, teacher: str, bias: str) -> SeveralSetting:
    """The setting of canonical texts. Raises RequestError for what has no theory."""
    modes = several_of(teacher)
    linear = {1: Fraction(1)} if any(sum(a) == 1 for a in modes) else {}
    third = modes if len(next(iter(modes))) == 3 else None
    plane = {(a[0], a[1]): y for a, y in modes.items()} if third is None else _plane(modes)
    setting = SeveralSetting(activated(activation, bias), linear, plane, third)
    if not setting.acting_several:
        raise RequestError(
            f"activation {activation} learns no mode of the teacher {teacher}: their overlaps "
            "vanish for every norm"
        )
    return setting


def _plane(modes: Mapping[tuple[int, ...], Fraction]) -> dict[MultiIndex, Fraction]:
    """The modes of three directions where the cosines with all but the first are equal."""
    for order in permutations(range(3)):
        if {tuple(a[k] for k in order): y for a, y in modes.items()} != modes:
            raise RequestError(
                "three directions: available for teachers that keep their value under every "
                "exchange of the directions"
            )
    coefficients: dict[MultiIndex, Fraction] = {}
    for (a, b, c), y in modes.items():
        coefficients[a, b + c] = coefficients.get((a, b + c), Fraction(0)) + y
    return {index: y for index, y in coefficients.items() if y}
