"""What a model offers; a model is a folder here whose ``model.py`` holds ``MODEL``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from binodal.derive.theories import THEORIES
from binodal.errors import RequestError
from binodal.numerics.parameters import Parameters, Space

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp
    from numpy.typing import NDArray

    from binodal.derive.derivation import Derivation
    from binodal.models.explorer import Explorer
    from binodal.models.report import OwnChapter, Report
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.dynamics.course import Dynamics
    from binodal.numerics.phases.hysteresis import Solver as Branches
    from binodal.numerics.phases.ladder import Approach
    from binodal.numerics.phases.phase_map import Cells
    from binodal.page.landscape import Landscape
    from binodal.validate.experiments.experiment import Experiment
    from binodal.validate.experiments.in_time import InTime
    from binodal.validate.experiments.trial import Trial
    from binodal.validate.network_model import NetworkModel

Check = tuple[str, Callable[[], str | None]]
"""A name, and a function that returns None or a sentence about what is wrong."""


class NotOffered(Exception):
    """The statement of a check does not hold for such a request; the message says what it needs."""


LIMITS = ("thermodynamic", "finite")
STARTS = ("prior", "feature")
METHODS = ("particles", "grid")


@dataclass(frozen=True)
class Expressions:
    """Derived expressions under their names, ready for code generation."""

    values: Mapping[str, sp.Expr]
    arguments: Sequence[sp.Symbol]
    notes: Sequence[str]


class Grid(Protocol):
    """(columns of parameters, theory) -> columns of results, in double precision."""

    def __call__(
        self, columns: Mapping[str, NDArray[np.float64]], theory: str, /
    ) -> Mapping[str, NDArray[Any]]: ...


_ASKED_AS = {"branches": "hysteresis", "cells": "map", "approach": "ladder"}
"""Commands that ask for abilities of another name."""


class Solver(Protocol):
    """(parameters, theory, digits) -> a numerics solution: closure, saddles, masses, phase."""

    def __call__(self, parameters: Parameters, theory: str, digits: int, /) -> Any: ...


class Plotted(Protocol):
    """(document of solve or critical, its numbers, its state) -> the action there, drawn."""

    def __call__(
        self,
        document: Mapping[str, Any],
        params: Mapping[str, float],
        state: Mapping[str, float],
        /,
    ) -> Landscape: ...


@dataclass(frozen=True)
class Limit:
    """What a model offers at infinite or at given size; abilities are loaded when asked for.

    ``assumptions`` are what a theory rests on there, in words.
    """

    assumptions: Callable[[str], Sequence[str]]
    solve: Callable[[], Solver] | None = None
    critical: Callable[[], CriticalPoints[Any]] | None = None
    boundary: Callable[[], Boundaries] | None = None
    grid: Callable[[], Grid] | None = None


@dataclass(frozen=True)
class OrderParameter:
    """The order parameter's name in documents, its attribute in numerics, and how it is typeset."""

    name: str
    attribute: str
    latex: str


@dataclass(frozen=True)
class Model:
    """A theory and its networks: what every command, report and page asks for.

    Abilities are functions without arguments that load what they give, so that help and bad
    requests stay fast; :meth:`offer` calls them, and refuses what is absent. ``closure`` and
    ``coordinates`` are pairs (name in documents, attribute in numerics), and so are ``places``, the
    coordinates of a saddle, which are the order parameter if none are given; ``columns`` are the
    quantities of a sweep with their meanings; ``size`` is what is large in the limit, a parameter
    or else a number that ``own_size`` gives; ``theories`` are those of
    :data:`THEORIES` that it has, and ``point_theories`` further ones that are solved at one setting
    only; ``along`` is what events lie along where nothing is named, a parameter or the time;
    ``kept`` is what branches rest on where that is not what the limit does; ``lacking`` says why
    what is absent is.
    """

    space: Space
    size: str
    order: OrderParameter
    closure: tuple[tuple[str, str], ...]
    coordinates: tuple[tuple[str, str], ...]
    columns: Mapping[str, str]
    events: tuple[str, ...]
    limits: Mapping[str, Limit]
    derivations: Callable[[], Mapping[str, Callable[[str], Derivation]]]
    complete: Callable[[str], Derivation]
    expressions: Callable[[], Mapping[str, Callable[[str], Expressions]]] | None = None
    cells: Callable[[], Cells] | None = None
    branches: Callable[[], Branches] | None = None
    kept: Callable[[str], Sequence[str]] | None = None
    approach: Callable[[], Approach] | None = None
    dynamics: Callable[[], Dynamics] | None = None
    report: Callable[[], Report] | None = None
    chapter: Callable[[], OwnChapter] | None = None
    landscape: Callable[[], Plotted] | None = None
    places: tuple[tuple[str, str], ...] = ()
    selftest: Callable[[], Iterable[Check]] | None = None
    at_order: Callable[[], Callable[[int], Iterable[Check]]] | None = None
    explorer: Callable[[], Explorer] | None = None
    dropped: Callable[[Mapping[str, Fraction], Any], Sequence[Dropped]] | None = None
    network: Callable[[], NetworkModel] | None = None
    experiments: Mapping[str, Callable[[], Experiment]] = field(default_factory=dict)
    courses: Mapping[str, Callable[[], InTime]] = field(default_factory=dict)
    trials: Mapping[str, Callable[[], Trial]] = field(default_factory=dict)
    theories: tuple[str, ...] = THEORIES
    point_theories: tuple[str, ...] = ()
    own_size: Callable[[Mapping[str, Fraction]], Fraction] | None = None
    along: str = "sigma2"
    lacking: str = ""

    @property
    def name(self) -> str:
        """What users call it; a member of a family with its settings."""
        return self.space.name

    @property
    def family(self) -> str:
        """The name without settings."""
        return self.space.model

    def size_at(self, parameters: Mapping[str, Fraction]) -> Fraction:
        """How large what is large in the limit is here."""
        return parameters[self.size] if self.own_size is None else self.own_size(parameters)

    def offer(self, ability: str, limit: str = "") -> Any:
        """The ability of this name, in a limit if it belongs to one.

        Raises RequestError when the model has none: the one place where a request is refused
        because a model lacks what it asks for.
        """
        load = getattr(self.limits.get(limit) if limit else self, ability, None)
        if load is None:
            there = f" in the {limit} limit" if limit in self.limits else ""
            why = f": {self.lacking}" if self.lacking else ""
            asked = _ASKED_AS.get(ability, ability)
            raise RequestError(f"{self.name}: {asked} is not available for this model{there}{why}")
        return load()


@dataclass(frozen=True)
class Option:
    """A setting of a family in words, read by the family; ``default`` where none is given.

    ``asked_by`` are parameters that only some members have, each with the setting that makes them.
    """

    name: str
    help: str
    default: str
    asked_by: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Family:
    """Models that differ by settings in words, such as an activation.

    ``member`` makes the model of settings, canonical ones in its space; it raises RequestError for
    those that make no sense.
    """

    name: str
    options: tuple[Option, ...]
    member: Callable[[Mapping[str, str]], Model]

    def at(self, settings: Mapping[str, str]) -> Model:
        """The member; settings that are not given have their defaults.

        Raises RequestError for an unknown setting.
        """
        known = {option.name: option.default for option in self.options}
        for name in settings:
            if name not in known:
                raise RequestError(f"{self.name} has no {name!r}: it has {', '.join(known)}")
        return self.member({**known, **settings})
