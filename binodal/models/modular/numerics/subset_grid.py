"""a, lambda, ring and phase on a subset of the pairs, on whole arrays, without proof."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.numerics.grid import thermodynamic
from binodal.models.modular.numerics.results import require_theory
from binodal.models.modular.numerics.subset_curves import end_of
from binodal.models.modular.parameters import ON_SUBSET, SHARE, SPACE
from binodal.numerics.balls import precision
from binodal.numerics.codegen.blocks import BLOCK
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import ParameterError
from binodal.numerics.grids import blockwise, crossing
from binodal.numerics.phases.rule import PHASES

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.modular.forms.subsets")
_BITS = 128
_PARAMETERS = tuple(ON_SUBSET.fields)
_COLUMNS = ("a", "lambda", "x", "action", "mass", "phase")


def grid_on_subset(
    columns: Mapping[str, Array], theory: str, norm: float = 2.0
) -> Mapping[str, NDArray[Any]]:
    """Closure, ring where it holds neurons, and phase, for every combination of columns; ``norm``
    is that of :func:`binodal.models.modular.numerics.subset_curves.norm_of`.

    "undecided" where the ring would need more than all of the probability. Raises ParameterError
    for a share above one and for what is not positive.
    """
    require_theory(theory)
    for name in _PARAMETERS:
        value = np.asarray(columns[name])
        if not (value > 0).all() or (name == SHARE and (value > 1).any()):
            raise ParameterError(f"{name} on the grid must be greater than 0, a share at most 1")
    with np.errstate(divide="ignore", invalid="ignore"):  # brackets that begin on their zero
        solved = blockwise(columns, _PARAMETERS, BLOCK, partial(_solved, norm))
    return {**solved, "phase": solved["phase"].astype(np.int8)}


def _solved(norm: float, block: list[Array]) -> dict[str, Array]:
    """A block, with the rows on all pairs by their own closed forms."""
    point = dict(zip(_PARAMETERS, block, strict=True))
    columns = _on_subset(point, norm)
    everything = np.flatnonzero(point[SHARE] == 1.0)
    if len(everything):
        whole = thermodynamic({name: point[name][everything] for name in SPACE.fields}, "derived")
        for name in _COLUMNS:
            columns[name][everything] = whole[name]
    return columns


def _on_subset(point: Mapping[str, Array], norm: float) -> dict[str, Array]:
    """The zero branch, or the pinned ring and zero state together."""
    share, noise = point[SHARE], point["sigma2"]
    own = [point[name] for name in SPACE.fields]
    strength = _FORMS.floats("strength")()(share, 2 * point["P"] / norm)[0]
    with precision(_BITS):
        end = end_of("coexistence", _BITS)
        last, most = float(end.z.mid()), float(end.strength.mid())
    curve = _FORMS.floats("curve")("coexistence")
    inside = np.minimum(strength, most)
    ones = np.ones_like(share)
    z = crossing(lambda t: curve(t)[2] - inside, last * ones, ones, rising=False, sure=True)
    y, g, _ = curve(z)
    start = _FORMS.floats("ratio")()(share, *own)[0]
    power = float(_FORMS.data("powers_of_ratio", dict)()["sigma2"])
    tau = noise * (y**2 / g / start) ** (1 / power)
    x, _ = _FORMS.floats("ring_at")()(y, g, point["gamma"], share)
    full = _scale(own) * x**2 * _FORMS.floats("level")()(z, y)[0]
    learned = (strength <= most) & (noise < tau)
    left, needed = _FORMS.floats("shared")()(tau, noise, share)
    level = np.where(learned, needed, 0.0)
    beyond = level > full
    phase = np.where(beyond, PHASES.index("undecided"), np.where(learned, 1, 0))

    def known(value: Array) -> Array:
        return np.where(beyond, np.nan, value)

    return {
        "a": known(np.where(learned, left, 1.0)),
        "lambda": known(level),
        "x": np.where(learned & ~beyond, x, np.nan),
        "action": np.where(learned & ~beyond, 0.0, np.nan),
        "mass": known(level / full),
        "phase": phase.astype(float),
    }


def _scale(own: list[Array]) -> Array:
    scale: Array = Forms("binodal.models.modular.forms.action").floats("kernel_scale")("derived")(
        *own
    )[0]
    return scale
