"""What a model offers; a model is a folder here whose ``model.py`` holds ``MODEL``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from binodal.derive.theories import THEORIES as THEORIES
from binodal.errors import RequestError
from binodal.numerics.parameters import Parameters, Space

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp
    from numpy.typing import NDArray

    from binodal.derive.derivation import Derivation
    from binodal.models.report import Report
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped

LIMITS = ("thermodynamic", "finite")


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


class Solver(Protocol):
    """(parameters, theory, limit, digits) -> a numerics solution."""

    def __call__(self, parameters: Parameters, theory: str, limit: str, digits: int) -> Any: ...


@dataclass(frozen=True)
class Model:
    """A model's entry points and the names of its results.

    ``closure``, ``coordinates`` and ``order_parameter`` are pairs (name in documents, attribute in
    numerics); ``columns`` are the quantities of a sweep with their meanings. Heavy imports belong
    into the functions, so that help and bad requests stay fast.
    """

    space: Space
    quantities: Callable[[], Mapping[str, Callable[[str], Derivation]]]
    complete: Callable[[str], Derivation]
    solve: Solver | None = None
    critical: Callable[[str], CriticalPoints[Any]] | None = None
    expressions: Callable[[], Mapping[str, Callable[[str], Expressions]]] | None = None
    grid: Grid | None = None
    finite_grid: Grid | None = None
    report: Callable[[], Report] | None = None
    events: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    closure: tuple[tuple[str, str], ...] = ()
    coordinates: tuple[tuple[str, str], ...] = ()
    order_parameter: tuple[str, str] = ("q", "q")
    columns: Mapping[str, str] = field(default_factory=dict)
    assumptions: Callable[[str, str], Sequence[str]] = lambda theory, limit: ()
    dropped: Callable[[Parameters, Any], Sequence[Dropped]] = lambda parameters, found: ()

    @property
    def name(self) -> str:
        """What users call it."""
        return self.space.model

    def offer(self, ability: str) -> Any:
        """The entry point of this name. Raises RequestError when the model has none."""
        found = getattr(self, ability)
        if found is None:
            raise RequestError(f"{self.name}: {ability} is not available for this model")
        return found
