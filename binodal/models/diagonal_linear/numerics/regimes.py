"""Which mechanism brings a network to what it learns last: by start, decay and temperature."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, log

from scipy.optimize import brentq

from binodal.models.diagonal_linear.numerics.escape import escape_time, units
from binodal.models.diagonal_linear.numerics.law import law
from binodal.models.diagonal_linear.numerics.predictors import early, late
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.diagonal_linear.forms.escape")
_crossover, _blur = _FORMS.floats("crossover"), _FORMS.floats("blur")
IMMEDIATE, ESCAPE, DECAY, NEVER, NOISE = "immediate", "escape", "norm decay", "never", "noise"
_BITS = 80
_LOWEST = 1.0
"""A barrier is worth the name above so many temperatures."""


@dataclass(frozen=True)
class Row:
    """The starts between which each regime lies, at one decay.

    Below ``saddle`` a start is under a barrier and ends by ``small``, in the time ``escape``.
    From ``saddle`` to ``late`` it learns at once; up to ``longest`` it waits for the decay of its
    norm, later than the time in question beyond. From ``noisy`` on, noise moves what the data do
    not hold before the norm has decayed. ``equal`` decays as long as an escape takes.
    """

    saddle: float
    small: str
    escape: float | None
    late: float
    longest: float
    noisy: float
    equal: float | None

    def regime(self, start: float) -> str:
        """Of a start u = v = alpha."""
        if start < self.saddle:
            return self.small
        if self.late == inf or start < self.late:
            return IMMEDIATE if self.late < inf else NEVER
        if start >= self.noisy:
            return NOISE
        return DECAY if start < self.longest else NEVER


class Regimes:
    """Of samples of a regression, at a power above 2, a temperature, and within a time.

    A transition counts as late when the norm has fallen by a factor e since the start.
    """

    def __init__(self, setting: Setting, degree: int, heat: float, until: float) -> None:
        self.setting, self.degree, self.heat, self.until = setting, degree, heat, until
        point = {"L": Fraction(degree), "alpha": Fraction(1), "lambda": Fraction(1)}
        first, last = early(setting), late(setting)
        self.scale = float(law(setting, point, first, last, _BITS).scale.mid())
        self.way = abs(float(last[setting.component] - first[setting.component])) / 2
        self.units = list(units(setting, float(degree)))

    def row(self, decay: float) -> Row:
        """All regimes at one decay."""
        places = [unit.places(decay) for unit in self.units]
        there = [place for place in places if place is not None]
        if not there:
            return Row(inf, NEVER, None, inf, inf, inf, None)
        small, time = self._small(decay)
        equal = None
        if small == ESCAPE and time is not None:
            exponent = float(_crossover()(decay, time, self.scale)[0])
            equal = exp(exponent) if exponent < log(1e300) else inf
        growth = decay * self.until
        longest = self.scale * exp(growth) if growth < log(1e300) else inf
        saddle = min(place[0] for place in there)
        late_from = self.scale * exp(1)
        return Row(saddle, small, time, late_from, longest, self._noisy(decay), equal)

    def _small(self, decay: float) -> tuple[str, float | None]:
        """What becomes of a start below the saddle, and when."""
        level = max(unit.edges[1] for unit in self.units)
        if decay >= level:
            return NEVER, None
        known = [unit.kramers(decay, self.heat) for unit in self.units]
        lowest = min(of[1] for of in known if of is not None)
        time = escape_time(self.setting, float(self.degree), decay, self.heat)
        if time is None:
            return NEVER, None
        if lowest < _LOWEST:
            return IMMEDIATE, time
        return (ESCAPE if time < self.until else NEVER), time

    def _noisy(self, decay: float) -> float:
        """The start from which noise moves a free weight as far as half of its way."""

        def beyond(log_start: float) -> float:
            of = _blur()(exp(log_start), float(self.degree), self.heat, decay)[0]
            return log(float(of)) - 2 * log(self.way)

        return exp(brentq(beyond, -50.0, 50.0))
