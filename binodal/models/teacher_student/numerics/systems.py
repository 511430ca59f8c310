"""Systems of equations of the model, with Jacobians by exact differentiation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.codegen.forms import Compiled, Forms
from binodal.numerics.compiled_system import CompiledSystem

_FORMS = Forms("binodal.models.teacher_student.forms.events")
_elimination = _FORMS.functions("elimination", "boxes")
_augmented = _FORMS.functions("augmented", "arb")
_droplet = _FORMS.functions("droplet", "arb")

EVENTS = ("birth", "coexistence", "instability", "mass")


class _Model(CompiledSystem):
    """Parameters as balls, with one of them possibly replaced by own * exp(l)."""

    def __init__(
        self,
        functions: Mapping[str, Compiled],
        parameters: Mapping[str, Fraction],
        along: str | None = None,
    ) -> None:
        super().__init__(functions)
        self._parameters, self._along = parameters, along
        self._exact = AtPrecision(lambda: {name: ball(parameters[name]) for name in PARAMETERS})

    def balls(self, logarithm: arb | None = None) -> list[arb]:
        """The parameters as balls made at the current precision."""
        exact = dict(self._exact())
        if self._along is not None and logarithm is not None:
            exact[self._along] *= logarithm.exp()
        return list(exact.values())

    def value_along(self, logarithm: arb) -> arb:
        """own * exp(l) of the parameter that varies."""
        return ball(self._parameters[str(self._along)]) * logarithm.exp()


class EliminationSystem(_Model):
    """Two equations in t = -log(1 - 2 rho) and l = log(parameter/own value), c = eps.

    The event's closed forms have removed b: what is left is that its coupling is the model's, and
    that its b lies on the zero branch.
    """

    def __init__(
        self, event: str, theory: str, along: str, parameters: Mapping[str, Fraction]
    ) -> None:
        super().__init__(_elimination(event, theory, along), parameters, along)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """rho and the parameters on a box in (t, l)."""
        return [(1 - (-box[0]).exp()) / 2, *self.balls(box[1])]

    def factors(self, box: Sequence[arb]) -> dict[int, arb]:
        """d rho/dt and d(parameter)/dl."""
        return {0: (-box[0]).exp() / 2, 1: self.value_along(box[1])}


class AugmentedSystem(_Model):
    """Three equations in (rho, b, l): the event's two conditions on S and the zero branch.

    At the event S has a double zero (of its value or slope), where the plain test fails; this
    system has a simple zero there.
    """

    def __init__(
        self, event: str, theory: str, along: str, parameters: Mapping[str, Fraction]
    ) -> None:
        super().__init__(_augmented(event, theory, along), parameters, along)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """rho, b and the parameters on a box in (rho, b, l)."""
        return [*box[:2], *self.balls(box[2])]

    def factors(self, box: Sequence[arb]) -> dict[int, arb]:
        """d(parameter)/dl."""
        return {2: self.value_along(box[2])}


class DropletSystem(_Model):
    """Three equations in (rho, b, c) past coexistence: S = S' = 0 and the droplet branch."""

    def __init__(self, theory: str, parameters: Mapping[str, Fraction]) -> None:
        super().__init__(_droplet(theory), parameters)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """rho, b, c and the parameters."""
        return [*box, *self.balls()]
