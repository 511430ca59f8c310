"""An event of the teacher-student model as a curve in two parameters: two equations, t and both.

On an event b/eps and kappa eps^2 are explicit functions of rho, so that b is gone: what is left
says that the coupling is the model's, and that b lies on the zero branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from flint import arb, ctx

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.codegen.forms import Compiled, Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis

SIGNED = "epsilon"


_boundary = Forms("binodal.models.teacher_student.forms.events").functions("boundary", "boxes")


class BoundarySystem(CompiledSystem):
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
        moving = [name for name in PARAMETERS if name in names]
        fixed = [name for name in PARAMETERS if name not in names]
        self._order = [0, *(1 + names.index(name) for name in moving)]
        built = _boundary(event, theory, names, balanced)
        super().__init__({name: self._prepared(built, name, fixed) for name in built})
        self._last: tuple[int, Sequence[arb], list[arb]] = (0, (), [])

    def _prepared(self, built: Mapping[str, Compiled], name: str, fixed: Sequence[str]) -> Compiled:
        """The compiled function for the values of the ``fixed`` parameters."""

        def at_values() -> Compiled:
            function: Any = built[name](*(self._exact()[parameter] for parameter in fixed))
            return cast(Compiled, function)

        prepared = AtPrecision(at_values)
        return lambda *moving: prepared()(*moving)

    def _at(self, box: Sequence[arb]) -> list[arb]:
        """rho, both parameters and 1 - 2 rho at a box."""
        t, x, y = box
        bits, last, known = self._last
        if bits == ctx.prec and t is last[0] and x is last[1] and y is last[2]:
            return known
        first, second = self.axes
        gap = (-t).exp()
        known = [(1 - gap) / 2, first.value(x), second.value(y), gap]
        self._last = ctx.prec, (t, x, y), known
        return known

    def parameters(self, box: Sequence[arb]) -> dict[str, arb]:
        """rho and all parameters at a box."""
        rho, *both, _ = self._at(box)
        named = {axis.name: value for axis, value in zip(self.axes, both, strict=True)}
        return {"rho": rho, **self._exact(), **named}

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """rho and both parameters, in the form's order."""
        known = self._at(box)
        return [known[k] for k in self._order]

    def factors(self, box: Sequence[arb]) -> dict[int, arb]:
        """The slopes of rho and of the parameters in the coordinates."""
        _, x, y, gap = self._at(box)
        first, second = self.axes
        return {0: gap / 2, 1: first.slope(x), 2: second.slope(y)}

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate; t has none that is worth showing."""
        return self.axes[index - 1].near(index, near)
