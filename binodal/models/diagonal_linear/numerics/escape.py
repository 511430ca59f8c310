"""The time of an escape from zero by noise: Kramers' formula, and the backward equation exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from scipy.optimize import brentq

from binodal.models.diagonal_linear.numerics.path import Vector
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.diagonal_linear.forms.escape")
_energy, _stationary = _FORMS.floats("energy"), _FORMS.floats("stationary")
_edges, _rate = _FORMS.floats("edges"), _FORMS.floats("rate")
EXITS = 2
_POINTS, _WIDE, _SMALL, _ARRIVED, _LARGEST = 4001, 8.0, 1e-9, 20.0, 650.0
_ROUNDING, _RESOLVED = 1e-15, 0.1
"""Of a nat; and the error of a logarithm that is no longer a time."""


@dataclass(frozen=True)
class Unit:
    """One component, by G, K and the power.

    It has two exits: u of both signs where the power is even, else u > 0 and v < 0.
    """

    degree: float
    gain: float
    weight: float

    def _decay(self, place: float) -> float:
        return float(_stationary()(place, self.degree, self.gain, self.weight)[0])

    @property
    def edges(self) -> tuple[float, float]:
        """The decay beyond which there is no feature, and that of one as deep as zero."""
        shares = _edges()(self.degree, self.gain, self.weight)
        most, level = (self._decay(float(w) ** (1 / self.degree)) for w in shares)
        return most, level

    def places(self, decay: float) -> tuple[float, float] | None:
        """Saddle and feature; None where decay has taken them away."""
        merged = float(_edges()(self.degree, self.gain, self.weight)[0]) ** (1 / self.degree)
        if not decay < self._decay(merged):
            return None
        last = (self.gain / self.weight) ** (1 / self.degree)

        def missing(place: float) -> float:
            return self._decay(place) - decay

        low, high = (brentq(missing, *ends) for ends in ((_SMALL, merged), (merged, last)))
        return float(low), float(high)

    def kramers(self, decay: float, heat: float) -> tuple[float, float] | None:
        """The rate out of zero over all exits, and the barrier over the temperature."""
        places = self.places(decay)
        if places is None:
            return None
        height = float(_stationary()(places[0], self.degree, self.gain, self.weight)[1]) / heat
        return self.prefactors(places)[0] * exp(-height), height

    def prefactors(self, places: tuple[float, float]) -> tuple[float, float]:
        """Of the rates over saddle and feature: out of zero over all exits, and back."""
        rates = _rate()(*places, self.degree, self.gain, self.weight, inf)
        return EXITS * float(rates[0]), float(rates[1])

    def exact(self, decay: float, heat: float) -> float | None:
        """The mean time from zero to where the energy is well below; inf beyond doubles."""
        formula = self.kramers(decay, heat)
        if formula is None:
            return None
        if formula[1] > _LARGEST:
            return inf
        return exp(self.log_time(decay, heat)[0])

    def log_time(self, decay: float, heat: float, back: bool = False) -> tuple[float, float]:
        """The logarithm of the mean time from zero to where the energy is well below, or ``back``
        from the feature to zero, with its error.

        (1/T) times the integral of exp(U(y)/T) over the way, of that of exp(-U(z)/T) behind y.
        Where u and v have an exit each it is that of the first of two times, whose law is taken as
        an exponential after a lag: the error holds half of what it is later than half of one.
        Raises :class:`Undecided` without a barrier, and where it is not resolved.
        """
        places = self.places(decay)
        if places is None:
            raise Undecided("no barrier: no feature")
        folded = back or self.degree % 2 == 0
        lean = _WIDE * (heat / decay) ** 0.5
        if back:
            way = np.linspace(places[1] + lean, 0.0, _POINTS)
        else:
            way = np.linspace(0.0 if folded else -lean, self._end(places, decay, heat), _POINTS)
        # Below zero an odd power has the other sign, as if G had it.
        sides = [self._energy(np.abs(way), decay, sign) for sign in (1.0, -1.0)]
        heights = np.where(way >= 0, *sides) / heat
        begin = places[1] if back else 0.0
        ahead = way <= begin if back else way >= begin
        step = abs(float(way[1] - way[0]))
        found = [_passage(heights[::n], ahead[::n], n * step) for n in (1, 2)]
        fine, coarse = (log(mean if folded else mean - spread / EXITS) for mean, spread, _ in found)
        (mean, spread, scale), (*_, rough) = found
        error = abs(fine + scale - coarse - rough) + _ROUNDING * (1 + scale)
        if error > _RESOLVED:
            raise Undecided("no exact time: it is not resolved at so low a temperature")
        if not folded:
            error += (mean - spread) / (EXITS**2 * mean)
        return fine + scale - log(heat), error

    def _energy(self, place: Vector, decay: float, sign: float = 1.0) -> Vector:
        energy: Vector = _energy()(place, self.degree, sign * self.gain, self.weight, decay)[0]
        return energy

    def _end(self, places: tuple[float, float], decay: float, heat: float) -> float:
        """Where the energy has fallen to so many temperatures below zero, or the feature."""

        def above(place: float) -> float:
            return float(self._energy(np.array([place]), decay)[0]) + _ARRIVED * heat

        return float(brentq(above, *places)) if above(places[1]) < 0 else places[1]


def _passage(heights: Vector, ahead: NDArray[np.bool_], step: float) -> tuple[float, float, float]:
    """Mean and spread of the time along a way, over an exponential, and its logarithm."""
    top, least = float(heights[ahead].max()), float(heights.min())
    rises = np.where(ahead, np.exp(np.minimum(heights - top, 0.0)), 0.0)
    falls = np.exp(least - heights)

    def along(of: Vector) -> Vector:
        behind = cumulative_trapezoid(falls * of, dx=step, initial=0)
        return np.asarray(cumulative_trapezoid(rises * behind, dx=step, initial=0))

    times = along(np.ones_like(heights))
    mean = float(times[-1])
    square = 2 * float(along(mean - times)[-1])
    return mean, max(square - mean**2, 0.0) ** 0.5, top - least


def pulls(setting: Setting) -> list[tuple[Fraction, Fraction]]:
    """G = sum x y and K = sum x^2 of every component."""
    columns = zip(*setting.rows, strict=True)
    return [
        (
            sum((x * y for x, y in zip(column, setting.bounds, strict=True)), Fraction(0)),
            sum((x * x for x in column), Fraction(0)),
        )
        for column in columns
    ]


def units(setting: Setting, degree: float) -> Iterator[Unit]:
    """The unit of every component that learns by itself; where G < 0, u and v change places."""
    for gain, weight in pulls(setting):
        if gain != 0:
            yield Unit(degree, abs(float(gain)), float(weight))


def escape_time(setting: Setting, degree: float, decay: float, heat: float) -> float | None:
    """Of the first of all units, whose rates add; None where none has a barrier to cross."""
    times = [unit.exact(decay, heat) for unit in units(setting, degree)]
    rates = [1 / time for time in times if time is not None]
    return (1 / sum(rates) if sum(rates) > 0 else inf) if rates else None
