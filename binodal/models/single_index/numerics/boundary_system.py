"""An event of the single-index theory as a curve in two parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from flint import arb

from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State, couplings_of
from binodal.models.single_index.numerics.system import EVENTS, event_arguments
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.certified import CertifiedBoundaries
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis

_WIDEST = 0.25
S = TypeVar("S", bound="BoundarySystem")
"""The system of an event."""


class BoundarySystem(CompiledSystem):
    """The event's rows in (m, log r, beta if it moves, x, y), x and y logarithms of parameters."""

    forms, derivatives, spare = EVENTS, 3, 1
    """What makes the rows, the derivatives that they take, and how many unknowns are left."""

    def __init__(
        self,
        setting: Setting,
        event: str,
        axes: tuple[Axis, ...],
        parameters: Mapping[str, Fraction],
    ) -> None:
        self.axes, self._setting, self._own = axes, setting, parameters
        states = [State(setting, parameters, axis.name) for axis in axes]
        self.branch = states[0].learns_linear_mode
        super().__init__(type(self).forms(event, setting.modes, self.branch))
        self.first = 3 if self.branch else 2
        self.rows = self.first + 2 - self.spare
        self._powers = [state.powers for state in states]
        at_units = couplings_of({**parameters, **{axis.name: axis.unit for axis in axes}})
        self._at_units = AtPrecision(lambda: [ball(value) for value in at_units])

    def couplings(self, box: Sequence[arb]) -> tuple[arb, arb, arb]:
        """u, G and sigma_w^2."""
        powers, (x, y) = zip(*self._powers, strict=True), box[-2:]
        u, gain, norm = (
            value * (p * x + q * y).exp()
            for value, (p, q) in zip(self._at_units(), powers, strict=True)
        )
        return u, gain, norm

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the generated functions take, with the first parameter as the one that varies.

        Slopes in the other have its powers instead.
        """
        return self._with_powers(box, 0)

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The rows; not a number where r is too wide for overlaps to be of any use."""
        if _too_wide(box):
            return [arb.nan()] * self.rows
        return super().value(box)

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Columns of the inner coordinates, and one for each parameter; like the rows."""
        if _too_wide(box):
            return [[arb.nan()] * (self.first + 2)] * self.rows
        return self._by_all(box)

    def _by_all(self, box: Sequence[arb]) -> list[list[arb]]:
        count = self.first + 1
        along = [self._functions["slopes"](*self._with_powers(box, k)) for k in (0, 1)]
        return [
            [*along[0][row * count : (row + 1) * count], along[1][row * count + self.first]]
            for row in range(self.rows)
        ]

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate."""
        return self.axes[index - self.first].near(index, near)

    def parameters(self, box: Sequence[arb]) -> dict[str, arb]:
        """All parameters at a box."""
        point = {name: ball(value) for name, value in self._own.items()}
        return point | {a.name: a.value(x) for a, x in zip(self.axes, box[-2:], strict=True)}

    def _with_powers(self, box: Sequence[arb], k: int) -> list[arb]:
        inner, powers = box[: self.first], self._powers[k]
        arguments = self._setting, inner, self.couplings(box), powers
        return event_arguments(*arguments, derivatives=self.derivatives)


def _too_wide(box: Sequence[arb]) -> bool:
    """Whether log r or a parameter is hardly known."""
    return not all(bool(x.is_finite()) and float(x.rad()) < _WIDEST for x in (box[1], *box[-2:]))


class SettingBoundaries(CertifiedBoundaries[S]):
    """Curves of a setting's events, of the derived theory alone."""

    plane = ("sigma2", "sigma_w2")

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def checked(self, request: Request) -> Request:
        """Only the derived theory has events."""
        require_derived(request.theory)
        return request

    def may_miss_edges(self, request: Request) -> bool:
        """Nothing excludes closed curves."""
        return True
