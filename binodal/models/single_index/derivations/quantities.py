"""The named quantities of the single-index theory, and the whole chain."""

from __future__ import annotations

from functools import cache

from binodal.derive.conventions import conventions
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.overlaps import modes
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.models.single_index.derivations.around import around
from binodal.models.single_index.derivations.biased_curves import biased_curves
from binodal.models.single_index.derivations.committee import committee
from binodal.models.single_index.derivations.condensate import condensate
from binodal.models.single_index.derivations.condensation import condensation
from binodal.models.single_index.derivations.curves import curves
from binodal.models.single_index.derivations.droplets import droplets
from binodal.models.single_index.derivations.dropped import dropped
from binodal.models.single_index.derivations.dynamics import dynamics
from binodal.models.single_index.derivations.ends import ends
from binodal.models.single_index.derivations.escape import escape
from binodal.models.single_index.derivations.finite import finite
from binodal.models.single_index.derivations.finite_width import finite_width_of_neurons
from binodal.models.single_index.derivations.landau import landau
from binodal.models.single_index.derivations.law import law
from binodal.models.single_index.derivations.limit import limit
from binodal.models.single_index.derivations.order import order
from binodal.models.single_index.derivations.outlying import outlying
from binodal.models.single_index.derivations.published import published
from binodal.models.single_index.derivations.random_biases import random_biases
from binodal.models.single_index.derivations.several import several
from binodal.models.single_index.derivations.several_curves import several_curves
from binodal.models.single_index.derivations.several_droplets import several_droplets
from binodal.models.single_index.derivations.weights import weighed

QUANTITIES: dict[str, Quantity] = {
    "conventions": for_any_theory(conventions),
    "overlaps": for_any_theory(modes),
    "action": for_any_theory(law),
    "published": for_any_theory(published),
    "limit": for_any_theory(limit),
    "landau": for_any_theory(landau),
    "order": for_any_theory(order),
    "droplets": for_any_theory(droplets),
    "curves": for_any_theory(curves),
    "condensation": for_any_theory(condensation),
    "condensate": for_any_theory(condensate),
    "far-neurons": for_any_theory(outlying),
    "dropped": for_any_theory(dropped),
    "end-points": for_any_theory(ends),
    "finite": for_any_theory(finite),
    "dynamics": for_any_theory(dynamics),
    "escape": for_any_theory(escape),
    "weights": for_any_theory(weighed),
    "around": for_any_theory(around),
    "finite-width": for_any_theory(finite_width_of_neurons),
    "biases": for_any_theory(random_biases),
    "biased-curves": for_any_theory(biased_curves),
    "several": for_any_theory(several),
    "committee": for_any_theory(committee),
    "several-droplets": for_any_theory(several_droplets),
    "several-curves": for_any_theory(several_curves),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain.

    >>> len(complete().steps) > 30
    True
    """
    return chained("The single-index theory, from definitions to events", QUANTITIES, theory)
