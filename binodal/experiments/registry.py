"""The experiments there are, by name, with the cases of every model that takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from binodal.models.registry import model, names
from binodal.validate.experiments.experiment import Case, Experiment


def experiments() -> Mapping[str, Experiment]:
    """Every experiment; models that ask one question have their cases one after another."""
    offers = (model(name).experiments for name in names())
    parts: dict[str, list[Experiment]] = {}
    for experiment in (one for offer in offers if offer is not None for one in offer()):
        own = parts.setdefault(experiment.name, [])
        if experiment not in own:
            own.append(experiment)
    return {name: replace(own[0], cases=partial(_cases, own)) for name, own in parts.items()}


def _cases(parts: Sequence[Experiment], effort: Fraction) -> tuple[Case, ...]:
    return tuple(case for part in parts for case in part.cases(effort))
