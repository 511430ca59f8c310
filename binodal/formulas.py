"""``derive`` and ``codegen``: a derived formula with its steps, or as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.request import of_family, require
from binodal.version import VERSION

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation


@of_family
@isolated
def derive(model_name: str, quantity: str | None = None, *, theory: str = "derived") -> Derivation:
    """A quantity's derivation, or the model's whole chain.

    Its checks run when it is rendered (``binodal.derive.render.render``) or by ``verify()``.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    if quantity is None:
        return of.complete(theory)
    available = of.derivations()
    require(quantity, tuple(available), "quantity")
    return available[quantity](theory)


@of_family
@isolated
def codegen(model_name: str, quantity: str, *, target: str, theory: str = "derived") -> str:
    """A file of source code that computes a derived expression and stands alone.

    Targets: numpy, torch, mpmath, arb (Python), c (C99) and javascript (an ES module).
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    available = of.offer("expressions")
    require(quantity, tuple(available), "quantity")
    from binodal.numerics.codegen.module import source
    from binodal.numerics.codegen.targets import TARGETS

    require(target, tuple(TARGETS), "target")
    chosen = available[quantity](theory)
    origin = f"binodal {VERSION}: {model_name} {quantity}, {theory} theory."
    name = quantity.replace("-", "_")
    notes = (origin, *chosen.notes)
    return source(name, chosen.values, tuple(chosen.arguments), TARGETS[target], notes)
