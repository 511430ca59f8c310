"""Enclosures of the actions of many boxes of parameters on cells of (artanh m, log r)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import BITS, FORMS, NAMES, angular, radial
from binodal.models.single_index.numerics.expansions import Expansions
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.balls import ball, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.table import Table

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Pulls:
    """sqrt(u), sqrt(u) t_1/y_1 and log sigma_w, an interval a box of parameters."""

    root: Intervals
    slope: Intervals
    rest: Intervals

    @property
    def sides(self) -> tuple[Intervals, Intervals, Intervals]:
        """All three."""
        return self.root, self.slope, self.rest

    def __getitem__(self, boxes: Places | NDArray[np.bool_]) -> Pulls:
        return Pulls(*(side[boxes] for side in self.sides))

    @property
    def widths(self) -> NDArray[np.float64]:
        """Those of the logarithms."""
        shares = [np.log(side.high / side.low) for side in (self.root, self.slope)]
        return np.stack([*shares, self.rest.width])


class Actions:
    """S/d and its derivatives for a setting: what depends on one coordinate is enclosed once."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._angular, self._radial = Table(angular), Table(radial)
        self._overlaps = {order: Expansions(setting, order) for order in (1, 2)}
        self._targets = [Intervals.balls([ball(y)]) for y in setting.acting.values()]
        self._functions = {order: FORMS.floats("cells")(setting.modes, order) for order in (1, 2)}

    def at(self, order: int, on: Pulls, h: Intervals, v: Intervals) -> dict[str, Intervals]:
        """m, S, T = S_m/m, S_m and S_l, and with order 2 the second derivatives; v is log r."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v - on.rest)
            overlaps = self._overlaps[order](v)
        one, pairs = Intervals.of(1.0), zip(self.setting.modes, self._targets, strict=True)
        modes = [y * (on.slope if k == 1 else on.root) for k, y in pairs]
        values = self._functions[order](m, rise, bend + share, norm, one, *modes, *overlaps)
        place = {"m": m, **dict(zip(NAMES, values, strict=False))}
        return {**place, "Sm": m * place["T"]}

    def stationary(self, on: Pulls, h: Intervals, v: Intervals) -> dict[str, Intervals]:
        """The same, S, S_m and S_l sharpened by their values in the middle and their slopes.

        "along" is S_m - k S_l with the k that makes it least dependent on r.
        """
        whole, centre = self.at(2, on, h, v), self.at(1, on, h.middle, v.middle)
        share = whole["Sml"].middle.low / whole["Sll"].middle.low
        share = np.where(np.isfinite(share), share, 0.0)
        steps = ("Smm", "Sml"), ("Sml", "Sll")
        mixed = (whole[by_m] - whole[by_l] * share for by_m, by_l in steps)
        dm, dv = whole["m"] - centre["m"], v - v.middle

        def around(value: Intervals, by_m: Intervals, by_v: Intervals) -> Intervals:
            return value + by_m * dm + by_v * dv

        for name, (by_m, by_v) in (("Sm", steps[0]), ("Sl", steps[1]), ("S", ("Sm", "Sl"))):
            near = around(centre[name], whole[by_m], whole[by_v])
            whole[name] = whole[name].within(near)
        whole["along"] = around(centre["Sm"] - centre["Sl"] * share, *mixed)
        return whole
