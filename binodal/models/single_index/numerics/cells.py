"""Enclosures of the action on many cells of artanh m, log(r/sigma_w) and a parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.expansions import Expansions
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.table import Table
from binodal.numerics.codegen.forms import Forms

FORMS = Forms("binodal.models.single_index.forms.events")
_PARTS = FORMS.functions("cost_parts", "arb")
NAMES = ("S", "T", "Sl", "Smm", "Sml", "Sll", "Smmm", "Smml", "Smll", "Slll")
BITS = 80


def angular(h: arb) -> list[arb]:
    """m = tanh h, 1/(1 - m^2) and its share of the cost, both even and growing with |h|."""
    edges = [_angular_parts(arb(edge)) for edge in (h.lower(), h.upper())]
    low, high = edges if abs(h.lower()) < abs(h.upper()) else edges[::-1]
    if h.contains(0):
        low = _angular_parts(arb(0))
    m = edges[0][0].union(edges[1][0])
    return [m, low[1].union(high[1]), low[2].union(high[2])]


def radial(v: arb) -> list[arb]:
    """r^2/sigma_w^2, and its share of the cost, convex with its least value 0 at v = 0."""
    low, high = _radial_parts(arb(v.lower())), _radial_parts(arb(v.upper()))
    share = low[1].union(high[1])
    return [low[0].union(high[0]), share.union(arb(0)) if v.contains(0) else share]


def _angular_parts(h: arb) -> tuple[arb, ...]:
    return _PARTS()["angular"](h)


def _radial_parts(v: arb) -> tuple[arb, ...]:
    return _PARTS()["radial"](v)


_POINT = Intervals.of(np.zeros(1))


class Cells:
    """Enclosures of S and its derivatives on cells.

    ``parameter`` gives the coupling, log sigma_w and the acting modes on a ball of the third side.
    """

    def __init__(self, setting: Setting, parameter: Callable[[arb], list[arb]]) -> None:
        self._modes = setting.modes

        self._angular, self._radial = Table(angular), Table(radial)
        self._overlaps, self._parameter = Expansions(setting, 3), Table(parameter)
        self._function = FORMS.floats("cells")(self._modes)

    @classmethod
    def along(cls, state: State) -> Cells:
        """On the zero branch along a parameter, x being the log of it over its own value."""

        def parameter(x: arb) -> list[arb]:
            strength, amplitudes = state.pull(x)
            return [strength, state.couplings(x)[2].log() / 2, *amplitudes]

        return cls(state.setting, parameter)

    @classmethod
    def at_residual(cls, setting: Setting, u: arb, norm: arb, amplitudes: Sequence[arb]) -> Cells:
        """At one residual; the third side is a point."""
        return cls(setting, lambda x: [u, norm.log() / 2, *amplitudes])

    def at(self, h: Intervals, v: Intervals, x: Intervals = _POINT) -> dict[str, Intervals]:
        """m, S, T = S_m/m, S_l and the second derivatives; h is artanh m and v log(r/sigma_w)."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v)
            u, rest, *amplitudes = self._parameter(x)
            overlaps = self._overlaps(v + rest)
        values = self._function(m, rise, bend + share, norm, u, *amplitudes, *overlaps)
        return {"m": m, **dict(zip(NAMES, values, strict=True))}

    def stationary(self, h: Intervals, v: Intervals, x: Intervals = _POINT) -> dict[str, Intervals]:
        """The same, S, S_m and S_l sharpened by their values in the middle and their slopes."""
        whole, centre = self.at(h, v, x), self.at(h.middle, v.middle, x)
        dm, dv = whole["m"] - centre["m"], v - v.middle
        for cells in (whole, centre):
            cells["Sm"] = cells["m"] * cells["T"]
        slopes = {"S": ("Sm", "Sl"), "Sm": ("Smm", "Sml"), "Sl": ("Sml", "Sll")}
        for name, (by_m, by_v) in slopes.items():
            whole[name] = whole[name].within(centre[name] + whole[by_m] * dm + whole[by_v] * dv)
        slanted = (
            whole["Smmm"] * whole["Sll"]
            + whole["Smm"] * whole["Smll"]
            - 2 * whole["Sml"] * whole["Smml"]
        )
        leaning = (
            whole["Smml"] * whole["Sll"]
            + whole["Smm"] * whole["Slll"]
            - 2 * whole["Sml"] * whole["Smll"]
        )
        determinants = [c["Smm"] * c["Sll"] - c["Sml"] ** 2 for c in (whole, centre)]
        whole["det"] = determinants[0].within(determinants[1] + slanted * dm + leaning * dv)
        return whole
