"""The force on a neuron in time."""

from __future__ import annotations

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations import dynamics as derived
from binodal.models.single_index.derivations.action import amplitude, overlap
from binodal.numerics.codegen.function import Function


def orders(modes: tuple[int, ...]) -> tuple[int, ...]:
    """The overlaps that the force needs: those of the modes, and two further on."""
    return tuple(sorted({k + j for k in modes for j in (0, 2)}))


def force(modes: tuple[int, ...]) -> Function:
    """(q, r_perp, t_k of the modes, c_k of ``orders``, parameters) -> force along q and r_perp."""
    named = dict(zip(("along_q", "along_r"), derived.forces(modes), strict=True))
    amplitudes, overlaps = map(amplitude, modes), map(overlap, orders(modes))
    parameters = (N, n, d, sigma2, sigma_w2, sigma_a2)
    return Function(
        "force", named, (derived.ALONG, derived.ACROSS, *amplitudes, *overlaps, *parameters)
    )
