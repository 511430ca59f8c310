"""Derivations as blocks: each step unfolds to its rule, formulas, check, source, assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from binodal.derive.symbols import latex
from binodal.page.anchors import printed_labels, source_links, step_anchor
from binodal.page.blocks import Block, Fold, Formula, Items, Paragraph, Part, literal
from binodal.page.section import Request, Section
from binodal.page.tables import counted

if TYPE_CHECKING:
    import sympy as sp

    from binodal.derive.derivation import Derivation
    from binodal.derive.step import Step

Compiled = Mapping[str, Mapping[str, "sp.Expr"]]
"""Expressions by name, by the name of the quantity whose code they make."""

THEORY = "derived"
"""The theory whose steps are shown."""

_LONGEST = 10_000
"""Characters of LaTeX: about two pages of print."""


def derivations(
    model: str,
    quantities: Mapping[str, Callable[[str], Derivation]],
    compiled: Compiled,
    request: Request,
) -> Section:
    """All quantities of a model with their steps; raises when a step's check fails.

    ``compiled`` are the expressions that code is generated from: a step that ends in one says by
    which command. The data say where the counterparts of a printed equation stand.
    """
    parts, steps = _verified(model, quantities, compiled, request)
    count = len(steps)
    intro = Paragraph(
        f"{count} steps lead from the definitions to the critical points. Each unfolds to its "
        "rule, the expressions before and after, and the independent route that checks it. All "
        "checks ran and passed while this report was written: a single failure would have stopped "
        "it. A source such as M.13 is the label of the printed counterpart."
    )
    data = {"steps": count, "passed": count, "counterparts": _counterparts(model, steps)}
    return Section([intro, *parts], data=data)


def _counterparts(model: str, steps: Sequence[Step]) -> dict[str, list[list[str]]]:
    """The steps that derive each printed equation: anchor and name."""
    counterparts: dict[str, list[list[str]]] = {}
    for step in steps:
        for label in printed_labels(step.source):
            counterparts.setdefault(label, []).append([step_anchor(model, step.name), step.name])
    return counterparts


def _verified(
    model: str,
    quantities: Mapping[str, Callable[[str], Derivation]],
    compiled: Compiled,
    request: Request,
) -> tuple[list[Block], list[Step]]:
    parts: list[Block] = []
    seen: list[Step] = []
    for name, quantity in quantities.items():
        start = perf_counter()
        whole = quantity(THEORY)
        new = tuple(step for step in whole.steps if step not in seen)
        _verify(whole, new)
        parts.append(_quantity(model, whole, new, len(seen), compiled))
        seen += new
        request.say(f"  {name:<20} {len(new)} steps checked  {perf_counter() - start:5.1f} s")
        for step in new:
            request.say(f"    {step.name}: {step.check.route}")
    return parts, seen


def _verify(whole: Derivation, new: tuple[Step, ...]) -> None:
    """Run the checks of the steps that were not shown before. Raises StepFailed."""
    from binodal.derive.derivation import Derivation

    Derivation(whole.title, new).verify()


def _quantity(
    model: str, whole: Derivation, new: tuple[Step, ...], before: int, compiled: Compiled
) -> Part:
    blocks: list[Block] = [
        _step_fold(
            step, before + number, step_anchor(model, step.name), _code(model, step, compiled)
        )
        for number, step in enumerate(new, 1)
    ]
    if len(new) < len(whole.steps):
        words = "rests also on steps shown above" if new else "rests on steps shown above alone"
        blocks.append(Paragraph(f"{len(whole.steps)} steps in all: it {words}."))
    return Part(literal(whole.title), blocks + _results(whole))


def _code(model: str, step: Step, compiled: Compiled) -> list[Block]:
    """The commands that write what a step ends in as code, if code is generated from it."""
    ends = set(step.ends())
    made = {
        name: [key for key, value in values.items() if value in ends]
        for name, values in compiled.items()
    }
    commands = [
        f"`binodal codegen {model} {name} --target TARGET`, its {', '.join(f'`{k}`' for k in keys)}"
        for name, keys in made.items()
        if keys
    ]
    return [Paragraph(f"**Code.** {'; '.join(commands)}.")] if commands else []


def _results(whole: Derivation) -> list[Block]:
    results = [
        _formula(expression, words=f"**{literal(name.replace('_', ' '))}**")
        for name, expression in whole.results.items()
    ]
    return [Fold("Results", results, note=counted(len(results), "closed form"))] if results else []


def derivation_blocks(whole: Derivation) -> list[Block]:
    """All steps of a derivation whose checks have passed, and its results."""
    steps = [_step_fold(step, number) for number, step in enumerate(whole.steps, 1)]
    return [*steps, *_results(whole)]


def _formula(expression: sp.Basic, lead: str = "", words: str = "") -> Block:
    """An expression that can be read, or how long it is and who writes it."""
    written = latex(expression)
    if len(written) <= _LONGEST:
        return Formula(lead + written, words)
    length = f"*A formula of {len(written)} characters, too long to be read here:*"
    whole = "`binodal derive MODEL QUANTITY --steps --format latex` writes it."
    return Paragraph(" ".join(filter(None, (words, length, whole))))


def _step_fold(step: Step, number: int, anchor: str = "", code: Sequence[Block] = ()) -> Fold:
    """One step that has passed its check; in a page with anchors, linked to what is printed."""
    source = source_links(step.source) if anchor else literal(step.source)
    blocks: list[Block] = [
        Paragraph(f"**Rule.** {literal(step.rule)}"),
        _formula(step.before),
        _formula(step.after, "\\Longrightarrow\\quad "),
        Paragraph(f"**Check (passed).** {literal(step.check.route)}"),
        Paragraph(f"**Source.** {source}"),
        *code,
    ]
    if step.assumptions:
        blocks += [
            Paragraph("**Assumes**"),
            Items([literal(assumption.value) for assumption in step.assumptions]),
        ]
    line = f"{number}. {literal(step.name)}"
    return Fold(line, blocks, note=literal(step.source), passed=True, anchor=anchor)
