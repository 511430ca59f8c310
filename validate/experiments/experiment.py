"""An experiment: named cases, each one run of an ensemble, under one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale, whole_sizes
from binodal.validate.network_model import NetworkModel
from binodal.validate.run.spec import RunSpec


@dataclass(frozen=True)
class Case:
    """One run of an experiment; ``varied`` are the values that tell it from its neighbours.

    ``judged`` is False for runs that are not in equilibrium on purpose (a course in time). With
    ``sources`` the summary says how much of the gap to a theory each approximation explains. With
    an order parameter ``against`` its last networks are measured, and their measures held against
    it; such cases are no comparison.
    """

    name: str
    spec: RunSpec
    varied: Mapping[str, Fraction]
    judged: bool = True
    sources: bool = False
    against: str = ""


@dataclass(frozen=True)
class Length:
    """How long networks run: steps before the first draw, draws, and steps between them."""

    burn_in: int
    draws: int
    thin: int


def ensemble(
    network: NetworkModel,
    parameters: Parameters,
    members: int,
    length: Length,
    sampler: str = "baoab",
    starts: str = "both",
    seed: int = 2310,
) -> RunSpec:
    """The run of an experiment's networks, all else as usual."""
    return RunSpec(network, parameters, members, sampler, starts, **vars(length), seed=seed)


@dataclass(frozen=True)
class Experiment:
    """A question to networks; ``cases`` lists its runs at an effort (1: as stored).

    ``followed`` is an observable and the parameter along which its theories are drawn between the
    cases too.
    """

    name: str
    title: str
    question: str
    cases: Callable[[Fraction], tuple[Case, ...]]
    followed: tuple[str, str] | None = None


def on_device(experiment: Experiment, device: str) -> Experiment:
    """The same networks on a device of torch, so many at once as suit it."""

    def cases(effort: Fraction) -> tuple[Case, ...]:
        there = ((case, replace(case.spec, device=device, shard=0)) for case in own(effort))
        return tuple(replace(case, spec=spec) for case, spec in there)

    own = experiment.cases
    return experiment if device == "cpu" else replace(experiment, cases=cases)


def scaled(base: Parameters, beta: Fraction, **changes: Fraction | int | str) -> Parameters:
    """Parameters with some values changed, rescaled by its model's scaling, sizes whole."""
    changed = base.replace(**{key: Fraction(value) for key, value in changes.items()})
    moved, _ = rescale(changed, beta)
    return whole_sizes(moved)[0]


def members_at(effort: Fraction, wanted: int, least: int = 4) -> int:
    """An even number of networks in proportion to the effort.

    >>> members_at(Fraction(1, 10), 200), members_at(Fraction(1, 1000), 200)
    (20, 4)
    """
    return max(least, 2 * round(wanted * effort / 2))
