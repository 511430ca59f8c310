"""The time of an escape from zero by noise: Kramers' formula, and the backward equation exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.optimize import brentq

from binodal.models.diagonal_linear.numerics.path import Vector
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.diagonal_linear.forms.escape")
_energy, _stationary = _FORMS.floats("energy"), _FORMS.floats("stationary")
_edges, _rate = _FORMS.floats("edges"), _FORMS.floats("rate")
_POINTS, _WIDE, _SMALL, _ARRIVED = 4001, 8.0, 1e-9, 20.0
_LARGEST = 500.0
"""Temperatures of a barrier whose exponential doubles hold with room."""


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
        """The rate over all exits, and the barrier over the temperature."""
        places = self.places(decay)
        if places is None:
            return None
        data = self.degree, self.gain, self.weight
        (rate,) = _rate()(places[0], *data, heat)
        return 2 * float(rate), float(_stationary()(places[0], *data)[1]) / heat

    def exact(self, decay: float, heat: float) -> float | None:
        """The mean time from zero to where the energy is well below; inf beyond doubles.

        (1/T) times the integral of exp(U(y)/T) over the way, of that of exp(-U(z)/T) below y.
        """
        places = self.places(decay)
        if places is None:
            return None
        if float(self._energy(np.array([places[0]]), decay)[0]) > _LARGEST * heat:
            return inf
        even = self.degree % 2 == 0
        start = 0.0 if even else -_WIDE * (heat / decay) ** 0.5
        way = np.linspace(start, self._end(places, decay, heat), _POINTS)
        # Below zero an odd power has the other sign, as if G had it.
        sides = [self._energy(np.abs(way), decay, sign) for sign in (1.0, -1.0)]
        heights = np.where(way >= 0, *sides) / heat
        step = float(way[1] - way[0])
        below = _running(np.exp(-heights)) * step
        ahead = np.where(way >= 0, np.exp(np.where(way >= 0, heights, 0.0)) * below, 0.0)
        time = float(np.trapezoid(ahead, dx=step) / heat)
        return time if even else time / 2

    def _energy(self, place: Vector, decay: float, sign: float = 1.0) -> Vector:
        energy: Vector = _energy()(place, self.degree, sign * self.gain, self.weight, decay)[0]
        return energy

    def _end(self, places: tuple[float, float], decay: float, heat: float) -> float:
        """Where the energy has fallen to so many temperatures below zero, or the feature."""

        def above(place: float) -> float:
            return float(self._energy(np.array([place]), decay)[0]) + _ARRIVED * heat

        return float(brentq(above, *places)) if above(places[1]) < 0 else places[1]


def _running(values: Vector) -> Vector:
    """Integrals from the first place on, by trapezia of unit width."""
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2)])


def units(setting: Setting, degree: float) -> Iterator[Unit]:
    """The unit of every component that learns by itself; where G < 0, u and v change places."""
    rows = np.array([[float(x) for x in row] for row in setting.rows])
    targets = np.array([float(y) for y in setting.bounds])
    for gain, weight in zip(rows.T @ targets, (rows**2).sum(0), strict=True):
        if gain != 0:
            yield Unit(degree, abs(float(gain)), float(weight))


def escape_time(setting: Setting, degree: float, decay: float, heat: float) -> float | None:
    """Of the first of all units, whose rates add; None where none has a barrier to cross."""
    times = [unit.exact(decay, heat) for unit in units(setting, degree)]
    rates = [1 / time for time in times if time is not None]
    return (1 / sum(rates) if sum(rates) > 0 else inf) if rates else None
