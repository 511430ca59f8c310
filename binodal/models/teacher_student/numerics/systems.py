"""Systems of equations of the model, with Jacobians by exact differentiation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
)
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.teacher_student.forms.events")
_elimination = _FORMS.functions("elimination", "boxes")
_augmented = _FORMS.functions("augmented", "arb")
_droplet = _FORMS.functions("droplet", "arb")

EVENTS = ("birth", "coexistence", "instability", "mass")


class _Model:
    """Parameters as balls, with one of them possibly replaced by own * exp(l)."""

    def __init__(self, parameters: Mapping[str, Fraction], along: str | None = None) -> None:
        self.parameters, self.along = parameters, along
        self._exact = AtPrecision(lambda: {name: ball(parameters[name]) for name in PARAMETERS})

    def balls(self, logarithm: arb | None = None) -> list[arb]:
        """The parameters as balls made at the current precision."""
        exact = dict(self._exact())
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
        self._value, self._slopes = _elimination(event, theory, along).values()

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
        self._value, self._slopes = _augmented(event, theory, along).values()

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
        self._value, self._slopes = _droplet(theory).values()

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The three residuals on a box in (rho, b, c)."""
        return list(self._value(*box, *self.balls()))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Row by row in (rho, b, c)."""
        f = self._slopes(*box, *self.balls())
        return [[f[3 * i + k] for k in range(3)] for i in range(3)]
