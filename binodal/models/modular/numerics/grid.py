"""a, lambda, ring and phase on whole arrays of parameters, in double precision without proof.

In both limits tau = sigma^2 + lambda has one solution: lambda falls as tau grows. In the
thermodynamic limit it is explicit up to the end of GMFL-I, and a monotone equation for x beyond;
at finite P it is bisected on a logarithmic scale. In the columns of a table what is absent is zero
or NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.numerics.float_law import (
    GROWTH,
    MOMENTS,
    Array,
    Moments,
    actions,
    rings,
)
from binodal.models.modular.numerics.functions import PARAMETERS
from binodal.models.modular.numerics.results import require_theory
from binodal.numerics.codegen.blocks import BLOCK
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import ParameterError
from binodal.numerics.grids import blockwise
from binodal.numerics.phases.rule import PHASES, phase_codes

_HALVINGS = 60
_LARGEST, _BESIDE = 1e300, 1e-6
_FINITE_BLOCK = 256
Function = Callable[..., tuple[Any, ...]]


_functions = Forms("binodal.models.modular.forms.arrays").functions("closed_forms", "numpy")


@dataclass(frozen=True)
class _Block:
    """Equal-length columns of the parameters, in the order of PARAMETERS."""

    theory: str
    columns: tuple[Array, ...]

    @property
    def cold(self) -> Array:
        """sigma^2."""
        return self.columns[2]

    def coupling(self, tau: Array) -> Array:
        """u at tau = sigma^2 + lambda."""
        value: Array = _functions(self.theory)["coupling"](tau, *self.columns)[0]
        return value

    def described(self, tau: Array, level: Array, share: Array, phase: Array) -> dict[str, Array]:
        """All columns of the result."""
        at_u, at_gamma = self.coupling(tau), self.columns[4]
        _, outer, spread = rings(at_u, at_gamma)
        depth, barrier = actions(at_u, at_gamma)
        units = _functions(self.theory)["units"](self.columns[1])[0]
        born = spread > 0

        def only_born(column: Array) -> Array:
            return np.where(born, column, np.nan)

        return {
            "a": self.cold / tau,
            "lambda": level,
            "u": at_u,
            "x": only_born(outer),
            "action": only_born(units * depth),
            "mass": only_born(share),
            "neurons": only_born(self.columns[0] * share),
            "barrier": only_born(units * barrier),
            "phase": phase,
        }


def thermodynamic_grid(
    columns: Mapping[str, Array | float], theory: str = "derived"
) -> dict[str, Array]:
    """The closure as P -> infinity for every combination of broadcast parameter columns.

    Returns arrays of the broadcast shape: a, lambda, u; x, action (S/P), mass, number of neurons a
    mode and barrier of the ring (NaN below birth); phase, an index in :data:`PHASES`. Raises
    KeyError when a parameter is missing.
    """
    return _blockwise(columns, theory, _thermodynamic, BLOCK)


def finite_grid(
    columns: Mapping[str, Array | float], theory: str = "derived", nodes: int = 16
) -> dict[str, Array]:
    """The same at the given P, with the exact law of a mode (or B.42 as printed).

    Phases follow :data:`binodal.numerics.phases.rule.RULE`; the printed closure has no solution in
    a window at birth, which is exp(-P s) wide: "undecided". ``nodes`` is the number of Gauss points
    a panel. Raises KeyError when a parameter is missing.
    """
    # A trial u may leave the range of doubles: what is not a number there counts as a large lambda.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return _blockwise(columns, theory, lambda block: _finite(block, nodes), _FINITE_BLOCK)


def _blockwise(
    columns: Mapping[str, Array | float],
    theory: str,
    solve: Callable[[_Block], dict[str, Array]],
    length: int,
) -> dict[str, Array]:
    require_theory(theory)
    if any(not (np.asarray(columns[name]) > 0).all() for name in PARAMETERS):
        raise ParameterError("every parameter on the grid must be greater than 0")
    return blockwise(columns, PARAMETERS, length, lambda block: solve(_Block(theory, tuple(block))))


def _thermodynamic(block: _Block) -> dict[str, Array]:
    f = _functions(block.theory)
    pinned, full, start = f["events"](*block.columns)
    tau = np.maximum(block.cold, pinned)
    level, phase = tau - block.cold, (block.cold < pinned).astype(float)
    share = level / full
    last = np.flatnonzero(block.cold <= pinned - full)
    if len(last):
        some = tuple(c[last] for c in block.columns)
        places = _full_ring(some, f, np.broadcast_to(start, block.cold.shape)[last])
        tau[last], level[last] = f["branch"](places, *some)
        share[last], phase[last] = 1.0, 2.0
    return block.described(tau, level, share, phase)


def _full_ring(columns: tuple[Array, ...], f: Mapping[str, Function], start: Array) -> Array:
    """x of a ring that holds everything: tau - lambda falls as x grows; bisected from x_c."""

    def excess(places: Array) -> NDArray[np.bool_]:
        tau, level = f["branch"](places, *columns)
        return np.asarray(tau - level > columns[2])

    low, high = start.copy(), 2.0 * start
    while excess(high).any():
        high = np.where(excess(high), 2.0 * high, high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        above = excess(middle)
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(0.5 * (low + high))


def _finite(block: _Block, nodes: int) -> dict[str, Array]:
    """tau from sigma^2 + lambda(0) on, the only zero of tau - sigma^2 - lambda."""
    order, spread, at_gamma = (block.columns[k] for k in (1, 3, 4))

    def moments(at_u: Array) -> Moments:
        return MOMENTS[block.theory](at_u, order, spread, at_gamma, nodes)

    def above(tau: Array) -> NDArray[np.bool_]:
        return np.asarray(tau - block.cold > moments(block.coupling(tau)).level)

    # lambda does not fall with u: tau is at least sigma^2 + lambda(0), less a quadrature's error.
    low = block.cold + (1 - 1e-6) * moments(np.zeros_like(block.cold)).level
    high = 2.0 * low
    for factor in GROWTH:
        if (bracketed := above(high)).all():
            break
        high = np.where(bracketed, high, np.minimum(high * factor, _LARGEST))
    for _ in range(_HALVINGS):
        middle = np.sqrt(low) * np.sqrt(high)
        over = above(middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    tau = np.sqrt(low) * np.sqrt(high)
    found_at, beside = moments(block.coupling(tau)), moments(block.coupling(tau * (1 + _BESIDE)))
    solved = np.abs(block.cold + found_at.level - tau) <= 1e-6 * tau
    # Where lambda falls faster than tau grows, the last digit of tau says more about it.
    steep = found_at.level - beside.level > _BESIDE * tau
    level = np.where(steep, tau - block.cold, found_at.level)
    phase = phase_codes(found_at.share, found_at.zero, block.columns[0])
    shown = np.where(solved, phase, PHASES.index("undecided"))
    return block.described(tau, level, found_at.share, shown)


_FORMS = Forms("binodal.models.modular.forms.curves")
Columns = Mapping[str, NDArray[Any]]


def thermodynamic(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """Closure, ring and phase on a grid of parameters, in double precision."""
    return _learned(columns, _complete(thermodynamic_grid(columns, theory)), theory)


def finite(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """The same at the given P, by the integrals of a mode's law. Raises ParameterError at P = 2."""
    if (columns["P"] < 3).any():
        raise ParameterError(
            "P=2: the closure of a complex mode (k different from P-k) needs P >= 3"
        )
    return _complete(finite_grid(columns, theory))


def _learned(columns: Mapping[str, NDArray[np.float64]], solved: Columns, theory: str) -> Columns:
    """With the loss, and the log evidence per neuron where the theory has one."""
    exact = [columns[name] for name in PARAMETERS]
    loss, _ = _FORMS.floats("level")()(solved["a"], *exact)
    if theory == "published":
        return {**solved, "test_loss": loss}
    state = (solved["a"], solved["u"], np.nan_to_num(solved["x"]), *exact)
    full, some = (_FORMS.floats("evidence")(last)(*state)[0] for last in (True, False))
    evidence = np.where(solved["phase"] == PHASES.index("GMFL-II"), full, some)
    return {**solved, "test_loss": loss, "log_evidence": evidence}


def _complete(columns: Columns) -> Columns:
    """No ring means mass 0; where there is no solution there is no closure either."""
    solved = columns["phase"] != PHASES.index("undecided")
    closure = {name: np.where(solved, columns[name], np.nan) for name in ("a", "lambda")}
    phase, mass = columns["phase"].astype(np.int8), np.nan_to_num(columns["mass"], nan=0.0)
    return {**columns, **closure, "mass": mass, "phase": phase}
