"""The first order in 1/N: sector one's overlaps, and phi squared."""

from __future__ import annotations

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.grammar import z
from binodal.models.single_index.derivations.action import m, overlap
from binodal.models.single_index.derivations.finite_width import across_axis
from binodal.numerics.codegen.function import Function


def across(degrees: tuple[int, ...]) -> Function:
    """What c_k of these degrees is multiplied with at m, for the functions x_j He_{k-1}."""
    factors = {f"m{k}": across_axis(k - 1) / overlap(k) for k in degrees}
    return Function("across", factors, (m,))


def squared(name: str) -> Function:
    """phi(z)^2."""
    return Function("squared", {"value": activation(name).phi ** 2}, (z,))
