"""Which theory: an activation and a teacher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np
from flint import arb, ctx

from binodal.errors import RequestError
from binodal.models.single_index.settings import bias_of, teacher_of
from binodal.numerics.balls import ball
from binodal.numerics.overlaps.overlaps import Overlaps, overlaps_of
from binodal.numerics.overlaps.wide import with_derivatives

Array = np.typing.NDArray[np.float64]
Mode = Any
"""k of He_k(w*.x) with one direction, with several a multi-index."""


@cache
def setting_of(activation: str, teacher: str, bias: str) -> Setting:
    """The setting of canonical texts. Raises RequestError for what has no theory."""
    setting = Setting(activated(activation, bias), teacher_of(teacher))
    if not setting.acting:
        raise nothing_learned(activation, teacher)
    return setting


def nothing_learned(activation: str, teacher: str) -> RequestError:
    """The refusal of a teacher none of whose modes a neuron can learn."""
    return RequestError(
        f"activation {activation} learns no mode of the teacher {teacher}: their overlaps "
        "vanish for every norm"
    )


def activated(activation: str, bias: str) -> str:
    """The activation with its bias. Raises RequestError for one that has no normalisable law."""
    text = _biased(activation, bias)
    growth = overlaps_of(text).facts.growth
    if growth == "superlinear":
        raise RequestError(
            f"activation {activation} grows faster than linearly: no parameters give a "
            "normalisable law of a neuron"
        )
    if growth == "unknown":
        raise RequestError(
            f"activation {activation}: how fast it grows is not known, so the law of a neuron is "
            "not proved to be normalisable"
        )
    return text


def _biased(activation: str, bias: str) -> str:
    """phi(z + B) for one bias of all neurons, which is an activation like any other."""
    kind, value = bias_of(bias)
    if kind == "none":
        return activation
    if kind != "fixed":
        raise RequestError(
            f"bias {bias}: with one direction derive, solve, critical at infinite d, hysteresis, "
            "dynamics and networks take it; all else takes none or fixed:B"
        )
    from binodal.derive.gaussian.activations import shifted

    return shifted(activation, value).name


def least(value: arb, bound: arb) -> arb:
    """The smaller of two bounds of one size, where the first is finite."""
    return abs(value).upper().min(bound) if value.is_finite() else bound


@dataclass(frozen=True, eq=False)
class Setting:
    """An activation, and the teacher's coefficients of He_k by k."""

    activation: str
    teacher: Mapping[int, Fraction]

    @cached_property
    def overlaps(self) -> Overlaps:
        """The activation's overlaps in balls."""
        return overlaps_of(self.activation)

    def absent(self, k: int) -> bool:
        """Whether c_k(r) is zero for every r: no neuron learns He_k."""
        return self.overlaps.facts.vanishes(k)

    @property
    def directions(self) -> int:
        """How many w* the teacher has."""
        return 1

    @property
    def taught(self) -> Mapping[Mode, Fraction]:
        """The whole teacher."""
        return self.teacher

    @property
    def acting_taught(self) -> list[Mode]:
        """The modes of the whole teacher that act on a neuron."""
        degrees = ((k, sum(self.index(k))) for k in self.taught)
        return [k for k, degree in degrees if degree and not self.absent(degree)]

    def index(self, mode: Mode) -> tuple[int, ...]:
        """A mode's order in each direction."""
        return (mode,)

    def of_degree(self, degree: int) -> list[Mode]:
        """All modes of a degree."""
        return [degree]

    def alone(self) -> Setting | None:
        """The setting without all directions but the first; None where nothing is left out."""
        return None

    @property
    def constant(self) -> Mode:
        """The mode that is a constant."""
        return 0

    @property
    def learns_means(self) -> bool:
        """Whether the closure holds mode 0, taught or not."""
        return not self.absent(0)

    @property
    def moves_means(self) -> bool:
        """Whether features move the mean of the residual, which the zero state learns slowly."""
        return False

    @property
    def plain(self) -> bool:
        """One direction, and no bias of each neuron's own: a law in the cosine and the norm."""
        return self.directions == 1 and not self.bias_variance(1.0)

    def bias_variance(self, d: float) -> float:
        """Of each neuron's own bias; 0 where it has none."""
        return 0.0

    def table(self, r: Array, bias: Array, orders: int) -> Array:
        """c_k in double precision, k < orders, at norms and biases: (orders, V)."""
        return self.overlaps.floats(r, orders)

    def at_bias(self, r: arb, bias: arb, orders: int) -> list[arb]:
        """Enclosures of c_k, k < orders, of a neuron with this bias."""
        return self.overlaps.at(r, orders)

    def mean_square(self, r: arb, bias: arb) -> arb:
        """E phi^2 of a neuron with this bias."""
        return self.overlaps.mean_square(r)

    def sizes(self, r: arb, modes: Sequence[int]) -> list[tuple[arb, arb]]:
        """Bounds of |c_k| and |r c_k'| on a ball of r: the enclosures', and Cauchy and Schwarz's.

        |phi(z)| <= excess + s |z| with the larger slope s, so |c_k(r)| <= sqrt(k!) (excess + s r);
        r c_k' = c_{k+2} + k c_k.
        """
        orders = max(modes) + 3
        flat, linear = self.slopes(2)
        slope = abs(linear) + abs(flat) * (arb.pi() / 2).sqrt()
        most = ball(self.overlaps.facts.excess) + slope * r.upper()
        values = self.overlaps.at(r, orders)
        bounds = [(most * arb(k).fac().sqrt()).upper() for k in range(orders)]
        return [
            (
                least(values[k], bounds[k]),
                least(values[k + 2] + k * values[k], bounds[k + 2] + k * bounds[k]),
            )
            for k in modes
        ]

    def raised_overlaps(self, r: arb, derivatives: int) -> list[arb]:
        """c_k of each acting mode with its first derivatives in log r."""
        values = self.overlaps.at(r, max(self.modes) + 2 * derivatives + 1)
        return with_derivatives(values, self.modes, derivatives)

    def at_infinity(self, beyond: arb, orders: int) -> list[arb]:
        """Enclosures of c_k(r)/r, k < orders, for every r >= beyond."""
        return self.overlaps.at_infinity(beyond, orders)

    def slopes(self, orders: int) -> list[arb]:
        """g_k = lim c_k(r)/r, k < orders."""
        return self.at_infinity(arb(2) ** (8 * ctx.prec), orders)

    @property
    def homogeneous(self) -> bool:
        """Whether phi is a bent line through 0, so that c_k(r) = g_k r for every r."""
        facts = self.overlaps.facts
        return facts.growth == "linear" and facts.excess == 0

    @property
    def acting(self) -> Mapping[int, Fraction | arb]:
        """The modes that act on a neuron: of the teacher, not the zeroth, and not absent."""
        return self._acting

    @cached_property
    def _acting(self) -> Mapping[int, Fraction | arb]:
        return {k: y for k, y in self.teacher.items() if k and not self.absent(k)}

    def linear_target(self) -> arb:
        """|y_1|, at the current precision."""
        return abs(ball(self.teacher[1]))

    @property
    def modes(self) -> tuple[int, ...]:
        """The orders of the acting modes."""
        return tuple(self.acting)

    @property
    def symmetric(self) -> bool:
        """Whether m and -m are images: all acting modes are odd, or all are even."""
        return len({k % 2 for k in self.acting}) == 1
