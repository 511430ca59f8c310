"""Neurons at several places that hold one residual: the conditions of a least under inequalities.

Every place has its own equations in its coordinates and the residual's modes, one more than
coordinates: its constraint vanishes there, and is stationary. Its neurons, by their mass, pull at
the closure's rows, and all pulls add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flint import arb

from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem

_FORMS = Forms("binodal.models.single_index.forms.droplets")
_DIRECTION = Forms("binodal.models.single_index.forms.condensate").functions("feature", "boxes")
_ZERO = arb(0)
_UNHELD, _FEATURE = _FORMS.functions("unheld", "arb"), _FORMS.functions("feature", "arb")


class Unheld(CompiledSystem):
    """The closure's rows in t_k, without neurons at features."""

    def __init__(self, state: State) -> None:
        super().__init__(_UNHELD(state.setting.modes, state.learns_linear_mode))
        self._state = state

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The modes, and the zero state."""
        state = self._state
        u, gain, _ = state.couplings(arb(0))
        return [*box, u, gain, state.rest(arb(0))[1], *map(ball, state.setting.acting.values())]


class Part(CompiledSystem):
    """One place in (its coordinates, t_k, mass): its own rows, then what it adds to the closure."""

    coordinates: int


class Feature(Part):
    """S = S_m = S_l = 0 in (m, log r, t_k, mass)."""

    coordinates = 2

    def __init__(self, state: State) -> None:
        super().__init__(_FEATURE(state.setting.modes))
        self._state = state

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        u, gain, norm = self._state.couplings(arb(0))
        r = box[1].exp()
        on = Landscape(self._state.setting, u, norm, tuple(box[2:-1]))
        return [box[0], r, *box[2:], u, gain, norm, *on.overlaps(r, 2)]


class Direction(Part):
    """Where c_k = g_k r: the depth's row, its slope in m if m is free, in (m if free, t_k, W).

    ``edge`` is the m that is held otherwise.
    """

    def __init__(self, state: State, edge: float | None) -> None:
        super().__init__(_DIRECTION(state.setting.modes, edge is None))
        self._state, self._edge, self.coordinates = state, edge, int(edge is None)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        setting = self._state.setting
        slopes = setting.slopes(max(setting.modes) + 1)
        return [
            *([] if self._edge is None else [arb(self._edge)]),
            *box,
            *self._state.couplings(arb(0)),
            *(slopes[k] for k in setting.modes),
        ]


class Equations(Protocol):
    """Rows and their Jacobian, of balls or of columns of doubles."""

    def value(self, box: Sequence[Any], /) -> list[Any]:
        """The rows."""

    def jacobian(self, box: Sequence[Any], /) -> list[list[Any]]:
        """The partial derivatives, row by row."""


class PartEquations(Equations, Protocol):
    """Those of one place, which has so many coordinates."""

    coordinates: int


class Joint:
    """The rows of all parts and the closure, in (all coordinates, t_k, all masses)."""

    def __init__(
        self, parts: Sequence[PartEquations], rest: Equations, modes: int, zero: Any = _ZERO
    ) -> None:
        self._parts, self._rest, self.modes, self._zero = tuple(parts), rest, modes, zero
        self.places = sum(part.coordinates for part in parts)

    def split(self, box: Sequence[Any]) -> tuple[list[list[Any]], list[Any], list[Any]]:
        """The coordinates part by part, the modes and the masses."""
        places, start = [], 0
        for part in self._parts:
            places.append(list(box[start : start + part.coordinates]))
            start += part.coordinates
        return places, list(box[start : start + self.modes]), list(box[start + self.modes :])

    def value(self, box: Sequence[Any]) -> list[Any]:
        """The rows."""
        own: list[Any] = []
        closure = self._rest.value(box[self.places : self.places + self.modes])
        for part, inner in zip(self._parts, self._inner(box), strict=True):
            rows = part.value(inner)
            own += rows[: part.coordinates + 1]
            pulls = rows[part.coordinates + 1 :]
            closure = [a + b for a, b in zip(closure, pulls, strict=True)]
        return own + closure

    def jacobian(self, box: Sequence[Any]) -> list[list[Any]]:
        """The partial derivatives, row by row."""
        count, closure = len(box), len(box) - self.modes
        whole = [[self._zero] * count for _ in range(count)]
        modes = range(self.places, self.places + self.modes)
        _add(whole, range(closure, count), modes, self._rest.jacobian([box[k] for k in modes]))
        row = place = 0
        for index, (part, inner) in enumerate(zip(self._parts, self._inner(box), strict=True)):
            own = range(place, place + part.coordinates)
            columns = [*own, *modes, self.places + self.modes + index]
            rows = [*range(row, row + part.coordinates + 1), *range(closure, count)]
            _add(whole, rows, columns, part.jacobian(inner))
            row, place = row + part.coordinates + 1, own.stop
        return whole

    def _inner(self, box: Sequence[Any]) -> list[list[Any]]:
        places, modes, masses = self.split(box)
        return [[*place, *modes, mass] for place, mass in zip(places, masses, strict=True)]


def _add(
    whole: list[list[Any]], rows: Sequence[int], columns: Sequence[int], block: list[list[Any]]
) -> None:
    for row, values in zip(rows, block, strict=True):
        for column, value in zip(columns, values, strict=True):
            whole[row][column] = whole[row][column] + value
