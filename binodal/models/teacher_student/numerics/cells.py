"""The law of a neuron on cells in (q, r_perp), for the Fokker-Planck equation."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, sqrt

import numpy as np

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.models.teacher_student.numerics.joint_law import TAIL
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array

_potential = Forms("binodal.models.teacher_student.forms.barrier").floats("potential")
_residual = Forms("binodal.models.teacher_student.forms.dynamics").floats("residual")
_losses = Forms("binodal.models.teacher_student.forms.curves").floats("losses")
_ROWS, _COLUMNS = 80, 20
_WIDE, _SOUGHT = 24.0, 801


def described(residual: Array, q2: float, tail: float) -> dict[str, float]:
    """The curves at a residual, a mean square of the overlap and a share beyond 1/2."""
    b, c = map(float, residual)
    return {"b": b, "c": c, "q2": q2, "tail": tail, "test_loss": sum(_losses()(b**2, c**2))}


class ErfCells:
    """Cells in |q| and r_perp, which is held under the published theory.

    The law is even in q. The edge of a row lies at q = 1/2, where the tail begins. They reach to
    where the laws of a residual of zero and of ``rest`` are ``depth`` below their highest places.
    """

    def __init__(
        self, parameters: Mapping[str, float], theory: str, rest: Array, depth: float, scale: int
    ) -> None:
        self._exact = [parameters[name] for name in PARAMETERS]
        self._root = sqrt(parameters["sigma_w2"])
        self._held = theory == "published"
        reach, low, high = self._reach(rest, depth)
        cells = max(1, round(_ROWS * TAIL / reach)), 1 if self._held else _COLUMNS
        across, along = (high - low) / cells[1], TAIL / cells[0]
        self.sizes, self.ends = (along / scale, across / scale), (True, low == 0)
        self._q = self.sizes[0] * (np.arange(ceil(reach / along) * scale, dtype=np.float64) + 0.5)
        columns = np.arange(1 if self._held else cells[1] * scale, dtype=np.float64)
        self._r = low + self.sizes[1] * (columns + 0.5)
        square = self._q[:, None] ** 2
        rho = square / (1 + 2 * (square + self._r**2))
        self._powers = np.stack([rho, rho**2, rho**3])

    def _reach(self, rest: Array, depth: float) -> tuple[float, float, float]:
        """The last q, and the first and last r_perp, by looking at a wide range of both."""
        places: Array = self._root * np.linspace(0, _WIDE, _SOUGHT)[1:]
        radii = np.array([self._root]) if self._held else places
        seen = np.zeros((len(places), len(radii)), dtype=bool)
        for residual in (np.zeros(2), rest):
            u = self._at(places[:, None], radii[None, :], residual)
            seen |= u - u.min() < depth
        last, columns = np.flatnonzero(seen.any(1))[-1], np.flatnonzero(seen.any(0))[[0, -1]]
        if self._held:
            return float(places[last] + places[0]), self._root, self._root
        low, high = radii[columns] + places[0] * np.array([-1, 1])
        return float(places[last] + places[0]), float(low), float(high)

    def _at(self, q: Array, r: Array | float, residual: Array) -> Array:
        return np.asarray(_potential()(q, r, *residual, *self._exact)[0])

    def potential(self, residual: Array) -> Array:
        """U at (b, c)."""
        return self._at(self._q[:, None], self._r[None, :], residual)

    def prior(self) -> Array:
        """Of a residual of zero."""
        free = self.potential(np.zeros(2))
        weights = np.exp(free.min() - free)
        return np.asarray(weights / weights.sum())

    def residual(self, masses: Array) -> Array:
        """(b, c)."""
        return np.array(_residual()(*np.tensordot(self._powers, masses, 2), *self._exact))

    def read(self, masses: Array) -> Mapping[str, float]:
        """What particles are read for."""
        rows = masses.sum(1)
        tail = float(rows[self._q > TAIL].sum())
        return described(self.residual(masses), float(self._q**2 @ rows), tail)
