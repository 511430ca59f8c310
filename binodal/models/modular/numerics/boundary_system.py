"""An event of modular addition as a curve in two parameters: one equation in two logarithms.

Every event is sigma^2 + Lambda = tau with monomials tau and Lambda (Lambda at gmfl2 only), so in
logarithms x, y of the two parameters it is e^L1 + e^L2 = 1, or L1 = 0, with linear L1, L2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.functions import (
    PARAMETERS,
    event_values,
    powers_of_ring,
    powers_of_tau,
)
from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis

Balls = Mapping[str, arb]


def balls(exact: Mapping[str, Fraction]) -> Balls:
    """Parameters as balls of the current precision."""
    return {name: ball(value) for name, value in exact.items()}


def in_order(values: Balls) -> list[arb]:
    """The parameters of a mode in the order of the compiled functions."""
    return [values[name] for name in PARAMETERS]


class BoundarySystem:
    """One equation in (x, y), each log(parameter/unit) of its axis.

    ``mode`` gives the parameters of the mode from the model's own: powers of them times constants.
    """

    first = 0

    def __init__(
        self,
        event: str,
        theory: str,
        axes: Sequence[Axis],
        parameters: Mapping[str, Fraction],
        mode: Callable[[Balls], Balls],
    ) -> None:
        self.event, self.theory, self.axes, self._mode = event, theory, tuple(axes), mode
        self._at_units = {**parameters, **{axis.name: axis.unit for axis in axes}}
        tau = powers_of_tau(event)
        rows = [{"sigma2": Fraction(1)}]
        rows += [powers_of_ring(theory)] if event == "gmfl2" else []
        self._linear = [[row.get(a.name, Fraction(0)) - tau[a.name] for a in axes] for row in rows]
        self._constants = AtPrecision(self._at_units_of_axes)

    def _at_units_of_axes(self) -> list[arb]:
        """The terms where both logarithms vanish."""
        own = balls(self._at_units)
        event = event_values(self.event, self.theory)
        _, _, tau, full = event(*in_order(self._mode(own)))
        return [own["sigma2"] / tau, full / tau][: len(self._linear)]

    def _terms(self, box: Sequence[arb]) -> list[arb]:
        """sigma^2/tau, and at gmfl2 Lambda/tau."""
        terms = []
        for constant, row in zip(self._constants(), self._linear, strict=True):
            power = sum((ball(k) * x for k, x in zip(row, box, strict=True)), arb(0))
            terms.append(constant * power.exp())
        return terms

    def value(self, box: Sequence[arb]) -> list[arb]:
        """log of (sigma^2 + Lambda)/tau."""
        return [sum(self._terms(box), arb(0)).log()]

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Averages of the linear forms' slopes, weighted with the two terms."""
        terms = self._terms(box)
        total = sum(terms, arb(0))
        slopes = []
        for k in range(len(self.axes)):
            weighted = (ball(row[k]) * t for row, t in zip(self._linear, terms, strict=True))
            slopes.append(sum(weighted, arb(0)) / total)
        return [slopes]

    def pin(self, index: int, near: float) -> Pin:
        """A parameter at a short decimal near a coordinate."""
        return self.axes[index].near(index, near)

    def parameters(self, box: Sequence[arb]) -> dict[str, arb]:
        """All parameters at a box."""
        values = zip(self.axes, box, strict=True)
        return {**balls(self._at_units), **{axis.name: axis.value(x) for axis, x in values}}
