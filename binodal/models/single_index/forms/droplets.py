"""The state past coexistence as a system of equations."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    by_log_r,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.droplets import (
    droplet_rows,
    mass,
    pulls,
    unheld_rows,
)
from binodal.models.single_index.derivations.limit import at_rest, gain, target
from binodal.models.single_index.forms.orders import orders
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def droplets(modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """S = S_m = S_l = 0 and the closure's rows in (m, log r, all t_k, mass), and their Jacobian."""
    whole = action(modes)
    rows = [whole, by(whole, "m"), by_log_r(whole), *droplet_rows(modes, branch)]
    unknowns = [*(amplitude(k) for k in modes), mass]
    derivatives = [lambda e: by(e, "m"), by_log_r, *map(derivative, unknowns)]
    arguments = (
        m,
        r,
        *unknowns,
        u,
        gain,
        sigma_w2,
        at_rest(1),
        *(target(k) for k in modes),
        *(overlap(k) for k in orders(modes, 2)),
    )
    return with_slopes("droplets", rows, derivatives, arguments)


def feature(modes: tuple[int, ...]) -> dict[str, Function]:
    """S = S_m = S_l = 0 and the pulls in (m, log r, all t_k, mass), and their slopes."""
    whole = action(modes)
    rows = [whole, by(whole, "m"), by_log_r(whole), *pulls(modes)]
    unknowns = [*(amplitude(k) for k in modes), mass]
    derivatives = [lambda e: by(e, "m"), by_log_r, *map(derivative, unknowns)]
    arguments = (m, r, *unknowns, u, gain, sigma_w2, *(overlap(k) for k in orders(modes, 2)))
    return with_slopes("feature", rows, derivatives, arguments)


def unheld(modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """The closure's rows without features in all t_k, and their slopes."""
    amplitudes = [amplitude(k) for k in modes]
    arguments = (*amplitudes, u, gain, at_rest(1), *(target(k) for k in modes))
    return with_slopes(
        "unheld", unheld_rows(modes, branch), [*map(derivative, amplitudes)], arguments
    )


def without_features(modes: tuple[int, ...], branch: bool) -> Function:
    """What a feature has to pull, k!/G times each row of the closure without one, and its slope.

    Row k depends on t_k alone, so that rows are slopes of one function; a feature adds
    M m^k c_k F to it.
    """
    rows = {
        k: sp.factorial(k) / gain * row
        for k, row in zip(modes, unheld_rows(modes, branch), strict=True)
    }
    values = {f"row_{k}": row for k, row in rows.items()}
    values |= {f"slope_{k}": sp.diff(row, amplitude(k)) for k, row in rows.items()}
    arguments = (
        *(amplitude(k) for k in modes),
        u,
        gain,
        at_rest(1),
        *(target(k) for k in modes),
    )
    return Function("without_features", values, arguments)
