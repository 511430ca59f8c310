"""``derive`` and ``codegen``: a derived formula with its steps, or as code."""

from __future__ import annotations

from dataclasses import dataclass

from binodal.derive.derivation import Derivation
from binodal.derive.render import render
from binodal.errors import RequestError
from binodal.models.protocol import Model
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.blocks import Block, Paragraph, literal
from binodal.page.tables import counted
from binodal.request import of_family, require
from binodal.shown import Row, Shown
from binodal.version import VERSION


@dataclass(frozen=True, repr=False)
class Derived(Shown, Derivation):
    """A derivation that shows itself: its rows are the steps."""

    dimension = "number"

    def headline(self) -> str:
        """The title, how many steps, and what they end in."""
        ends = ", ".join(self.results).replace("_", " ")
        return f"{self.title}: {counted(len(self.steps), 'step')} to {ends}"

    def records(self) -> list[Row]:
        """The steps in order: rule, source, what checks them, and what they end in."""
        return [
            {
                "step": step.name,
                "rule": step.rule,
                "source": step.source,
                "check": step.check.route,
                "after": str(step.after),
            }
            for step in self.steps
        ]

    def blocks(self) -> list[Block]:
        """Each step unfolded to its formulas, then the results; the checks run first."""
        from binodal.page.derivations import derivation_blocks

        self.verify()
        return [Paragraph(f"**{literal(self.headline())}**"), *derivation_blocks(self)]

    def __str__(self) -> str:
        return render(self)


@of_family
@isolated
def derive(model_name: str, quantity: str | None = None, *, theory: str = "derived") -> Derived:
    """A quantity's derivation, the steps that lead to one result, or the model's whole chain.

    Its checks run when it is printed or shown, and by ``verify()``.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    derivation = of.complete(theory) if quantity is None else _derivation(of, quantity, theory)
    return Derived(derivation.title, derivation.steps, derivation.results)


def _derivation(of: Model, quantity: str, theory: str) -> Derivation:
    """The derivation of this name, or what leads to a result of this name in the first that has it.

    Raises RequestError where there is neither.
    """
    available = of.derivations()
    if quantity in available:
        return available[quantity](theory)
    for make in available.values():
        derivation = make(theory)
        if quantity in derivation.results:
            return derivation.up_to(quantity)
    choice = ", ".join(available)
    raise RequestError(
        f"quantity {quantity!r}: choose {choice}, or a result that one of them prints"
    )


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
