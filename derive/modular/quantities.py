"""The named quantities of the modular-addition model, and the whole chain from data to events."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from derive.derivation import Derivation
from derive.modular.action import action
from derive.modular.barrier import barrier
from derive.modular.characters import characters
from derive.modular.closure import closure
from derive.modular.corrections import corrections
from derive.modular.data import data
from derive.modular.endpoints import endpoints
from derive.modular.events import events
from derive.modular.finite_width import finite_width_of_modes
from derive.modular.invariance import symmetries
from derive.modular.kernel import kernel
from derive.modular.nngp import nngp_spectrum
from derive.modular.orbits import mode_orbits
from derive.modular.printed import require_theory
from derive.modular.saddles import saddles
from derive.modular.scaling import scaling
from derive.modular.sextic import sextic_decay
from derive.modular.weights import weights

Quantity = Callable[[str], Derivation]


def _of_both_theories(derivation: Callable[[], Derivation]) -> Quantity:
    """A quantity that is the same in the published and in the derived theory."""

    def quantity(theory: str = "derived") -> Derivation:
        require_theory(theory)
        return derivation()

    return quantity


QUANTITIES: dict[str, Quantity] = {
    "characters": _of_both_theories(characters),
    "data": _of_both_theories(data),
    "symmetries": _of_both_theories(symmetries),
    "orbits": _of_both_theories(mode_orbits),
    "nngp-spectrum": _of_both_theories(nngp_spectrum),
    "action": action,
    "kernel": kernel,
    "saddles": saddles,
    "closure": closure,
    "events": events,
    "end-points": endpoints,
    "weights": weights,
    "barrier": barrier,
    "corrections": corrections,
    "scaling": scaling,
    "finite-width": _of_both_theories(finite_width_of_modes),
    "sextic-decay": _of_both_theories(sextic_decay),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain, data first.

    >>> complete().results["sigma2_gmfl2"].free_symbols == complete("published").results[
    ...     "sigma2_gmfl2"].free_symbols
    True
    """
    require_theory(theory)
    chain: Derivation | None = None
    for quantity in QUANTITIES.values():
        part = quantity(theory)
        chain = part if chain is None else chain.then(part)
    assert chain is not None
    return Derivation(f"Modular addition, {theory} theory", chain.steps, chain.results)
