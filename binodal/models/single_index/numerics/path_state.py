"""Saddles of the published action at a residual, and the state past its coexistence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.droplets import proved, responses_of
from binodal.models.single_index.numerics.floats import Places, seeds
from binodal.models.single_index.numerics.joint import Part, Unheld
from binodal.models.single_index.numerics.path import (
    FORMS,
    PathCells,
    path_norm,
    path_overlaps,
    path_reach,
)
from binodal.models.single_index.numerics.results import Held, Place, Saddle
from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval, positive, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import all_zeros, inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import refine

_SADDLE, _FEATURE = FORMS.functions("saddle", "arb"), FORMS.functions("feature", "arb")
_BITS, _WIDTH = 96, 1 / 64
_PLACES, _NEAR = np.linspace(0.01, 4.95, 4000), 0.004


class _Stationary(CompiledSystem):
    """The slope along the path, in m."""

    def __init__(self, on: Landscape) -> None:
        super().__init__(_SADDLE(on.setting.modes))
        self._on = on

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """m, r and what acts there."""
        on, r = self._on, path_norm(self._on.norm, box[0])
        return [box[0], r, on.u, on.norm, *on.amplitudes, *path_overlaps(on.setting, r)]


@dataclass(frozen=True)
class _OnCells:
    """Stationarity on cells of artanh m."""

    system: _Stationary
    on: PathCells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where the slope cannot vanish; the zero state is excluded with S_m/m."""
        on = self.on.slopes(*sides)
        gone: NDArray[np.bool_] = on["T"].without_zero() | on["Sm"].without_zero()
        return gone

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        return [arb((hull[0][0] + hull[0][1]) / 2).tanh()]

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """A box of this radius about the zero, and the cells that lie in it."""
        m = arb(zero[0].mid(), radius * (1 - zero[0] ** 2))
        return [m], (inwards(interval(arb(m.lower()).atanh(), arb(m.upper()).atanh())),)


def path_saddles(on: Landscape, bits: int) -> list[Saddle]:
    """Every saddle, the zero state first; m >= 0 alone where -m is its image.

    Raises :class:`Undecided` where some part of the path is neither excluded nor proved.
    """
    with precision(_BITS):
        top = path_reach(on.setting, on.u, on.norm, on.amplitudes)
        along = Cells.at_residual(on.setting, on.u, on.norm, on.amplitudes)
        cells = _OnCells(_Stationary(on), PathCells(along))
        zeros = all_zeros(cells, [((0.0 if on.setting.symmetric else -top, top),)], _WIDTH)
    if zeros.left:
        raise Undecided(f"{len(zeros.left)} cells of m are neither excluded nor proved")
    points = [_saddle(cells.system, refine(cells.system, z, bits), bits) for z in zeros.zeros]
    zero = replace(_saddle(cells.system, [arb(0)], bits), action=arb(0))
    return [zero, *sorted(points, key=lambda s: float(s.m.mid()))]


def _saddle(system: _Stationary, box: Box, bits: int) -> Saddle:
    with precision(bits):
        bend, action = system.shape(box)
        r = system.arguments(box)[1]
    minimum = positive(bend)
    if minimum is None:
        raise Undecided("a saddle's curvature has no proved sign")
    return Saddle(m=box[0], r=r, action=action, kind="minimum" if minimum else "maximum")


class _Feature(Part):
    """S = 0 and its slope in (m, t_k, mass)."""

    coordinates = 1

    def __init__(self, state: State) -> None:
        super().__init__(_FEATURE(state.setting.modes))
        self._state = state

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        couplings = self._state.couplings(arb(0))
        r = path_norm(couplings[2], box[0])
        return [box[0], r, *box[1:], *couplings, *path_overlaps(self._state.setting, r)]


def path_pinned(state: State, bits: int) -> Held:
    """The state that features hold, proved. Raises :class:`Undecided`."""
    seeds_at = seeds(state, _places(state))
    parts = [_Feature(state) for _ in seeds_at.features]
    starts = [[float(np.tanh(one.at[0]))] for one in seeds_at.features]
    system, box = proved(parts, starts, seeds_at, Unheld(state), bits)
    with precision(bits):
        coordinates, amplitudes, masses = system.split(box)
        norm = state.couplings(arb(0))[2]
        places = [
            Place(m, path_norm(norm, m), mass)
            for (m,), mass in zip(coordinates, masses, strict=True)
        ]
        responses = responses_of(system, box, state.setting.modes, len(parts))
        return Held(tuple(places), tuple(amplitudes), responses)


def _places(state: State) -> Places:
    """The path, by artanh m."""
    h = _PLACES if state.setting.symmetric else np.concatenate([-_PLACES[::-1], _PLACES])
    norm = float(state.couplings(arb(0))[2].mid())
    table = state.setting.overlaps.floats(np.sqrt(norm) * np.cosh(h), max(state.setting.modes) + 1)
    features = np.stack([np.tanh(h) ** k * table[k] for k in state.setting.modes])
    return Places(features, np.sinh(h) ** 2, h[None], np.array([_NEAR]))
