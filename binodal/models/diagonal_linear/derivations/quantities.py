"""The named quantities of diagonal linear networks, and the whole chain."""

from __future__ import annotations

from functools import cache

from binodal.derive.derivation import Derivation
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.models.diagonal_linear.derivations.classifier import classifier
from binodal.models.diagonal_linear.derivations.delay import delay
from binodal.models.diagonal_linear.derivations.escape import escape
from binodal.models.diagonal_linear.derivations.flow import flow
from binodal.models.diagonal_linear.derivations.homogeneous import homogeneous
from binodal.models.diagonal_linear.derivations.path import path

QUANTITIES: dict[str, Quantity] = {
    "flow": for_any_theory(flow),
    "path": for_any_theory(path),
    "transition": for_any_theory(delay),
    "classifier": for_any_theory(classifier),
    "escape": for_any_theory(escape),
    "homogeneous": for_any_theory(homogeneous),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain.

    >>> complete().verify() > 3
    True
    """
    return chained("The dichotomy of early and late bias", QUANTITIES, theory)
