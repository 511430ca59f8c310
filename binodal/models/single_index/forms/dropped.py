"""The sizes of the terms that a result leaves out."""

from __future__ import annotations

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2
from binodal.models.single_index.derivations.action import amplitude, m, overlap
from binodal.models.single_index.derivations.droplets import droplet_rows, mass
from binodal.models.single_index.derivations.dropped import dropped, square
from binodal.models.single_index.derivations.limit import at_rest, gain, target
from binodal.models.single_index.derivations.several import m1, m2
from binodal.models.single_index.derivations.several import target as several_target
from binodal.models.single_index.derivations.several_droplets import (
    Change,
    Modes,
    residual_mode,
    several_rows,
)
from binodal.numerics.codegen.function import Function

_ITSELF: Change = (False, 1, 1)
_NAMES = ("freedom_per_neuron", "freedom_per_datum", "unlearned")


def sizes() -> Function:
    """(c_0, c_1 and E phi^2 at rest, N, n, d, sigma^2, sigma_a^2) -> every size."""
    results = dropped().results
    arguments = (at_rest(0), at_rest(1), square, N, n, d, sigma2, sigma_a2)
    return Function("dropped", {name: results[name] for name in _NAMES}, arguments)


def several_carried(modes: Modes) -> Function:
    """(m_1, m_2, mass, G, t_a, y_a, c_|a|) -> the same with two directions."""
    rows = zip(modes, several_rows(modes, (_ITSELF,), False), strict=True)
    shares = {
        f"share_{i}": (row - residual_mode(a) + several_target(a)) / several_target(a)
        for i, (a, row) in enumerate(rows)
    }
    degrees = sorted({sum(a) for a in modes})
    columns = (
        (residual_mode(a) for a in modes),
        (several_target(a) for a in modes),
        (overlap(k) for k in degrees),
    )
    arguments = (m1, m2, mass, gain, *(symbol for column in columns for symbol in column))
    return Function("several_carried", shares, arguments)


def carried(modes: tuple[int, ...]) -> Function:
    """(m, mass, G, t_k, y_k, c_k) -> what neurons at a feature learn of each mode, over y_k."""
    rows = zip(modes, droplet_rows(modes, False), strict=True)
    shares = {f"share_{k}": (row - amplitude(k) + target(k)) / target(k) for k, row in rows}
    columns = (amplitude(k) for k in modes), (target(k) for k in modes), (overlap(k) for k in modes)
    arguments = (m, mass, gain, *(symbol for column in columns for symbol in column))
    return Function("carried", shares, arguments)
