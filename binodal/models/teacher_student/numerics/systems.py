"""Systems of equations of the model, with Jacobians by exact differentiation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb, ctx

from binodal.derive.symbols import b, c, epsilon, rho
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import droplet_branch, zero_branch
from binodal.models.teacher_student.numerics.functions import (
    ALONG,
    PARAMETERS,
    BallFunction,
    with_coupling,
)
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled

EVENT_ORDERS = {"birth": (1, 2), "coexistence": (0, 1)}
"""Orders of the derivatives of S in rho that vanish at each event."""

EVENTS = ("birth", "coexistence", "instability", "mass")


def _with_jacobian(
    name: str,
    equations: Sequence[sp.Expr],
    unknowns: Sequence[sp.Symbol],
    arguments: Sequence[sp.Symbol],
) -> tuple[BallFunction, BallFunction]:
    """The equations, and the equations' derivatives row by row, as two compiled functions."""
    values = {f"F{i}": e for i, e in enumerate(equations)}
    slopes = {
        f"J{i}{k}": sp.diff(e, x) for i, e in enumerate(equations) for k, x in enumerate(unknowns)
    }
    return compiled(name, values, arguments, "arb"), compiled(
        f"{name}_slopes", slopes, arguments, "arb"
    )


@cache
def _elimination(event: str, theory: str, along: str) -> tuple[BallFunction, BallFunction]:
    ratio, strength = event_curve(event, theory)
    strength_row = 1 - coupling() * epsilon**2 / strength
    branch_row = with_coupling(zero_branch()).subs(b, ratio * epsilon)
    unknowns = (rho, ALONG[along])
    return _with_jacobian("elimination", (strength_row, branch_row), unknowns, (rho, *PARAMETERS))


@cache
def _augmented(event: str, theory: str, along: str) -> tuple[BallFunction, BallFunction]:
    density = with_coupling(action(theory).density().subs(c, epsilon))
    rows = [sp.diff(density, rho, order) for order in EVENT_ORDERS[event]]
    unknowns = (rho, b, ALONG[along])
    return _with_jacobian(
        "augmented", (*rows, with_coupling(zero_branch())), unknowns, (rho, b, *PARAMETERS)
    )


@cache
def _droplet(theory: str) -> tuple[BallFunction, BallFunction]:
    density = with_coupling(action(theory).density())
    rows = (density, sp.diff(density, rho), with_coupling(droplet_branch()))
    return _with_jacobian("droplet", rows, (rho, b, c), (rho, b, c, *PARAMETERS))


class _Model:
    """Parameters as balls, with one of them possibly replaced by own * exp(l)."""

    def __init__(self, parameters: Mapping[str, Fraction], along: str | None = None) -> None:
        self.parameters, self.along = parameters, along
        self._exact: dict[int, dict[str, arb]] = {}

    def balls(self, logarithm: arb | None = None) -> list[arb]:
        """The parameters as balls made at the current precision."""
        if ctx.prec not in self._exact:
            self._exact[ctx.prec] = {name: ball(self.parameters[name]) for name in ALONG}
        exact = dict(self._exact[ctx.prec])
        if self.along is not None and logarithm is not None:
            exact[self.along] *= logarithm.exp()
        return list(exact.values())

    def value_along(self, logarithm: arb) -> arb:
        """own * exp(l) of the parameter that varies."""
        return ball(self.parameters[str(self.along)]) * logarithm.exp()


class EliminationSystem(_Model):
    """Two equations in t = -log(1 - 2 rho) and l = log(parameter/own value), c = eps.

    The event's closed forms have removed b: what is left is that its coupling is the model's, and
    that its b lies on the zero branch.
    """

    def __init__(
        self, event: str, theory: str, along: str, parameters: Mapping[str, Fraction]
    ) -> None:
        super().__init__(parameters, along)
        self._value, self._slopes = _elimination(event, theory, along)

    def _arguments(self, box: Sequence[arb]) -> list[arb]:
        return [(1 - (-box[0]).exp()) / 2, *self.balls(box[1])]

    def value(self, box: Sequence[arb]) -> list[arb]:
        """Both residuals on a box in (t, l)."""
        return list(self._value(*self._arguments(box)))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """d(residuals)/d(t, l), by the chain rule from rho and the parameter."""
        f = self._slopes(*self._arguments(box))
        by_t, by_l = (-box[0]).exp() / 2, self.value_along(box[1])
        return [[f[0] * by_t, f[1] * by_l], [f[2] * by_t, f[3] * by_l]]


class AugmentedSystem(_Model):
    """Three equations in (rho, b, l): the event's two conditions on S and the zero branch.

    At the event S has a double zero (of its value or slope), where the plain test fails; this
    system has a simple zero there.
    """

    def __init__(
        self, event: str, theory: str, along: str, parameters: Mapping[str, Fraction]
    ) -> None:
        super().__init__(parameters, along)
        self._value, self._slopes = _augmented(event, theory, along)

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The three residuals on a box in (rho, b, l)."""
        return list(self._value(box[0], box[1], *self.balls(box[2])))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Row by row, with the parameter's column times the parameter."""
        f = self._slopes(box[0], box[1], *self.balls(box[2]))
        by_l = self.value_along(box[2])
        return [[f[3 * i], f[3 * i + 1], f[3 * i + 2] * by_l] for i in range(3)]


class DropletSystem(_Model):
    """Three equations in (rho, b, c) past coexistence: S = S' = 0 and the droplet branch."""

    def __init__(self, theory: str, parameters: Mapping[str, Fraction]) -> None:
        super().__init__(parameters)
        self._value, self._slopes = _droplet(theory)

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The three residuals on a box in (rho, b, c)."""
        return list(self._value(*box, *self.balls()))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Row by row in (rho, b, c)."""
        f = self._slopes(*box, *self.balls())
        return [[f[3 * i + k] for k in range(3)] for i in range(3)]
