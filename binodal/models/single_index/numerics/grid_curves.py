"""Loss and evidence beside the columns of a grid, in double precision."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.protocol import Grid
from binodal.models.single_index.numerics.grid import grid_of
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.grids import Array

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
