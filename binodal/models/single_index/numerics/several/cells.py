"""Enclosures of the action on cells of (artanh m, the third coordinate, log(r/sigma_w), x)."""

from __future__ import annotations

from flint import arb

from binodal.models.single_index.numerics.cells import BITS, angular, radial
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.turn import Turn
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.third import NAMES, ThirdCells
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.table import Table
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.overlaps.wide import raised

FORMS = Forms("binodal.models.single_index.forms.several")


class SeveralCells(ThirdCells):
    """Enclosures of S and its derivatives on the zero branch along a parameter."""

    def __init__(self, state: State, setting: SeveralSetting, turn: Turn) -> None:
        ks = setting.degrees

        def overlaps(logarithm: arb) -> list[arb]:
            values = [setting.overlaps.at(logarithm.exp(), max(ks) + 7)]
            for _ in range(3):
                values.append(raised(values[-1]))
            return [values[times][k] for k in ks for times in range(4)]

        def parameter(x: arb) -> list[arb]:
            u, _, norm = state.couplings(x)
            strength, beta = state.interaction(x)
            return [strength, norm.log() / 2, 1 / beta, u]

        self._ks = ks
        self._angular, self._radial, self._overlaps = Table(angular), Table(radial), Table(overlaps)
        self._parameter, self._turned = Table(parameter), Table(turn.amplitudes)
        self._function = FORMS.floats("several_cells")(ks)

    def at(
        self, h: Intervals, third: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """m, S, S_m/m, S_l, F_t/m and second derivatives."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v)
            u, rest, inverse, _ = self._parameter(x)
            overlaps, turned = self._overlaps(v + rest), self._turned(third)
        amplitudes = [t if self._ks[i // 4] == 1 else t * inverse for i, t in enumerate(turned)]
        values = self._function(m, rise, bend + share, norm, u, *amplitudes, *overlaps)
        return {"m": m, **dict(zip(NAMES, values, strict=True))}
