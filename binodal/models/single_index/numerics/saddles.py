"""All saddles of the action in m and r at a given residual, each certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.system import ROWS
from binodal.numerics.balls import interval, positive, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import all_zeros, inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import refine

_SADDLE = ROWS.functions("saddle", "boxes")
_BITS, _WIDTH = 96, 1 / 64


@dataclass(frozen=True)
class Landscape:
    """The action of one neuron at a residual t_k, with its coupling and variance."""

    setting: Setting
    u: arb
    norm: arb
    amplitudes: tuple[arb, ...]

    def overlaps(self, r: arb, derivatives: int) -> list[arb]:
        """c_k(r) of the orders that so many derivatives hold."""
        needed = orders(self.setting.modes, derivatives)
        values = self.setting.overlaps.at(r, max(needed) + 1)
        return [values[k] for k in needed]


class Stationary(CompiledSystem):
    """S_m = S_l = 0 in (m, log r)."""

    def __init__(self, on: Landscape) -> None:
        super().__init__(_SADDLE(on.setting.modes))
        self._on = on

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """m, r and what acts there."""
        on, r = self._on, box[1].exp()
        return [box[0], r, on.u, on.norm, *on.amplitudes, *on.setting.raised_overlaps(r, 2)]


@dataclass(frozen=True)
class _OnCells:
    """Stationarity on cells of (artanh m, log(r/sigma_w))."""

    on: Landscape
    system: Stationary
    cells: Cells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope cannot vanish; the zero state is excluded with S_m/m."""
        values = self.cells.stationary(*sides)
        gone: NDArray[np.bool_] = np.logical_or.reduce(
            [values[name].without_zero() for name in ("T", "Sm", "Sl")]
        )
        return gone

    @cached_property
    def _rest(self) -> arb:
        return self.on.norm.log() / 2

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, v = (arb((low + high) / 2) for low, high in hull)
        return [h.tanh(), v + self._rest]

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """A box of this radius about the zero, and the cells that lie in it."""
        slant = 1 - zero[0] ** 2
        wide = [arb(zero[0].mid(), radius * slant), arb(zero[1].mid(), radius)]
        inner = [
            interval(arb(wide[0].lower()).atanh(), arb(wide[0].upper()).atanh()),
            wide[1] - arb(self._rest.mid()),
        ]
        return wide, tuple(inwards(side) for side in inner)


def saddles(on: Landscape, bits: int, largest: arb | None = None) -> list[Saddle]:
    """Every saddle, the zero state first; m >= 0 alone where -m is its image.

    ``largest``, where it is given, is a norm beyond which none is sought.

    Raises :class:`Undecided` where some part of the (m, r) strip is neither excluded nor proved.
    """
    with precision(_BITS):
        below, above, top = reach_of(on.setting, on.u, on.norm.sqrt(), on.amplitudes, largest)
        box: Hull = ((0.0 if on.setting.symmetric else -top, top), (below, above))
        cells = _OnCells(
            on, Stationary(on), Cells.at_residual(on.setting, on.u, on.norm, on.amplitudes)
        )
        zeros = all_zeros(cells, [box], _WIDTH)
    if zeros.left:
        raise Undecided(f"{len(zeros.left)} cells of (m, r) are neither excluded nor proved")
    rest = Saddle(m=arb(0), r=on.norm.sqrt(), action=arb(0), kind=_zero_kind(on, bits))
    points = [_saddle(cells.system, zero, bits) for zero in zeros.zeros]
    return [rest, *sorted(points, key=lambda s: float(s.m.mid()))]


def _zero_kind(on: Landscape, bits: int) -> str:
    with precision(bits):
        det, _, _ = Stationary(on).shape([arb(0), on.norm.log() / 2])
        stable = positive(det)
    if stable is None:
        raise Undecided("the curvature of the zero state has no proved sign")
    return "minimum" if stable else "saddle"


def _saddle(system: Stationary, zero: Box, bits: int) -> Saddle:
    proved = refine(system, zero, bits)
    with precision(bits):
        det, trace, action = system.shape(proved)
        signs = positive(det), positive(trace)
    if None in signs:
        raise Undecided("a saddle's curvature has no proved sign")
    kind = "saddle" if not signs[0] else "minimum" if signs[1] else "maximum"
    return Saddle(m=proved[0], r=proved[1].exp(), action=action, kind=kind)
