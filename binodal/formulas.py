"""``derive`` and ``codegen``: a derived formula with its steps, or as code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import wrap

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
    """A derivation that shows itself: its rows are the steps.

    The chain of a whole model has ``parts``: its quantities, each with a title, by their names.
    """

    parts: Mapping[str, Derivation] = field(default_factory=dict)
    dimension = "number"

    def headline(self) -> str:
        """The title, how many steps, and what they end in; of a whole model its quantities."""
        ends = ", ".join(self.parts or self.results).replace("_", " ")
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

    def text(self, form: str = "text", steps: bool = False) -> str:
        """As :func:`binodal.derive.render.render` writes it; the parts of a chain by their titles.

        Raises what that raises; the checks run first.
        """
        if not self.parts or steps or form != "text":
            return render(self, form, steps)
        count = self.verify()
        title = f"{self.title}: {len(self.parts)} quantities, {count} steps, all checked"
        return "\n".join([title, "=" * len(title), *_contents(self.parts), "", _HOW])

    def __str__(self) -> str:
        return self.text()


_HOW = """\
`binodal derive MODEL NAME` prints the formulas of one, and what they assume; the indented names
are results, and each of them is a NAME too. With --steps: how they come about."""
_WIDTH = 100


def _contents(parts: Mapping[str, Derivation]) -> Iterator[str]:
    """A quantity's name and title, and what it ends in that none before it did."""
    longest = max(map(len, parts))
    indent = " " * (longest + 4)
    shown: set[str] = set()
    for name, part in parts.items():
        yield f"{name:<{longest}}  {part.title}"
        ends = [result for result in part.results if result not in shown]
        shown.update(ends)
        yield from wrap(", ".join(ends), _WIDTH, initial_indent=indent, subsequent_indent=indent)


@of_family
@isolated
def derive(model_name: str, quantity: str | None = None, *, theory: str = "derived") -> Derived:
    """A quantity's derivation, the steps that lead to one result, or the model's whole chain.

    Its checks run when it is printed or shown, and by ``verify()``.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    if quantity is not None:
        derivation, parts = _derivation(of, quantity, theory), {}
    else:
        derivation = of.complete(theory)
        parts = {name: make(theory) for name, make in of.derivations().items()}
    return Derived(derivation.title, derivation.steps, derivation.results, parts)


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
