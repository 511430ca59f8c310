"""The thermodynamic closure and its saddles on whole arrays of parameters, in double precision.

Every root here lies in a bracket that the derivation provides: the birth ratio b/c increases
with rho, the coupling on an event line increases with rho, and each equation changes sign once
between the ends, so a bracketing method finds it. The columns of a table have loss and evidence
too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.numerics.codegen.blocks import BLOCK
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.grids import Array, blockwise, crossing

_EDGE = 1e-12

Function = Callable[..., tuple[Any, ...]]


_functions = Forms("binodal.models.teacher_student.forms.arrays").functions("closed_forms", "numpy")


def thermodynamic_grid(
    columns: Mapping[str, Array | float], theory: str = "derived"
) -> dict[str, Array]:
    """Closure, feature minimum and phase for every combination of broadcast parameter columns.

    Returns arrays of the broadcast shape: ``b``, ``c``, ``q``, ``action`` (S/d) and ``mass`` of the
    feature minimum (NaN without one), ``barrier`` (S/d), and ``phase``, an index in :data:`PHASES`.
    Float64 without proof. Raises KeyError when a parameter is missing.
    """

    def solve(block: list[Array]) -> dict[str, Array]:
        with np.errstate(all="ignore"):
            return _solve_block(block, _functions(theory))

    return blockwise(columns, PARAMETERS, BLOCK, solve)


def _solve_block(parameters: list[Array], f: Mapping[str, Function]) -> dict[str, Array]:
    width, epsilon = parameters[4], parameters[6]
    zeros, ones = np.zeros_like(width), np.ones_like(width)
    amplitude = crossing(lambda x: f["branch"](x, *parameters)[0], zeros, ones)
    strength, _ = f["common"](amplitude, *parameters)
    result = {"b": amplitude, "c": epsilon.copy(), "phase": zeros.copy(), "mass": zeros.copy()}
    result |= _feature(f, amplitude, epsilon, strength, width)
    past = np.flatnonzero(result["action"] < 0)
    result["mass"] = np.where(np.isnan(result["q"]), np.nan, 0.0)
    if len(past):
        some = [p[past] for p in parameters]
        droplet = _droplet(some, f, strength[past])
        for name, values in droplet.items():
            result[name][past] = values
    return result


def _feature(
    f: Mapping[str, Function], b_: Array, c_: Array, strength: Array, width: Array
) -> dict[str, Array]:
    """The feature minimum and the barrier at given residual modes; NaN where there is none."""
    low, high = np.full_like(b_, _EDGE), np.full_like(b_, 0.5 - _EDGE)
    ratio = b_ / c_
    born = crossing(lambda x: f["birth"](x, width)[0] - ratio, low, high)
    needed = f["birth"](born, width)[1]
    exists = (born > 2 * _EDGE) & (born < 0.5 - 2 * _EDGE) & (strength * c_**2 > needed)
    columns = {name: np.full_like(b_, np.nan) for name in ("q", "action", "barrier")}
    if exists.any():
        state = [a[exists] for a in (b_, c_, strength, width)]
        start = np.where(ratio > 0, np.maximum(_EDGE, ratio / 2), _EDGE)[exists]
        for name, values in _extrema(f, state, start, born[exists], high[exists]).items():
            columns[name][exists] = values
    return columns


def _extrema(
    f: Mapping[str, Function], state: list[Array], start: Array, born: Array, high: Array
) -> dict[str, Array]:
    """The barrier before the dip of S' at ``born`` and the minimum behind it."""

    def slope(x: Array) -> Array:
        return np.asarray(f["slope"](x, *state)[0])

    minimum = crossing(slope, born, high)
    barrier = crossing(slope, start, born, rising=False)
    q2 = f["overlap2"](minimum, state[3])[0]
    value, top = (f["value"](x, *state)[0] for x in (minimum, barrier))
    return {"q": np.sqrt(q2), "action": value, "barrier": top}


def _droplet(
    parameters: list[Array], f: Mapping[str, Function], strength: Array
) -> dict[str, Array]:
    """Past coexistence: the point of the line S = S' = 0 that solves the droplet branch."""
    width, epsilon = parameters[4], parameters[6]
    low, high = np.full_like(width, _EDGE), np.full_like(width, 0.5 - _EDGE)
    end = crossing(lambda x: f["coexistence"](x, width)[1] - strength * epsilon**2, low, high)

    def state(x: Array) -> tuple[Array, Array]:
        ratio, needed = f["coexistence"](x, width)
        cubic = np.sign(epsilon) * np.sqrt(needed / strength)
        return ratio * cubic, cubic

    def residual(x: Array) -> Array:
        b_, c_ = state(x)
        value = f["droplet"](x, b_, c_, *parameters)[0]
        stable = f["common"](b_, *parameters)[1] > 0
        # Where the zero state softens, its fluctuations b G/S''(0) diverge with the sign of b.
        return np.where(stable, value, np.sign(b_))

    rho = crossing(residual, low, end, rising=epsilon > 0, sure=True)
    b_, c_ = state(rho)
    share = f["droplet"](rho, b_, c_, *parameters)[1] / parameters[2]
    mass = np.where(share < 1, share, np.nan)  # m/d is a probability for large d only
    columns = _feature(f, b_, c_, strength, width)
    return {
        "b": b_,
        "c": c_,
        "q": np.sqrt(f["overlap2"](rho, width)[0]),
        "action": np.zeros_like(b_),
        "mass": mass,
        "barrier": columns["barrier"],
        "phase": np.ones_like(b_),
    }


_FORMS = Forms("binodal.models.teacher_student.forms.curves")
_EVIDENCE, _LOSSES = _FORMS.floats("evidence"), _FORMS.floats("losses")


def thermodynamic(columns: Mapping[str, Array], theory: str) -> Mapping[str, Array]:
    """Closure, feature and phase on a grid of parameters, in double precision."""
    solved = thermodynamic_grid(columns, theory)
    modes = solved["b"], solved["c"]
    evidence, _ = _EVIDENCE()(*modes, *(columns[name] for name in PARAMETERS))
    return {**solved, "test_loss": sum(_LOSSES()(*(t**2 for t in modes))), "log_evidence": evidence}
