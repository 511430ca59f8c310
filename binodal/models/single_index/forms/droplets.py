"""The state past coexistence as a system of equations."""

from __future__ import annotations

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
from binodal.models.single_index.derivations.droplets import droplet_rows, mass
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
