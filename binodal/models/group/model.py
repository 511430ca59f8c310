"""The family of theories of finite groups as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.models.group.parameters import EVERY, NAME, space
from binodal.models.group.settings import DECAY, GROUP, canonical
from binodal.models.group.subset import on_subset
from binodal.models.modular.subset import PAIRS, chosen
from binodal.models.protocol import (
    Check,
    Expressions,
    Family,
    Grid,
    Limit,
    Model,
    Option,
    OrderParameter,
    Solver,
)

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.explorer import Explorer
    from binodal.models.group.setting import Setting
    from binodal.models.report import OwnChapter
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.parameters import Parameters
    from binodal.numerics.phases.hysteresis import Solver as Branches
    from binodal.numerics.phases.ladder import Approach
    from binodal.numerics.phases.phase_map import Cells
    from binodal.validate.experiments.experiment import Experiment
    from binodal.validate.network_model import NetworkModel

_EVENTS = ("birth", "coexistence", "instability", "mass", "gmfl2")
COLUMNS = {
    "a": "part of the irrep in the mean residual, in units of the target",
    "lambda": "eigenvalue of the kernel on the irrep",
    "x": "square of a singular value of W and of V in the minimum",
    "action": "S/|G| of the first minimum, relative to the zero state",
    "mass": "share of the singular values that are in the minimum",
}


def _setting(settings: Mapping[str, str]) -> Setting:
    from binodal.models.group.setting import setting_of

    return setting_of(settings)


def _assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.cyclic import shown
    from binodal.models.group.numerics.results import ACTION_UNITS, PRIOR, assumptions

    setting = _setting(settings)
    return assumptions(setting, ACTION_UNITS, *shown(setting), PRIOR, large=True)


def _solve(settings: Mapping[str, str]) -> Solver:
    from binodal.models.group.numerics.solve import solver

    return solver(_setting(settings))


def _finite_assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.finite import finite_notes

    return finite_notes(_setting(settings))


def _solve_finite(settings: Mapping[str, str]) -> Solver:
    from binodal.models.group.numerics.finite import finite_solver

    return finite_solver(_setting(settings))


def _critical_finite(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.group.numerics.finite_critical import FiniteGroupPoints

    return FiniteGroupPoints(_setting(settings))


def _critical(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.group.numerics.critical import GroupCriticalPoints

    return GroupCriticalPoints(_setting(settings))


def _boundary(settings: Mapping[str, str]) -> Boundaries:
    from binodal.models.group.numerics.boundary import GroupBoundaries

    return GroupBoundaries(_setting(settings))


def _boundary_finite(settings: Mapping[str, str]) -> Boundaries:
    from binodal.models.group.numerics.boundary import FiniteGroupBoundaries

    return FiniteGroupBoundaries(_setting(settings))


def _grid(settings: Mapping[str, str], limit: str) -> Grid:
    from binodal.models.group.numerics.sweeps import GroupGrid

    return GroupGrid(_setting(settings), limit)


def _cells(settings: Mapping[str, str]) -> Cells:
    from binodal.models.group.numerics.sweeps import cells

    return cells(_setting(settings))


def _branches(settings: Mapping[str, str]) -> Branches:
    from binodal.models.group.numerics.sweeps import loop

    return loop(_setting(settings))


def _approach(settings: Mapping[str, str]) -> Approach:
    from binodal.models.group.numerics.ladder import approach

    return approach(_setting(settings))


def _expressions(settings: Mapping[str, str]) -> Mapping[str, Callable[[str], Expressions]]:
    from binodal.models.group.expressions import expressions

    return expressions(_setting(settings))


def _chapter() -> OwnChapter:
    from binodal.models.group.report.content import CHAPTER

    return CHAPTER


def _explorer() -> Explorer:
    from binodal.models.group.explorer.content import EXPLORER

    return EXPLORER


def _at_order() -> Callable[[int], Iterable[Check]]:
    from binodal.models.group.exact_checks import exact_checks

    return exact_checks


def _order(settings: Mapping[str, str]) -> int:
    from binodal.derive.groups.names import from_text

    return from_text(settings["group"]).order


def _dropped(settings: Mapping[str, str], parameters: Parameters, result: Any) -> Sequence[Dropped]:
    from binodal.models.group.numerics.dropped import dropped_terms

    return dropped_terms(_setting(settings), parameters, result)


def _network(settings: Mapping[str, str]) -> NetworkModel:
    from binodal.models.group.network.network_model import network_of

    return network_of(settings)


def _any_group() -> Experiment:
    from binodal.models.group.experiments.any_group import ANY_GROUP

    return ANY_GROUP


def _derivations(settings: Mapping[str, str]) -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.group.derivations.quantities import quantities

    return quantities(_setting(settings).group)


def _complete(settings: Mapping[str, str], theory: str) -> Derivation:
    from binodal.models.group.derivations.quantities import complete

    return complete(_setting(settings).group, theory)


def _member(given: Mapping[str, str]) -> Model:
    """The model of a group and a decay, on all pairs or on a random subset of them."""
    settings = canonical(given)
    return chosen(given, everything := _on_all(settings), lambda: on_subset(settings, everything))


def _on_all(settings: Mapping[str, str]) -> Model:
    """The model of canonical settings."""
    return Model(
        space(settings),
        size="|G|",
        order=OrderParameter("x", "x", r"$x$, square of a singular value"),
        closure=(("a", "a"), ("lambda", "lam")),
        coordinates=(("u", "u"), ("x", "x"), ("a", "a")),
        columns=COLUMNS,
        events=_EVENTS,
        limits={
            "thermodynamic": Limit(
                partial(_assumptions, settings),
                partial(_solve, settings),
                partial(_critical, settings),
                partial(_boundary, settings),
                partial(_grid, settings, "thermodynamic"),
            ),
            "finite": Limit(
                partial(_finite_assumptions, settings),
                partial(_solve_finite, settings),
                partial(_critical_finite, settings),
                boundary=partial(_boundary_finite, settings),
                grid=partial(_grid, settings, "finite"),
            ),
        },
        derivations=partial(_derivations, settings),
        complete=partial(_complete, settings),
        expressions=partial(_expressions, settings),
        cells=partial(_cells, settings),
        branches=partial(_branches, settings),
        approach=partial(_approach, settings),
        dropped=partial(_dropped, settings),
        network=partial(_network, settings),
        experiments={"any-group": _any_group},
        theories=("derived",),
        places=(("rank", "rank"), ("x", "x")),
        at_order=_at_order,
        chapter=_chapter,
        explorer=_explorer,
        own_size=partial(_order, settings),
    )


FAMILY = Family(
    NAME,
    (
        Option("group", "a name (Z12, Z2xZ4, D5, S4, A5, Q8, ...) or a file", GROUP),
        Option("decay", "schatten or frobenius", DECAY),
        Option("irrep", "one irrep by its name, such as 2a, or every one", EVERY),
        PAIRS,
    ),
    _member,
)
