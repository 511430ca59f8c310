"""Searches in double precision: where a neuron's action is lowest, and the state that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import couplings_of

_SIDE, _HALVINGS = 161, 50
_AWAY, _FAINT = 0.05, 1e-3
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lowest:
    """The lowest feature on a grid of (m, r), and its S/d."""

    m: float
    r: float
    action: float


class FloatAction:
    """S/d on a grid of m and r/sigma_w, for any residual."""

    def __init__(self, setting: Setting, parameters: Mapping[str, Fraction]) -> None:
        self.u, self.gain, norm = map(float, couplings_of(parameters))
        parts = FORMS.functions("cost_parts", "numpy")()
        self._modes = setting.modes
        h = np.linspace(0.0 if setting.symmetric else -5.0, 5.0, 2 * _SIDE)
        v = np.linspace(-2.0, 3.0, _SIDE)
        self._m, _, along = parts["angular"](h)
        squares, radial = parts["radial"](v)
        self._r = np.sqrt(squares * norm)
        table = setting.overlaps.floats(self._r, max(self._modes) + 1)
        self._basis = np.stack([self._m[:, None] ** k * table[k][None] for k in self._modes])
        self._cost = along[:, None] + radial[None]
        self._away = np.abs(self._m) > _AWAY

    def lowest(self, amplitudes: Floats) -> Lowest | None:
        """The lowest local minimum away from m = 0; None where there is none."""
        action = self._action(amplitudes)
        inner = action[1:-1, 1:-1]
        around = [
            action[1 + i : action.shape[0] - 1 + i, 1 + k : action.shape[1] - 1 + k]
            for i in (-1, 0, 1)
            for k in (-1, 0, 1)
            if (i, k) != (0, 0)
        ]
        here = np.logical_and.reduce([inner <= a for a in around])
        here &= self._away[1:-1, None]
        if not here.any():
            return None
        i, k = np.unravel_index(np.where(here, inner, np.inf).argmin(), inner.shape)
        return Lowest(float(self._m[i + 1]), float(self._r[k + 1]), float(inner[i, k]))

    def pinned(self, amplitudes: Floats) -> tuple[Lowest, Floats] | None:
        """The feature whose action vanishes when all modes shrink together, and those modes.

        None where there is none, or where the lowest action is at the largest norms.
        """
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._action(middle * amplitudes)[self._away].min() < 0:
                high = middle
            else:
                low = middle
        found = self.lowest(high * amplitudes)
        return None if found is None or found.action > _FAINT else (found, high * amplitudes)

    def _action(self, amplitudes: Floats) -> Floats:
        field = np.tensordot(amplitudes, self._basis, 1)
        return np.asarray(self._cost - self.u / 2 * field**2)
