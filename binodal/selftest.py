"""Checks that a user can repeat: all derivations, and what each model knows by other means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from binodal.models.protocol import Check, Model
from binodal.models.registry import model, names

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.derive.step import Step


def checks() -> Iterator[Check]:
    """All checks, in the order in which results rest on each other."""
    for name in names():
        of = model(name)
        yield from _derivations(of)
        if of.selftest is not None:
            yield from of.selftest()


def _derivations(of: Model) -> Iterator[Check]:
    seen: list[Step] = []
    for quantity, derivation in of.derivations().items():
        yield f"{of.name}: {quantity}", partial(_verify, derivation, of.theories, seen)


def _verify(
    derivation: Callable[[str], Derivation], theories: Sequence[str], seen: list[Step]
) -> str | None:
    """Run the checks of the steps that are new, in every theory."""
    for theory in theories:
        for step in derivation(theory).steps:
            if step not in seen:
                seen.append(step)
                wrong = step.counterexample()
                if wrong is not None:
                    return f"step '{step.name}': {wrong}"
    return None
