"""The named quantities of the modular-addition model, and the whole chain from data to events."""

from __future__ import annotations

from functools import cache

from binodal.derive.derivation import Derivation
from binodal.derive.modular.action import action
from binodal.derive.modular.barrier import barrier
from binodal.derive.modular.characters import characters
from binodal.derive.modular.closure import closure
from binodal.derive.modular.corrections import corrections
from binodal.derive.modular.data import data
from binodal.derive.modular.dropped import dropped
from binodal.derive.modular.endpoints import endpoints
from binodal.derive.modular.events import events
from binodal.derive.modular.finite_width import finite_width_of_modes
from binodal.derive.modular.invariance import symmetries
from binodal.derive.modular.kernel import kernel
from binodal.derive.modular.nngp import nngp_spectrum
from binodal.derive.modular.orbits import mode_orbits
from binodal.derive.modular.reaction import reaction_of_network
from binodal.derive.modular.saddles import saddles
from binodal.derive.modular.scaling import scaling
from binodal.derive.modular.sextic import sextic_decay
from binodal.derive.modular.weights import weights
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.derive.second_order import second_order
from binodal.derive.theories import require_theory

QUANTITIES: dict[str, Quantity] = {
    "characters": for_any_theory(characters),
    "data": for_any_theory(data),
    "symmetries": for_any_theory(symmetries),
    "orbits": for_any_theory(mode_orbits),
    "nngp-spectrum": for_any_theory(nngp_spectrum),
    "action": action,
    "kernel": kernel,
    "saddles": saddles,
    "closure": closure,
    "events": events,
    "end-points": endpoints,
    "weights": weights,
    "barrier": barrier,
    "reaction": for_any_theory(reaction_of_network),
    "corrections": corrections,
    "scaling": scaling,
    "dropped": dropped,
    "finite-width": for_any_theory(finite_width_of_modes),
    "second-order": for_any_theory(second_order),
    "sextic-decay": for_any_theory(sextic_decay),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain, data first.

    >>> complete().results["sigma2_gmfl2"].free_symbols == complete("published").results[
    ...     "sigma2_gmfl2"].free_symbols
    True
    """
    return chained(f"Modular addition, {require_theory(theory)} theory", QUANTITIES, theory)
