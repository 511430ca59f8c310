"""An event of the teacher-student model as a curve in two parameters: two equations, t and both.

On an event b/eps and kappa eps^2 are explicit functions of rho, so that b is gone: what is left
says that the coupling is the model's, and that b lies on the zero branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb, ctx

from binodal.derive.symbols import b, epsilon, rho
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.endpoints import stiffness_on
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import gain, zero_branch
from binodal.models.teacher_student.numerics.functions import (
    ALONG,
    PARAMETERS,
    BallFunction,
    with_coupling,
)
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis

SIGNED = "epsilon"


@cache
def _rows(event: str, theory: str, balanced: bool) -> tuple[sp.Expr, sp.Expr]:
    """The two equations; balanced ones are logarithms of ratios, close to linear along a curve.

    The plain ones are defined on every box, which the search needs; both have the same zeros
    where 0 < b < 1 and S''(0) > 0.
    """
    ratio, strength = event_curve(event, theory)
    if not balanced:
        branch = with_coupling(zero_branch()).subs(b, ratio * epsilon)
        return 1 - coupling() * epsilon**2 / strength, branch
    odds = gain() * ratio * epsilon / (1 - ratio * epsilon)
    stiffness = stiffness_on(event, theory)
    return sp.log(coupling() * epsilon**2 / strength), sp.log(odds / stiffness)


@cache
def _functions(
    event: str, theory: str, names: tuple[str, str], balanced: bool
) -> tuple[BallFunction, ...]:
    """(rho, parameters) -> both residuals; and their derivatives in rho and the two parameters."""
    rows, arguments = _rows(event, theory, balanced), (rho, *PARAMETERS)
    unknowns = (rho, *(ALONG[name] for name in names))
    values = {f"F{i}": row for i, row in enumerate(rows)}
    slopes = {
        f"J{i}{k}": sp.diff(row, x) for i, row in enumerate(rows) for k, x in enumerate(unknowns)
    }
    return tuple(
        compiled(f"boundary_{kind}", named, arguments, "arb")
        for kind, named in (("values", values), ("slopes", slopes))
    )


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
        self._parameters = parameters
        names = (self.axes[0].name, self.axes[1].name)
        self._values, self._slopes = _functions(event, theory, names, balanced)
        self._exact: dict[int, dict[str, arb]] = {}

    def arguments(self, box: Sequence[arb]) -> dict[str, arb]:
        """rho and all parameters at a box, in the order of the compiled functions."""
        if ctx.prec not in self._exact:
            self._exact[ctx.prec] = {name: ball(self._parameters[name]) for name in ALONG}
        at = {"rho": (1 - (-box[0]).exp()) / 2, **self._exact[ctx.prec]}
        for axis, x in zip(self.axes, box[1:], strict=True):
            at[axis.name] = axis.value(x)
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
