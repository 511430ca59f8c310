"""Residual, deepest feature and phase on whole arrays of parameters, in double precision.

The zero state is the deepest one where S is nowhere negative, and the zero branch's residual holds
there; elsewhere masses of neurons at one feature or several, a condensate, or both hold another
residual, at which S is nowhere negative. A cell is undecided where none is found, where a search
contradicts itself, and where rounding hides a sign. The columns of a table have loss and evidence
too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.protocol import Grid
from binodal.models.single_index.numerics.grid_conditions import Couplings
from binodal.models.single_index.numerics.grid_droplets import HELD, droplets, held, steepest
from binodal.models.single_index.numerics.grid_search import Neurons, features
from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import POWERS
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.grids import Array, blockwise, crossing
from binodal.numerics.phases.rule import PHASES

PARAMETERS = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
_ROW = Forms("binodal.models.single_index.forms.branch").floats("branch")
_GROWTH = Forms("binodal.models.single_index.forms.condensation").floats("growth")
_CELLS = 4096
_COSINES = np.linspace(-1.0, 1.0, 401)
_NEAR, _FAINT = 1e-4, 1e-9
_UNDECIDED, _LAZY, _MIXED = (PHASES.index(name) for name in ("undecided", "GFL", "GMFL-I"))


def grid_of(setting: Setting) -> Grid:
    """The grid of an activation and a teacher: t_k, m, r, q, action (S/d), mass and phase.

    The feature is the deepest minimum away from m = 0, NaN without one; where several are equally
    deep, that with the larger mass. Neurons without a bound have r infinite. Raises KeyError for a
    missing column.
    """

    def grid(columns: Mapping[str, Array], theory: str) -> Mapping[str, NDArray[Any]]:
        require_derived(theory)

        def solve(block: list[Array]) -> dict[str, Array]:
            with np.errstate(all="ignore"):
                return _Cells.at(setting, dict(zip(PARAMETERS, block, strict=True))).solved()

        return blockwise(columns, PARAMETERS, _CELLS, solve)

    return grid


@dataclass(frozen=True)
class _Cells:
    """Couplings, the zero state's overlaps c_0 and c_1, t_1/y_1 and d of many cells."""

    setting: Setting
    u: Array
    gain: Array
    norm: Array
    rest: Array
    beta: Array
    parameters: Mapping[str, Array]

    @classmethod
    def at(cls, setting: Setting, parameters: Mapping[str, Array]) -> _Cells:
        """The zero branch at columns of parameters."""
        u, gain, norm = (
            reduce(np.multiply, (parameters[name] ** float(p) for name, p in powers.items()))
            for powers in POWERS().values()
        )
        rest = setting.overlaps.floats(np.sqrt(norm), 2)
        beta = np.ones_like(u)
        if 1 in setting.acting:
            target = abs(float(setting.teacher[1]))
            pole = 1 / (np.sqrt(u) * np.abs(rest[1]) * target)

            def row(x: Array) -> Array:
                return np.asarray(_ROW()(x, u, gain, rest[1], target)[0])

            beta = crossing(row, np.zeros_like(u), np.minimum(1.0, pole), sure=True)
        return cls(setting, u, gain, norm, rest, beta, parameters)

    @property
    def amplitudes(self) -> Array:
        """t_k of the acting modes on the zero branch, (K, cells)."""
        acting = self.setting.acting.items()
        return np.stack([float(y) * (self.beta if k == 1 else 1.0 + 0 * self.u) for k, y in acting])

    def solved(self) -> dict[str, Array]:
        """All columns."""
        modes = self.amplitudes
        shrunk = self._shrunk(modes)
        neurons = Neurons(self.setting, self.u, self.norm, shrunk * modes)
        features_of = features(neurons)
        faint = self._faint() | (np.abs(features_of.action) < _FAINT)
        unknown = features_of.doubt | faint
        # What lies below zero at smaller modes does at these; the zero branch has no other say.
        unknown |= (shrunk < 1) & ~(features_of.action < 0)
        lazy = ~(unknown | (features_of.action < 0))
        table = np.stack([features_of.h, features_of.v, features_of.action, np.zeros_like(self.u)])
        if self.setting.homogeneous:
            lazy = ~self._faint() & (steepest(self._at(np.arange(self.u.size)), modes) < -HELD)
            table[:3, lazy & unknown] = np.nan
        phase = np.where(lazy, float(_LAZY), float(_UNDECIDED))
        past = np.flatnonzero((features_of.action < 0) & ~unknown)
        one = droplets(
            self._at(past), neurons.amplitudes[:, past], features_of.h[past], features_of.v[past]
        )
        done = [(past[one.sound], one.part(np.flatnonzero(one.sound)))]
        phase[past[one.sound]] = _MIXED
        left = np.flatnonzero((phase == _UNDECIDED) & ~faint)
        own = {name: column[left] for name, column in self.parameters.items()}
        done += [(left[cells], state) for cells, state in held(self._at(left), own)]
        for cells, state in done:
            largest = state.mass.argmax(0), np.arange(cells.size)
            mass = state.mass.sum(0) / self.parameters["d"][cells]
            modes[:, cells], phase[cells] = state.amplitudes, _MIXED
            table[:, cells] = state.h[largest], state.v[largest], 0.0 * mass, mass
        return self._columns(modes, table, phase)

    def _at(self, cells: NDArray[np.int64]) -> Couplings:
        return Couplings(self.setting, self.u, self.gain, self.norm, self.rest[1]).part(cells)

    def _columns(self, modes: Array, feature: Array, phase: Array) -> dict[str, Array]:
        known = {
            k: float(y) * (0.0 if k == 0 and not self.setting.absent(0) else 1.0) + 0 * self.u
            for k, y in self.setting.teacher.items()
        }
        known |= dict(zip(self.setting.modes, modes, strict=True))
        h, v, action, mass = feature
        m, r = np.tanh(h), np.exp(v)
        mass[mass >= 1] = np.nan  # M/d is a probability for large d only
        table = {f"t_{k}": t for k, t in known.items()}
        table |= {"m": m, "r": r, "q": m * r, "action": action, "mass": mass}
        undecided = phase == _UNDECIDED
        return {name: np.where(undecided, np.nan, x) for name, x in table.items()} | {
            "phase": phase
        }

    def _faint(self) -> NDArray[np.bool_]:
        """Where c_0 or c_1 nearly vanishes at rest: the order of fluctuations is not known there.

        Near means beside its size at twice the norm and at half of it.
        """
        sides = [self.setting.overlaps.floats(np.sqrt(self.norm) * f, 2) for f in (0.5, 2.0)]
        doubt = np.zeros(self.u.shape, dtype=bool)
        for k in (0, 1):
            if not self.setting.absent(k):
                size = np.maximum(*(np.abs(side[k]) for side in sides))
                doubt |= ~(np.abs(self.rest[k]) > _FAINT * size)
        return doubt

    def _shrunk(self, modes: Array) -> Array:
        """1 where u sigma_w^2 f(m)^2 is well below 1 for every m, else what makes it so."""
        slopes = self.setting.slopes(max(self.setting.modes) + 1)
        values = [float(slopes[k].mid()) for k in self.setting.modes]
        columns = (x[:, None] for x in (self.u, self.norm, *modes))
        row, _ = _GROWTH(self.setting.modes)(_COSINES, *columns, *values)
        most = 1 + np.max(row + 0 * self.u[:, None], axis=1)
        return np.asarray(np.where(most < 1 - _NEAR, 1.0, np.sqrt((1 - 2 * _NEAR) / most)))


