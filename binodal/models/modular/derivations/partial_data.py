"""Everything that is derived for training on a random subset of the pairs."""

from __future__ import annotations

from functools import cache

from binodal.derive.derivation import Derivation
from binodal.derive.response import response
from binodal.models.modular.derivations.cavity import to_all_powers
from binodal.models.modular.derivations.crossing import crossing
from binodal.models.modular.derivations.quenched import quenched_action
from binodal.models.modular.derivations.subsets import subsets
from binodal.models.modular.derivations.widths import widths


@cache
def partial_data() -> Derivation:
    """Moments over subsets, a generalising neuron, memorising ones beside it, widths, and neurons
    that answer each other."""
    whole = subsets()
    for part in (quenched_action(), to_all_powers(), crossing(), widths(), response()):
        whole = whole.then(part, "Training on a random subset of the pairs")
    return whole
