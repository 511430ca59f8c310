"""The tilted law of biases of order one in the zero state: its integrals, proved and in doubles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
from flint import acb, arb, ctx
from numpy.typing import NDArray
from scipy.optimize import brentq

from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.errors import Undecided
from binodal.numerics.integral import integral
from binodal.numerics.overlaps.facts import TABLE

_FORMS = Forms("binodal.models.single_index.forms.biased_branch")
_TILTED = _FORMS.data("tilted_analytic", lambda row: loaded(*row))
_TILTED_FLOATS = _FORMS.floats("tilted_floats")
_OVERLAPS = TABLE.data("analytic_overlaps", lambda row: loaded(*row))
_POINTS, _SPREAD, _SPARE = 1201, 10.0, 1e-9
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PriorLaw:
    """exp(-beta^2/(2 V)) K(beta)^{-1/2}, without biases that the prior has with less than 2^-bits.

    ``powers`` are those of the parameter that varies in u, G and sigma_w^2.
    """

    setting: BiasedSetting
    powers: tuple[int, int, int]
    _tables: dict[float, tuple[Floats, Floats, Floats]] = field(default_factory=dict)

    @cached_property
    def _overlaps(self) -> Callable[..., tuple[Any, ...]]:
        if not self.setting.biased.facts.closed:
            raise Undecided(
                f"{self.setting.activation}: the law of biases of order one needs overlaps in "
                "closed form"
            )
        return _OVERLAPS(self.setting.activation)

    def integrals(
        self, beta: arb, u: arb, norm: arb, count: int = 6, goal: arb | None = None
    ) -> list[arb]:
        """The weight's and the pull's integrals, then their slopes in beta, then those in x.

        They are those of the prior within sqrt(2 bits log 2) standard deviations, and infinite
        balls where the zero state is not stable at every bias.
        """
        variance = ball(self.setting.variance)
        end = (2 * ctx.prec * arb(2).log() * variance).sqrt().upper()
        order = (0, 3, 1, 4, 2, 5)[:count]
        powers = [arb(self.powers[0]), arb(self.powers[2])]
        numbers = [variance, beta, u, *powers, self.setting.linear_target()]
        overlaps, tilted = self._overlaps, _TILTED()

        def integrand(place: int) -> Callable[[acb, bool], acb]:
            def value(bias: acb, analytic: bool) -> acb:
                at = overlaps(norm, bias)
                return acb(tilted(bias, *numbers, *at)[place])

            return value

        goal = arb(2) ** (8 - ctx.prec) if goal is None else goal
        start = arb(0) if self.setting.flips_bias else -end
        whole = [integral(integrand(k), start, end, abs_tol=goal, rel_tol=goal).real for k in order]
        return [2 * value for value in whole] if self.setting.flips_bias else whole

    def root(self, u: float, gain: float, norm: float) -> float:
        """beta on the zero branch, in doubles."""
        own = sqrt(float(self.setting.variance))
        bias, linear, cubic = self._table(norm)
        target = abs(float(self.setting.teacher[1]))
        pole = 1 / (sqrt(u) * target * float(np.abs(linear).max()))

        def row(beta: float) -> float:
            args = (own**2, beta, u, 0.0, 0.0, target, linear, cubic)
            weight, pull = _TILTED_FLOATS()(bias, *args)
            return beta * (1 + gain * float(pull.sum() / weight.sum())) - 1

        return float(brentq(row, 0.0, min(1.0, pole * (1 - _SPARE)), xtol=1e-15, rtol=1e-14))

    def _table(self, norm: float) -> tuple[Floats, Floats, Floats]:
        """Biases, and c_1 and c_3 there."""
        if norm not in self._tables:
            own = _SPREAD * sqrt(float(self.setting.variance))
            bias = np.linspace(-own, own, _POINTS)
            rows = [self._overlaps(arb(norm), arb(b)) for b in bias.tolist()]
            linear, cubic = np.array([[float(c.mid()) for c in row] for row in rows]).T
            self._tables[norm] = bias, linear, cubic
        return self._tables[norm]
