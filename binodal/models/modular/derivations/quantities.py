"""The named quantities of the modular-addition model, and the whole chain from data to events."""

from __future__ import annotations

from functools import cache

from binodal.derive.derivation import Derivation
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.derive.second_order import second_order
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import action
from binodal.models.modular.derivations.barrier import barrier
from binodal.models.modular.derivations.characters import characters
from binodal.models.modular.derivations.closure import closure
from binodal.models.modular.derivations.corrections import corrections
from binodal.models.modular.derivations.curves import curves
from binodal.models.modular.derivations.data import data
from binodal.models.modular.derivations.delay import delay
from binodal.models.modular.derivations.dropped import dropped
from binodal.models.modular.derivations.dynamics import dynamics
from binodal.models.modular.derivations.endpoints import endpoints
from binodal.models.modular.derivations.events import events
from binodal.models.modular.derivations.finite_width import finite_width_of_modes
from binodal.models.modular.derivations.invariance import symmetries
from binodal.models.modular.derivations.kernel import kernel
from binodal.models.modular.derivations.nngp import nngp_spectrum
from binodal.models.modular.derivations.orbits import mode_orbits
from binodal.models.modular.derivations.reaction import reaction_of_network
from binodal.models.modular.derivations.saddles import saddles
from binodal.models.modular.derivations.scaling import scaling
from binodal.models.modular.derivations.sextic import sextic_decay
from binodal.models.modular.derivations.weights import weights

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
    "curves": curves,
    "barrier": barrier,
    "dynamics": for_any_theory(dynamics),
    "delay": for_any_theory(delay),
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
