"""Modes on both sides of the barrier, by the share beyond it: residual, odds of the wells, rate."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb
from scipy.optimize import brentq
from scipy.special import expit

from binodal.models.modular.numerics.float_law import basins, kernel_scale
from binodal.models.modular.numerics.functions import PARAMETERS
from binodal.models.modular.numerics.grid import finite_grid
from binodal.models.modular.numerics.hysteresis import escape_from
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Escape

_BITS = 96
_FORMS = Forms("binodal.models.modular.forms.arrays")
_closed_forms = _FORMS.functions("closed_forms", "numpy")
_tau = _FORMS.floats("tau")
_events = Forms("binodal.models.modular.forms.action").floats("event_values")


class ModesInTwoWells:
    """Modes of one setting under the derived theory."""

    mode = "a"

    def __init__(self, parameters: Mapping[str, Fraction]) -> None:
        self._parameters = parameters
        self._at = {name: float(value) for name, value in parameters.items()}
        self._exact = [self._at[name] for name in PARAMETERS]
        self.count = self._at["N"] * (self._at["P"] - 1) / 2
        self._known: dict[float, float] = {}

    @cached_property
    def rest(self) -> float:
        """From the closure of the whole law."""
        tau = self._at["sigma2"] / float(finite_grid(self._at, "derived")["a"])
        _, _, log_odds = self._basins(tau)
        if not np.isfinite(log_odds):
            raise Undecided("the action has no barrier")
        self._known[float(expit(log_odds))] = tau
        return float(expit(log_odds))

    def _basins(self, tau: float) -> tuple[float, float, float]:
        (at_u,) = _closed_forms("derived")["coupling"](tau, *self._exact)
        rows = np.array([[at_u], [self._at["P"]], [self._at["gamma"]]])
        before, beyond, log_odds = (float(row[0]) for row in basins(rows[0], rows[1], rows[2]))
        return before, beyond, log_odds

    def _held(self, share: float) -> float:
        """tau = sigma^2 + lambda of the mixed law, up to where the ring is born."""
        if share not in self._known:
            (scale,) = kernel_scale("derived")(self._at["sigma_a2"], self._at["P"])

            def excess(tau: float) -> float:
                before, beyond, _ = self._basins(tau)
                mean = (1 - share) * before + share * beyond
                return tau - self._at["sigma2"] - float(scale) * mean

            born = float(_events("birth", "derived")(*self._exact)[2]) * (1 - 1e-9)
            if not (born > self._at["sigma2"] and excess(born) > 0):
                raise Undecided("the action has no barrier")
            self._known[share] = float(brentq(excess, self._at["sigma2"], born, xtol=1e-300))
        return self._known[share]

    def level(self, share: float) -> float:
        """a."""
        return self._at["sigma2"] / self._held(share)

    def log_odds(self, share: float) -> float:
        """Of the ring over zero at that residual."""
        return self._basins(self._held(share))[2]

    def escape(self, share: float) -> Escape:
        """Out of zero at that residual."""
        tau = self._held(share)
        closure = Closure(arb(self.level(share)), arb(tau - self._at["sigma2"]))
        return escape_from("zero", self._parameters, "derived", _BITS, closure)
