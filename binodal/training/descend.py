"""``train`` with an optimiser: networks as people train them, their split stored, resumable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.config import exact_of
from binodal.errors import RequestError, said
from binodal.models.protocol import Model
from binodal.page.tables import counted
from binodal.progress import Progress
from binodal.shown import Row, Shown

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.measures.measure import Value
    from binodal.validate.optimizers.spec import OptimizerSpec

_NOT_SETTINGS = {"network", "parameters", "members", "optimizer"}
MEMBERS = 8
_OF_MACHINE = {"members": 1, "steps": 30}
"""What is trained where nothing is said."""

_SHOWN = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")


@dataclass(frozen=True, repr=False)
class Descended(Shown):
    """A finished training by an optimiser: its folder, and losses and accuracies at its end."""

    path: Path
    spec: OptimizerSpec
    notes: tuple[str, ...]
    final: Mapping[str, Value]

    def headline(self) -> str:
        """Where, how many networks, and how they were trained."""
        spec = self.spec
        networks = counted(spec.members, "network")
        return f"{self.path}: {networks}, {counted(spec.steps, 'step')} of {spec.optimizer}"

    def records(self) -> list[Row]:
        """One row: the folder, what was run, and what it came to."""
        spec = self.spec
        ran = {"folder": str(self.path), "model": spec.model, "members": spec.members}
        return [{**ran, "steps": spec.steps, **{n: v.number for n, v in self.final.items()}}]

    def __str__(self) -> str:
        finals = [
            f"{name.replace('_', ' ')} {value.number:.4g}"
            for name, value in self.final.items()
            if value.number is not None
        ]
        return f"{self.headline()}: {', '.join(finals)}"


def own_settings() -> set[str]:
    """The names of an optimiser's settings."""
    from binodal.validate.optimizers.spec import OptimizerSpec

    return {field.name for field in fields(OptimizerSpec)} - _NOT_SETTINGS


def descend(
    of: Model,
    parameters: Parameters,
    output: Path,
    notes: Sequence[str],
    how: Mapping[str, Any],
    resume: bool,
    say: Callable[[str], None],
) -> Descended:
    """Train by an optimiser; ``how`` are its settings, those left out (or None) the defaults."""
    from binodal.validate.optimizers.folder import as_machine
    from binodal.validate.optimizers.spec import MACHINE, OptimizerSpec
    from binodal.validate.optimizers.train import train

    own = {name: value for name, value in how.items() if value is not None}
    if "data_fraction" in own:
        own["data_fraction"] = exact_of(own["data_fraction"], "data_fraction")
    machine = own["optimizer"] == MACHINE
    own = (_OF_MACHINE if machine else {"members": MEMBERS}) | own
    spec = OptimizerSpec(of.offer("network"), parameters, **own)
    if machine:
        spec = as_machine(spec)
        width = f"N={spec.parameters['N']}: a machine has one neuron for every training input"
        notes = (*notes, width)
    plan = f"{counted(spec.members, 'network')}, {counted(spec.steps, 'step')} of {spec.optimizer}"
    say("\n".join((*notes, plan)))
    shown = sys.stderr.isatty()
    with Progress("train", spec.steps) as progress:
        report = progress.advance if shown else _silently
        train(spec, output, resume=resume, report=report, say=say)
    return Descended(output, spec, tuple(notes), _final(output, spec))


def _silently(steps: int) -> None:
    """Tell nobody."""


def _final(folder: Path, spec: OptimizerSpec) -> dict[str, Value]:
    """Losses and accuracies at the end, over all members."""
    from binodal.measuring.rows import together
    from binodal.validate.measures.table import table
    from binodal.validate.optimizers.folder import networks

    _, members = next(iter(networks(folder, spec, 0, last=True)))
    return {name: together([table()[name].compute(of) for of in members]) for name in _SHOWN}


def require_no_sampler(given: Mapping[str, Any], of_samplers: set[str]) -> None:
    """Raise RequestError for settings of samplers beside an optimiser."""
    for name, value in given.items():
        if name in of_samplers - own_settings() and value is not None:
            raise RequestError(f"{_called(name)} is left out with {_called('optimizer')}")


def require_all_data(of: Model) -> None:
    """Raise RequestError for a model of which an optimiser's setting is a parameter."""
    for name in own_settings() & {*of.space.fields}:
        raise RequestError(
            f"{name} is a parameter of {of.name}: an optimiser takes a share of all the data"
        )


def require_no_optimizer(given: dict[str, Any], of_samplers: set[str]) -> None:
    """Take settings of optimisers away that are None. Raises RequestError for any other."""
    for name in (own_settings() - of_samplers) & {*given}:
        if given.pop(name) is not None:
            raise RequestError(f"{_called(name)} is given without {_called('optimizer')}")


def _called(name: str) -> str:
    return said(f"--{name.replace('_', '-')}", name)
