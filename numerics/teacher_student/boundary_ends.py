"""End points of the curves of an event."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from numerics.continuation.result import EndPoint


def end_points(
    parameters: Mapping[str, Fraction], event: str, theory: str, digits: int
) -> tuple[EndPoint, ...]:
    """End points inside the parameters' domain."""
    return ()
