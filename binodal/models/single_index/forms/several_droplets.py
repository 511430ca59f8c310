"""The state past coexistence with two directions as a system of equations."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import by_log_r, overlap, r, u
from binodal.models.single_index.derivations.droplets import mass
from binodal.models.single_index.derivations.limit import at_rest, gain
from binodal.models.single_index.derivations.several import m1, m2, target
from binodal.models.single_index.derivations.several_droplets import (
    Change,
    Modes,
    moved_action,
    residual_mode,
    several_pulls,
    several_unheld,
)
from binodal.models.single_index.forms.orders import orders
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def feature(modes: Modes, images: tuple[Change, ...]) -> dict[str, Function]:
    """S and its slopes, zero, and the pulls in (m_1, m_2, log r, all t_a, mass)."""
    whole = moved_action(modes)
    rows = [whole, sp.diff(whole, m1), sp.diff(whole, m2), by_log_r(whole)]
    rows += several_pulls(modes, images)
    unknowns = [*(residual_mode(a) for a in modes), mass]
    degrees = tuple(sorted({sum(a) for a in modes}))
    derivatives = [derivative(m1), derivative(m2), by_log_r, *map(derivative, unknowns)]
    overlaps = (overlap(k) for k in orders(degrees, 2))
    arguments = (m1, m2, r, *unknowns, u, gain, sigma_w2, *overlaps)
    return with_slopes("several_feature", rows, derivatives, arguments)


def unheld(modes: Modes, branch: bool) -> dict[str, Function]:
    """The closure's rows without features in all t_a, and their slopes."""
    amplitudes = [residual_mode(a) for a in modes]
    arguments = (*amplitudes, u, gain, at_rest(1), *(target(a) for a in modes))
    rows = several_unheld(modes, branch)
    return with_slopes("several_unheld", rows, [*map(derivative, amplitudes)], arguments)
