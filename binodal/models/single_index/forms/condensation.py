"""Where the law of a neuron stops being normalisable, as a system of equations."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, m, u
from binodal.models.single_index.derivations.condensation import condensation_row, slope_at_infinity
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    with_zero_branch,
    zero_branch,
)
from binodal.models.single_index.forms.events import POWERS, by_parameter
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def condensation(modes: tuple[int, ...], branch: bool, inside: bool) -> dict[str, Function]:
    """The row, its slope in m if the maximum is inside, the zero branch if there is one."""
    row = with_zero_branch(condensation_row(modes), modes, branch)
    rows = [row, *([sp.diff(row, m)] if inside else []), *([zero_branch()] if branch else [])]
    unknowns = [*([m] if inside else []), *([beta] if branch else [])]
    derivatives = [*map(derivative, unknowns), by_parameter]
    arguments = (
        m,
        *([beta] if branch else []),
        u,
        gain,
        sigma_w2,
        *POWERS,
        *(target(k) for k in modes),
        at_rest(1),
        at_rest(3),
        *(slope_at_infinity(k) for k in modes),
    )
    return with_slopes("condensation", rows, derivatives, arguments)


def growth(modes: tuple[int, ...]) -> dict[str, Function]:
    """The row at any residual, and its slope in m."""
    row = condensation_row(modes)
    arguments = (
        m,
        u,
        sigma_w2,
        *(amplitude(k) for k in modes),
        *(slope_at_infinity(k) for k in modes),
    )
    return {"growth": Function("growth", {"row": row, "slope": sp.diff(row, m)}, arguments)}
