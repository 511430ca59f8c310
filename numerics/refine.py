"""From a proved zero to many digits: Newton at growing precision, then one Krawczyk proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, arb_mat, ctx

from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, System, contracted, encloses, krawczyk

_MOST_START_BITS = 96
_POLISHING_STEPS = 3
_SPARE_BITS = 16


def newton_step(system: System, point: Sequence[arb]) -> tuple[Box, list[arb]]:
    """One Newton step between midpoints at the current precision, and how far each went.

    Raises :class:`Undecided` where the system's slopes are singular.
    """
    slopes = arb_mat(system.jacobian(point)).mid()
    values = arb_mat([[arb(v.mid())] for v in system.value(point)])
    try:
        step = slopes.solve(values)
    except ZeroDivisionError as singular:
        raise Undecided(f"singular slopes near {[x.str(10) for x in point]}") from singular
    moved = [abs(arb(step[i, 0].mid())) for i in range(len(point))]
    return [arb((x - step[i, 0]).mid()) for i, x in enumerate(point)], moved


def refine(system: System, start: Sequence[arb], bits: int) -> Box:
    """A box of relative radius about 2^-bits with exactly one zero of the system, near ``start``.

    The system must build its constants at the precision in force when it is called. Raises
    :class:`Undecided` when Newton leaves the reals or the Krawczyk test fails at the end, which
    is what happens at a double zero.
    """
    point = [arb(x.mid()) for x in start]
    for working in _ladder(bits):
        with precision(working + 32):
            for _ in range(_POLISHING_STEPS):
                point, moved = newton_step(system, point)
                # The relative length of the next step would be the square of this one's.
                enough = (
                    arb(2) ** (-working // 2 - _SPARE_BITS) * x for x in _scales(point, working)
                )
                if all(bool(step < most) for step, most in zip(moved, enough, strict=True)):
                    break
    with precision(bits + 64):
        return prove(system, point, bits)


def _ladder(bits: int) -> list[int]:
    """Precisions up to the last, each at most twice the one before."""
    steps = [bits]
    while steps[0] > _MOST_START_BITS:
        steps.insert(0, (steps[0] + 1) // 2)
    return steps


def prove(system: System, point: Sequence[arb], bits: int) -> Box:
    """Krawczyk's test on balls around an approximate zero, of growing radius."""
    for slack in (8, 16, 32, 64, bits // 2):
        scales = _scales(point, bits)
        trial = [arb(x, s * arb(2) ** (slack - bits)) for x, s in zip(point, scales, strict=True)]
        image = krawczyk(system, trial)
        if image is not None and encloses(trial, image):
            return contracted(system, image, steps=4)
    values = ", ".join(v.str(5) for v in system.value(point))
    raise Undecided(
        f"no proof of a simple zero near {[x.str(10) for x in point]}: residuals {values} "
        f"at {ctx.prec} bits"
    )


def _scales(point: Sequence[arb], bits: int) -> list[arb]:
    """The size of each coordinate, which for one near zero is not its own."""
    return [abs(x).max(arb(2) ** (-bits // 4)) for x in point]


class Scalar:
    """A function of one variable and its derivative as a :class:`System`."""

    def __init__(self, value: Callable[[arb], arb], slope: Callable[[arb], arb]) -> None:
        self._value, self._slope = value, slope

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The function on a ball."""
        return [self._value(box[0])]

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """The derivative on a ball."""
        return [[self._slope(box[0])]]


def bisected(function: Callable[[arb], arb], low: arb, high: arb, steps: int = 40) -> arb:
    """Approximate zero between two points of proved opposite signs.

    Raises :class:`Undecided` when the ends do not have opposite signs.
    """
    at_low = function(low)
    if not at_low * function(high) < 0:
        raise Undecided(f"no sign change between {low.str(8)} and {high.str(8)}")
    for _ in range(steps):
        middle = arb(((low + high) / 2).mid())
        value = function(middle)
        if value.contains(0):
            return middle
        low, high = (middle, high) if value * at_low > 0 else (low, middle)
    return arb(((low + high) / 2).mid())
