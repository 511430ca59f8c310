"""The state past coexistence or condensation where overlaps are c_k = g_k r, certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.droplets import responses_of
from binodal.models.single_index.numerics.profile import FORMS, Profile
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, precision
from binodal.numerics.bracketed import bracketed
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.refine import refine

_SYSTEM = FORMS.functions("condensate", "boxes")
_PLACES, _ROUNDS, _LEAST, _FAR = 96, 2, 1e-3, 300.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """The residual that neurons at m hold, W = d <|w|^2> of theirs, and dt_k/dy_k.

    While the teacher moves a little, m stays at its edge, or moves so that it holds the largest
    field still.
    """

    profile: Profile
    m: arb
    weight: arb
    responses: Mapping[int, arb]

    @property
    def bounded(self) -> bool:
        """Whether these neurons' norm has a bound."""
        return abs(self.m) != 1


class _Pinned(CompiledSystem):
    """Depth's row, its slope if m is inside, and the closure, in (m if inside, t_k, W)."""

    def __init__(self, state: State, edge: float | None) -> None:
        super().__init__(_SYSTEM(state.setting.modes, state.learns_linear_mode, edge is None))
        self._state, self._edge = state, edge

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        setting = self._state.setting
        slopes = setting.slopes(max(setting.modes) + 1)
        return [
            *([] if self._edge is None else [arb(self._edge)]),
            *box,
            *self._state.couplings(arb(0)),
            self._state.rest(arb(0))[1],
            *map(ball, setting.acting.values()),
            *(slopes[k] for k in setting.modes),
        ]


def held(state: State, bits: int) -> Held:
    """The state in which one m, or it and its image, is held. Raises :class:`Undecided`."""
    place, start = _start(state)
    edge = place if abs(place) == 1 else None
    system = _Pinned(state, edge)
    try:
        box = refine(system, ([] if edge else [arb(place)]) + start, bits)
    except Undecided as doubt:
        raise Undecided("no residual that neurons at one overlap hold alone is proved") from doubt
    m = arb(edge) if edge else box[0]
    *amplitudes, weight = box[len(box) - len(start) :]
    if not weight > 0:
        raise Undecided(f"the weight {weight.str(5)} of neurons at m = {m.str(5)} is not positive")
    with precision(bits):
        responses = responses_of(system, box, state)
    return Held(Profile(state, tuple(amplitudes), m), m, weight, responses)


def _start(state: State) -> tuple[float, list[arb]]:
    """The m that is held, t_k and W in floats: where no other m is left with a larger field.

    Where overlaps are g_k r at large norms alone it is an edge: inside, norms are finite.
    """
    search, low = _Search(state), 0.0 if state.setting.symmetric else -1.0
    bent = state.setting.homogeneous
    near = np.linspace(low, 1.0, _PLACES + 1) if bent else np.array([low, 1.0])
    for _ in range(_ROUNDS if bent else 1):
        near = near[np.abs(near) > _LEAST]
        found = [(search.most(t, near), m, t, w) for m in near.tolist() for t, w in search.at(m)]
        if not found:
            raise Undecided("no residual was found that neurons of one m hold")
        _, m, t, weight = min(found, key=lambda one: one[0])
        reach = 2 * (1.0 - low) / _PLACES
        near = np.linspace(max(low, m - reach), min(1.0, m + reach), _PLACES + 1)
    return m, [*map(arb, t.tolist()), arb(weight)]


class _Search:
    """The closure in floats where neurons at a given m hold its depth."""

    def __init__(self, state: State) -> None:
        u, gain, norm = (float(v.mid()) for v in state.couplings(arb(0)))
        modes, slopes = state.setting.modes, state.setting.slopes(max(state.setting.modes) + 1)
        self._modes, self._gain, self._edge = modes, gain, 1 / (u * norm) ** 0.5
        self._slopes = np.array([float(slopes[k].mid()) for k in modes])
        self._target = np.array([float(y) for y in state.setting.acting.values()])
        self._factorials = np.array([float(factorial(k)) for k in modes])
        at_rest = float(state.rest(arb(0))[1].mid())
        self._rest = at_rest**2 if state.learns_linear_mode else 0.0
        self._u = u

    def _feature(self, m: float) -> Floats:
        return np.asarray(np.array([m**k for k in self._modes]) * self._slopes)

    def most(self, t: Floats, places: Floats) -> float:
        """The largest |f/m|."""
        fields = np.array([self._feature(m) @ t / m for m in places])
        return float(np.abs(fields).max())

    def at(self, m: float) -> list[tuple[Floats, float]]:
        """t_k and W for the sign of the field at m that it has without neurons, if it is larger."""
        free = float(self._feature(m) @ self._residual(m, 0.0))
        wanted = np.copysign(self._edge * abs(m), free)
        if abs(free) <= abs(wanted):
            return []
        pull = self._pull(m, float(wanted))
        return [(self._residual(m, pull), pull / (self._gain * float(wanted)))]

    def _pull(self, m: float, wanted: float) -> float:
        """G W f at which the field at m, which falls with it, is ``wanted``."""
        feature, size = self._feature(m), float(np.copysign(1.0, wanted))

        def above(pull: float) -> float:
            return (float(feature @ self._residual(m, size * pull)) - wanted) * size

        reach = 1.0
        while above(reach) > 0:
            reach *= 2
        return size * bracketed(above, 0.0, reach, 1e-14)

    def _residual(self, m: float, pull: float) -> Floats:
        left = np.asarray(self._target - pull * self._feature(m) / self._factorials)
        if self._rest:
            left[0] = self._linear(left[0])
        return left

    def _linear(self, wanted: float) -> float:
        """t_1 of the zero branch where this is left for it."""
        pole = float((self._u * self._rest) ** -0.5)

        def row(x: float) -> float:  # t = pole tanh x comes as near to the pole as it has to
            kernel = 1 + self._gain * self._rest * np.cosh(x) ** 2
            return float(pole * np.tanh(x) * kernel - wanted)

        return pole * float(np.tanh(bracketed(row, -_FAR, _FAR, 1e-15)))