_POWERS = Forms("binodal.models.single_index.forms.branch").data("powers", dict)
_FORMS = Forms("binodal.models.single_index.forms.curves")
_EVIDENCE, _LOSSES = _FORMS.floats("evidence"), _FORMS.floats("losses")


def grid_with_curves(setting: Setting) -> Grid:
    """The grid of a setting with the columns test_loss and log_evidence."""
    grid = grid_of(setting)

    def extended(columns: Mapping[str, Array], theory: str) -> Mapping[str, NDArray[Any]]:
        solved = grid(columns, theory)
        t = {k: solved[f"t_{k}"] for k in setting.teacher}
        return {
            **solved,
            "test_loss": np.sum(_losses(t), axis=0),
            "log_evidence": _evidence(setting, columns, t),
        }

    return extended


def _losses(t: Mapping[int, Any]) -> Any:
    return _LOSSES(tuple(t))(*(value**2 for value in t.values()))


def _evidence(setting: Setting, columns: Mapping[str, Array], t: Mapping[int, Array]) -> Array:
    u, gain, norm = (
        reduce(np.multiply, (columns[name] ** float(p) for name, p in powers.items()))
        for powers in _POWERS().values()
    )
    rest = setting.overlaps.floats(np.sqrt(norm), 2)[1]
    lost = {k: float(y) for k, y in setting.teacher.items() if setting.absent(k)}
    unlearned = sum(_losses(lost)) if lost else 0.0
    acting = [t[k] for k in setting.modes]
    targets = [float(y) for y in setting.acting.values()]
    branch = 1 in setting.teacher and not setting.absent(1)
    values = _EVIDENCE(setting.modes, branch)(u, gain, rest, unlearned, *acting, *targets)
    return np.asarray(values[0] + 0 * t[setting.modes[0]])
