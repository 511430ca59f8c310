"""The published action, on its path r_perp^2 = sigma_w^2, as systems in the cosine alone."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by_log_r,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.droplets import mass, pulls
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    with_zero_branch,
    zero_branch,
)
from binodal.models.single_index.derivations.published import along_path, tilt
from binodal.models.single_index.forms.events import POWERS, by_parameter
from binodal.models.single_index.forms.orders import orders
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def by_parameter_on_path(expression: sp.Expr) -> sp.Expr:
    """d/dx at a fixed cosine: the norm goes with sigma_w."""
    return by_parameter(expression) + POWERS[2] / 2 * by_log_r(expression)


def event(name: str, modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """The event's rows in m, beta where there is a branch, and the parameter's logarithm."""
    whole = with_zero_branch(action(modes), modes, branch)
    slope = along_path(whole)
    bend = along_path(slope)
    rows = [whole, slope] if name == "coexistence" else [slope, bend]
    inner = [derivative(beta)] if branch else []
    if branch:
        rows.append(zero_branch())
    slopes = [along_path, *inner, by_parameter_on_path]
    shape = {"bend": bend, "S": whole}
    return with_slopes(f"path_{name}", rows, slopes, event_arguments(modes, branch), shape)


def event_arguments(modes: tuple[int, ...], branch: bool) -> tuple[sp.Symbol, ...]:
    """m, r, beta, u, G, sigma_w^2, the powers, the teacher's modes, and the overlaps."""
    inner = (m, r, *([beta] if branch else []), u, gain, sigma_w2, *POWERS)
    rest = (at_rest(1), at_rest(3), *(overlap(k) for k in orders(modes, 3)))
    return (*inner, *(target(k) for k in modes), *rest)


def saddle(modes: tuple[int, ...]) -> dict[str, Function]:
    """Stationarity in m at given modes."""
    whole = action(modes)
    slope = along_path(whole)
    shape = {"bend": along_path(slope), "S": whole}
    overlaps = (overlap(k) for k in orders(modes, 3))
    arguments = (m, r, u, sigma_w2, *(amplitude(k) for k in modes), *overlaps)
    return with_slopes("path_saddle", [slope], [along_path], arguments, shape)


def feature(modes: tuple[int, ...]) -> dict[str, Function]:
    """S = 0, its slope and the pulls in (m, all t_k, mass)."""
    whole, amplitudes = action(modes), [amplitude(k) for k in modes]
    rows = [whole, along_path(whole), *pulls(modes)]
    overlaps = (overlap(k) for k in orders(modes, 3))
    arguments = (m, r, *amplitudes, mass, u, gain, sigma_w2, *overlaps)
    slopes = [along_path, *(derivative(t) for t in amplitudes), derivative(mass)]
    return with_slopes("path_feature", rows, slopes, arguments)


def slants() -> dict[str, Function]:
    """m -> d log r/dm, and its slope, on the path."""
    return {"slants": Function("slants", {"tilt": tilt(), "bend": sp.diff(tilt(), m)}, (m,))}
