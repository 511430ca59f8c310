"""The formulas of a neuron of any activation, whose overlaps are numbers, and the overlaps'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from binodal.derive.gaussian import closed_forms
from binodal.derive.gaussian.activations import activation
from binodal.models.explorer import Formula
from binodal.models.single_index.derivations.action import (
    amplitude,
    by_log_r,
    cost,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.condensate import weight
from binodal.models.single_index.derivations.droplets import mass
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    gain_of_parameters,
    zero_branch,
)
from binodal.models.single_index.forms.branch import powers
from binodal.models.single_index.forms.condensate import feature
from binodal.models.single_index.forms.condensation import growth
from binodal.models.single_index.forms.droplets import droplets
from binodal.models.single_index.forms.event_rows import event, saddle
from binodal.models.single_index.forms.events import POWERS, raised_overlap
from binodal.numerics.codegen.function import Function

MODES = (1, 2, 3)
_DERIVATIVES = 3
ORDERS = range(1, max(MODES) + 2 * _DERIVATIVES + 1)
"""Of the overlaps that the formulas take: derivatives in log r are overlaps of higher orders."""
_AMPLITUDES = tuple(map(amplitude, MODES))
_OVERLAPS = tuple(map(overlap, ORDERS))
_RESTING = (at_rest(1), at_rest(3))


def formulas(names: Mapping[int, str]) -> Iterator[Formula]:
    """Those of the action, and the overlaps of activations by number."""
    rise = cost() - cost().subs(m, 0)
    yield Formula("angular", (m,), {"cost": rise, **{f"m{k}": m**k for k in MODES}})
    yield Formula("radial", (r,), {"cost": cost().subs(m, 0)})
    yield _formula("strength", (), {"half": u / 2})
    yield _formula("branch", (beta, at_rest(1)), {"row": zero_branch()})
    yield _formula("growth", (m, *_AMPLITUDES), growth(MODES)["growth"].expressions)
    yield _formula("saddle", (m, r, *_AMPLITUDES, *_OVERLAPS), _saddle())
    for name in ("birth", "coexistence"):
        unknowns = (m, r, beta, *_RESTING, *_OVERLAPS)
        yield _formula(name, unknowns, _whole(event(name, MODES, True)))
    unknowns = (m, r, *_AMPLITUDES, mass, at_rest(1), *_OVERLAPS)
    yield _formula("droplets", unknowns, _whole(droplets(MODES, True)))
    yield _formula("direction", (m, *_AMPLITUDES, weight), _whole(feature(MODES, False)))
    for number, name in names.items():
        form = activation(name).closed_form
        assert form is not None, name
        values = {str(overlap(k)): form.order(k).subs(closed_forms.r, r) for k in ORDERS}
        yield Formula(f"overlaps{number}", (r,), values)


def _saddle() -> dict[str, sp.Expr]:
    """S/d, its slopes, and its second derivatives, the mixed one once."""
    of = saddle(MODES)
    whole = {"S": of["shape"].expressions["S"], **_whole(of)}
    del whole["J1_0"]
    return whole


def _whole(of: Mapping[str, Function]) -> dict[str, sp.Expr]:
    """Rows, then their Jacobian row by row."""
    return {**of["values"].expressions, **of["slopes"].expressions}


def _formula(name: str, unknowns: tuple[sp.Symbol, ...], values: Mapping[str, sp.Expr]) -> Formula:
    """In the parameters themselves, with derivatives of overlaps by the ladder."""
    along = {power: of.get("sigma2", 0) for power, of in _varied()}
    known = {u: coupling_per_dimension(), gain: gain_of_parameters(), **along, **_ladder()}
    return Formula(name, unknowns, {key: value.subs(known) for key, value in values.items()})


def _varied() -> Iterator[tuple[sp.Symbol, Mapping[str, int]]]:
    of = powers()
    yield from zip(POWERS, (of["u"], of["gain"], of["sigma_w2"]), strict=True)


def _ladder() -> dict[sp.Symbol, sp.Expr]:
    table = {}
    for k in MODES:
        value = overlap(k)
        for times in range(_DERIVATIVES + 1):
            table[raised_overlap(k, times)] = value
            value = sp.expand(by_log_r(value))
    return table
