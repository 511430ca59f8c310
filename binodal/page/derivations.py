"""Derivations as blocks: each step unfolds to its rule, formulas, check, source, assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from binodal.derive.symbols import latex
from binodal.page.blocks import Block, Fold, Formula, Items, Paragraph, Part, literal
from binodal.page.section import Request, Section
from binodal.page.tables import counted

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.derive.step import Step

_THEORY = "derived"


def derivations(quantities: Mapping[str, Callable[[str], Derivation]], request: Request) -> Section:
    """All quantities of a model with their steps; raises when a step's check fails."""
    parts, count = _verified(quantities, request)
    intro = Paragraph(
        f"{count} steps lead from the definitions to the critical points. Each unfolds to its "
        "rule, the expressions before and after, and the independent route that checks it. All "
        "checks ran and passed while this report was written: a single failure would have stopped "
        "it. A source such as M.13 is the label of the printed counterpart."
    )
    return Section([intro, *parts], data={"steps": count, "passed": count})


def _verified(
    quantities: Mapping[str, Callable[[str], Derivation]], request: Request
) -> tuple[list[Block], int]:
    parts: list[Block] = []
    seen: list[Step] = []
    for name, quantity in quantities.items():
        start = perf_counter()
        whole = quantity(_THEORY)
        new = tuple(step for step in whole.steps if step not in seen)
        _verify(whole, new)
        parts.append(_quantity(whole, new, len(seen)))
        seen += new
        request.say(f"  {name:<20} {len(new)} steps checked  {perf_counter() - start:5.1f} s")
        for step in new:
            request.say(f"    {step.name}: {step.check.route}")
    return parts, len(seen)


def _verify(whole: Derivation, new: tuple[Step, ...]) -> None:
    """Run the checks of the steps that were not shown before. Raises StepFailed."""
    from binodal.derive.derivation import Derivation

    Derivation(whole.title, new).verify()


def _quantity(whole: Derivation, new: tuple[Step, ...], before: int) -> Part:
    blocks: list[Block] = [step_fold(step, before + number) for number, step in enumerate(new, 1)]
    if len(new) < len(whole.steps):
        words = "rests also on steps shown above" if new else "rests on steps shown above alone"
        blocks.append(Paragraph(f"{len(whole.steps)} steps in all: it {words}."))
    return Part(literal(whole.title), blocks + _results(whole))


def _results(whole: Derivation) -> list[Block]:
    results = [
        Formula(latex(expression), f"**{literal(name.replace('_', ' '))}**")
        for name, expression in whole.results.items()
    ]
    return [Fold("Results", results, note=counted(len(results), "closed form"))] if results else []


def derivation_blocks(whole: Derivation) -> list[Block]:
    """All steps of a derivation whose checks have passed, and its results."""
    steps = [step_fold(step, number) for number, step in enumerate(whole.steps, 1)]
    return [*steps, *_results(whole)]


def step_fold(step: Step, number: int) -> Fold:
    """One step that has passed its check."""
    blocks: list[Block] = [
        Paragraph(f"**Rule.** {literal(step.rule)}"),
        Formula(latex(step.before)),
        Formula(f"\\Longrightarrow\\quad {latex(step.after)}"),
        Paragraph(f"**Check (passed).** {literal(step.check.route)}"),
        Paragraph(f"**Source.** {literal(step.source)}"),
    ]
    if step.assumptions:
        blocks += [
            Paragraph("**Assumes**"),
            Items([literal(assumption.value) for assumption in step.assumptions]),
        ]
    return Fold(f"{number}. {literal(step.name)}", blocks, note=literal(step.source), passed=True)
