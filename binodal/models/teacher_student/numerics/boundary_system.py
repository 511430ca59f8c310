"""An event of the teacher-student model as a curve in two parameters: two equations, t and both.

On an event b/eps and kappa eps^2 are explicit functions of rho, so that b is gone: what is left
says that the coupling is the model's, and that b lies on the zero branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb, ctx

from binodal.models.teacher_student.numerics.functions import PARAMETERS, BallFunction
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
        self._exact = AtPrecision(lambda: {name: ball(parameters[name]) for name in PARAMETERS})
        self._moving = ("rho", *(name for name in PARAMETERS if name in names))
        self._values, self._slopes = (
            AtPrecision(partial(self._prepared, build))
            for build in _boundary(event, theory, names, balanced).values()
        )
        self._order = [0, *(1 + names.index(name) for name in self._moving[1:])]
        self._last: tuple[int, Sequence[arb], list[arb], list[arb]] = (0, (), [], [])

    def _prepared(self, build: Callable[..., Any]) -> BallFunction:
        """The compiled function for the values of the other parameters."""
        fixed = (value for name, value in self._exact().items() if name not in self._moving)
        prepared: BallFunction = build(*fixed)
        return prepared

    def _at(self, box: Sequence[arb]) -> tuple[list[arb], list[arb]]:
        """rho and both parameters at a box, and their slopes in its coordinates."""
        t, x, y = box
        bits, last, known, slopes = self._last
        if bits == ctx.prec and t is last[0] and x is last[1] and y is last[2]:
            return known, slopes
        decay = (-t).exp()
        first, second = self.axes
        known = [(1 - decay) / 2, first.value(x), second.value(y)]
        slopes = [decay / 2, first.slope(known[1]), second.slope(known[2])]
        self._last = ctx.prec, (t, x, y), known, slopes
        return known, slopes

    def arguments(self, box: Sequence[arb]) -> dict[str, arb]:
        """rho and all parameters at a box."""
        rho, *both = self._at(box)[0]
        named = {axis.name: value for axis, value in zip(self.axes, both, strict=True)}
        return {"rho": rho, **self._exact(), **named}

    def value(self, box: Sequence[arb]) -> list[arb]:
        """Both residuals."""
        known, _ = self._at(box)
        return list(self._values()(*(known[k] for k in self._order)))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Row by row, by the chain rule from rho and the parameters."""
        known, (of_rho, of_x, of_y) = self._at(box)
        rows = self._slopes()(*(known[k] for k in self._order))
        return [[rows[k] * of_rho, rows[k + 1] * of_x, rows[k + 2] * of_y] for k in (0, 3)]

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate; t has none that is worth showing."""
        return self.axes[index - 1].near(index, near)
