"""The named quantities of the modular-addition model, and the whole chain from data to events."""

from __future__ import annotations

from functools import cache

from derive.derivation import Derivation
from derive.modular.action import action
from derive.modular.barrier import barrier
from derive.modular.characters import characters
from derive.modular.closure import closure
from derive.modular.corrections import corrections
from derive.modular.data import data
from derive.modular.dropped import dropped
from derive.modular.endpoints import endpoints
from derive.modular.events import events
from derive.modular.finite_width import finite_width_of_modes
from derive.modular.invariance import symmetries
from derive.modular.kernel import kernel
from derive.modular.nngp import nngp_spectrum
from derive.modular.orbits import mode_orbits
from derive.modular.reaction import reaction_of_network
from derive.modular.saddles import saddles
from derive.modular.scaling import scaling
from derive.modular.sextic import sextic_decay
from derive.modular.weights import weights
from derive.quantity import Quantity, chained, for_any_theory
from derive.second_order import second_order
from derive.theories import require_theory

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
