"""A derivation: an ordered list of checked steps and the expressions that they yield."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.errors import StepFailed, UncheckedResult
from binodal.derive.step import Step


@dataclass(frozen=True, repr=False)
class Derivation:
    """Steps in order, and the named closed forms they end in.

    ``results`` maps the field's name of a quantity to its derived expression; the
    numeric code is generated from these objects and from nothing else. Each is what some
    step ends in, so that the step's check judges it: raises
    ``UncheckedResult`` for one that is not.
    """

    title: str
    steps: tuple[Step, ...]
    results: Mapping[str, sp.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError(f"derivation '{self.title}' has two steps of one name: {names}")
        object.__setattr__(self, "results", MappingProxyType(dict(self.results)))
        ends = {end for step in self.steps for end in step.ends()}
        unchecked = [name for name, result in self.results.items() if result not in ends]
        if unchecked:
            raise UncheckedResult(self.title, unchecked)

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self.steps)} steps to {', '.join(self.results)}>"

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Everything the results rest on, in the order of first use."""
        return tuple(dict.fromkeys(a for step in self.steps for a in step.assumptions))

    def verify(self, passed: Callable[[str], object] = str) -> int:
        """Run every step's check; return how many passed, after telling ``passed`` each name.

        Raises :class:`StepFailed` at the first step whose independent route
        disagrees, with the counterexample.
        """
        for step in self.steps:
            counterexample = step.counterexample()
            if counterexample is not None:
                raise StepFailed(self.title, step.name, counterexample)
            passed(step.name)
        return len(self.steps)

    def step_of(self, result: str) -> Step:
        """The first step that ends in a result, so that another derivation can rest on it."""
        return next(step for step in self.steps if self.results[result] in step.ends())

    def up_to(self, result: str) -> Derivation:
        """The steps that lead to one result, which alone is kept."""
        last = self.steps.index(self.step_of(result))
        title = f"{self.title}: {result}"
        return Derivation(title, self.steps[: last + 1], {result: self.results[result]})

    def then(self, other: Derivation, title: str | None = None) -> Derivation:
        """This derivation followed by another; results of both are kept."""
        return Derivation(
            title or other.title,
            self.steps + tuple(s for s in other.steps if s not in self.steps),
            {**self.results, **other.results},
        )
