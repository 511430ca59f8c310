"""The first order in 1/N: sector one's overlaps, and phi squared."""

from __future__ import annotations

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.slope import slope
from binodal.models.single_index.derivations.action import overlap
from binodal.models.single_index.derivations.around import MultiIndex, cosines
from binodal.models.single_index.derivations.finite_width import across_axis
from binodal.numerics.codegen.function import Function


def across(indices: tuple[MultiIndex, ...]) -> Function:
    """What c_{|a|+1} is multiplied with at the cosines, for the functions x_e He_a of all a."""
    factors = {f"m{i}": across_axis(a) / overlap(sum(a) + 1) for i, a in enumerate(indices)}
    return Function("across", factors, cosines(len(indices[0])))


def squared(name: str) -> Function:
    """phi(z)^2."""
    return Function("squared", {"value": activation(name).phi ** 2}, (z,))


def sloped(name: str) -> Function:
    """phi'(z)^2."""
    return Function("sloped", {"value": slope(activation(name).phi) ** 2}, (z,))


def breaks(name: str) -> list[int]:
    """How many kinks and jumps an activation has.

    >>> breaks("relu"), breaks("sign"), breaks("gelu")
    ([1, 0], [0, 1], [0, 0])
    """
    phi = activation(name)
    return [len(phi.kinks), len(phi.jumps)]
