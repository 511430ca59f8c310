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

from derive.symbols import b, epsilon, rho
from derive.teacher_student.continuum import coupling
from derive.teacher_student.endpoints import stiffness_on
from derive.teacher_student.events import event_curve
from derive.teacher_student.limit import gain, zero_branch
from numerics.balls import ball
from numerics.codegen.load import compiled
from numerics.continuation.system import Pin, rounded
from numerics.teacher_student.functions import ALONG, PARAMETERS, BallFunction, with_coupling

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


class Axis:
    """A parameter's coordinate: the logarithm of its ratio to a unit, or for eps its value."""

    def __init__(self, name: str, unit: Fraction) -> None:
        self.name, self.unit = name, unit

    @property
    def linear(self) -> bool:
        """Whether the coordinate is the value itself."""
        return self.name == SIGNED

    def value(self, coordinate: arb) -> arb:
        """The parameter at a coordinate."""
        return coordinate if self.linear else ball(self.unit) * coordinate.exp()

    def slope(self, value: arb) -> arb:
        """d value / d coordinate."""
        return arb(1) if self.linear else value

    def coordinate(self, value: Fraction) -> arb:
        """The coordinate of an exact value."""
        return ball(value) if self.linear else (ball(value) / ball(self.unit)).log()


class BoundarySystem:
    """Two equations in (t, x, y): t = -log(1 - 2 rho), x and y the coordinates of two parameters.

    ``parameters`` gives the fixed ones, and the units of the two that vary.
    """

    def __init__(
        self,
        event: str,
        theory: str,
        names: tuple[str, str],
        parameters: Mapping[str, Fraction],
        balanced: bool = True,
    ) -> None:
        self.axes = tuple(Axis(name, parameters[name]) for name in names)
        self._parameters = parameters
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

    def exactly(self, index: int, value: Fraction) -> Pin:
        """A parameter held at an exact value."""
        axis = self.axes[index - 1]
        return Pin(index, value, lambda: axis.coordinate(value))

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate; t has none that is worth showing."""
        value = self.axes[index - 1].value(arb(near))
        return self.exactly(index, rounded(float(value.mid())))
