"""The named quantities of a group, and the whole chain."""

from __future__ import annotations

from collections.abc import Mapping

from binodal.derive.derivation import Derivation
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.block_escape import block_escape
from binodal.models.group.derivations.block_paths import block_paths
from binodal.models.group.derivations.curves import curves
from binodal.models.group.derivations.determinant import determinant
from binodal.models.group.derivations.escape import escape
from binodal.models.group.derivations.events import events
from binodal.models.group.derivations.finite_width import finite_width_of_blocks
from binodal.models.group.derivations.kernel import kernel
from binodal.models.group.derivations.order_parameter import order_parameter
from binodal.models.group.derivations.representations import nngp_spectrum, representations
from binodal.models.group.derivations.saddles import saddles
from binodal.models.group.derivations.sectors import sectors
from binodal.models.group.derivations.singular_values import singular_values
from binodal.models.group.derivations.sizes import sizes
from binodal.models.group.derivations.three_rows import three_rows
from binodal.models.group.derivations.two_rows import two_rows
from binodal.models.group.derivations.weight_decay import weight_decay


def quantities(group: FiniteGroup) -> Mapping[str, Quantity]:
    """Those of every group, and the irreps of this one."""
    return {
        "irreps": for_any_theory(lambda: representations(group)),
        "nngp-spectrum": for_any_theory(lambda: nngp_spectrum(group)),
        "action": for_any_theory(action),
        "kernel": for_any_theory(kernel),
        "saddles": for_any_theory(saddles),
        "events": for_any_theory(events),
        "escape": for_any_theory(escape),
        "block-escape": for_any_theory(block_escape),
        "block-paths": for_any_theory(block_paths),
        "curves": for_any_theory(curves),
        "sizes": for_any_theory(sizes),
        "singular-values": for_any_theory(singular_values),
        "two-rows": for_any_theory(two_rows),
        "three-rows": for_any_theory(three_rows),
        "sectors": for_any_theory(sectors),
        "finite-width": for_any_theory(finite_width_of_blocks),
        "order-parameter": for_any_theory(order_parameter),
        "determinant": for_any_theory(determinant),
        "weight-decay": for_any_theory(weight_decay),
    }


def complete(group: FiniteGroup, theory: str = "derived") -> Derivation:
    """All quantities in one chain.

    >>> from binodal.derive.groups.names import named
    >>> len(complete(named("S3")).steps) > 15
    True
    """
    title = f"Products in {group.name}, from definitions to events"
    return chained(title, quantities(group), theory)
