"""An event of the teacher-student model as a curve in two parameters: two equations, t and both.

On an event b/eps and kappa eps^2 are explicit functions of rho, so that b is gone: what is left
says that the coupling is the model's, and that b lies on the zero branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb, ctx

from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
)
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis

SIGNED = "epsilon"


_boundary = Forms("binodal.models.teacher_student.forms.events").functions("boundary", "boxes")


class BoundarySystem:
    """Two equations in (t, x, y): t = -log(1 - 2 rho); x, y coordinates of two parameters."""

    first = 1

    def __init__(
        self,
        event: str,
        theory: str,
        axes: Sequence[Axis],
        parameters: Mapping[str, Fraction],
        balanced: bool = True,
    ) -> None:
        self.axes = tuple(axes)
        names = (self.axes[0].name, self.axes[1].name)
        self._values, self._slopes = _boundary(event, theory, names, balanced).values()
        self._exact = AtPrecision(lambda: {name: ball(parameters[name]) for name in PARAMETERS})
        self._last: tuple[int, Sequence[arb], dict[str, arb]] = (0, (), {})

    def arguments(self, box: Sequence[arb]) -> dict[str, arb]:
        """rho and all parameters at a box, in the order of the compiled functions."""
        bits, last, known = self._last
        if bits == ctx.prec and all(x is y for x, y in zip(box, last, strict=True)):
            return known
        at = {"rho": (1 - (-box[0]).exp()) / 2, **self._exact()}
        for axis, x in zip(self.axes, box[1:], strict=True):
            at[axis.name] = axis.value(x)
        self._last = ctx.prec, tuple(box), at
        return at

    def value(self, box: Sequence[arb]) -> list[arb]:
        """Both residuals."""
        return list(self._values(*self.arguments(box).values()))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Row by row, by the chain rule from rho and the parameters."""
        at = self.arguments(box)
        slopes = self._slopes(*at.values())
        chain = [(-box[0]).exp() / 2, *(axis.slope(at[axis.name]) for axis in self.axes)]
        return [[slopes[3 * i + k] * chain[k] for k in range(3)] for i in range(2)]

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate; t has none that is worth showing."""
        return self.axes[index - 1].near(index, near)
