"""The family of theories of finite groups as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.models.group.parameters import EVERY, NAME, space
from binodal.models.group.settings import DECAY, GROUP, canonical
from binodal.models.group.subset import on_subset
from binodal.models.late import Late
from binodal.models.modular.subset import PAIRS, chosen
from binodal.models.protocol import Family, Limit, Model, Option, OrderParameter, Solver
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    from binodal.derive.groups.group import FiniteGroup

_EVENTS = ("birth", "coexistence", "instability", "mass", "gmfl2")
_SETTING = Late("binodal.models.group.setting", "setting_of")
_GROUP = Late("binodal.derive.groups.names", "from_text")
COLUMNS = {
    "a": "part of the irrep in the mean residual, in units of the target",
    "lambda": "eigenvalue of the kernel on the irrep",
    "x": "square of a singular value of W and of V in the minimum",
    "action": "S/|G| of the first minimum, relative to the zero state",
    "mass": "share of the singular values that are in the minimum",
}


def _assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.cyclic import shown
    from binodal.models.group.numerics.results import ACTION_UNITS, PRIOR, assumptions

    setting = _SETTING.of(settings)
    return assumptions(setting, ACTION_UNITS, *shown(setting), PRIOR, large=True)


def _order(group: Callable[[], FiniteGroup], _: Mapping[str, Fraction]) -> Fraction:
    return Fraction(group().order)


def _finite_assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.finite import finite_notes

    return finite_notes(_SETTING.of(settings))


def _solve_finite(settings: Mapping[str, str]) -> Solver:
    from binodal.models.group.numerics.finite import finite_solver
    from binodal.models.group.predictions.corrections import corrections

    plain = finite_solver(_SETTING.of(settings))
    every = _SETTING.of({**settings, "irrep": EVERY})

    def solve(parameters: Parameters, theory: str, digits: int) -> Any:
        solution = plain(parameters, theory, digits)
        solved = [str(part.words["irrep"]) for part in solution.parts if part.closure is not None]
        if not solved:
            return solution
        return replace(solution, corrections=partial(corrections, every, parameters, solved))

    return solve


def _member(given: Mapping[str, str]) -> Model:
    """The model of a group and a decay, on all pairs or on a random subset of them."""
    settings = canonical(given)
    return chosen(given, everything := _on_all(settings), lambda: on_subset(settings, everything))


def _on_all(settings: Mapping[str, str]) -> Model:
    """The model of canonical settings."""
    setting, group = _SETTING.at(settings), _GROUP.at(settings["group"])
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
                Late("binodal.models.group.numerics.solve", "solver").on(setting),
                Late("binodal.models.group.numerics.critical", "GroupCriticalPoints").on(setting),
                Late("binodal.models.group.numerics.boundary", "GroupBoundaries").on(setting),
                Late("binodal.models.group.numerics.sweeps", "GroupGrid").on(
                    setting, "thermodynamic"
                ),
            ),
            "finite": Limit(
                partial(_finite_assumptions, settings),
                partial(_solve_finite, settings),
                Late("binodal.models.group.numerics.finite_critical", "FiniteGroupPoints").on(
                    setting
                ),
                boundary=Late("binodal.models.group.numerics.boundary", "FiniteGroupBoundaries").on(
                    setting
                ),
                grid=Late("binodal.models.group.numerics.sweeps", "GroupGrid").on(
                    setting, "finite"
                ),
            ),
        },
        derivations=Late("binodal.models.group.derivations.quantities", "quantities").on(group),
        complete=Late("binodal.models.group.derivations.quantities", "complete").on(group),
        expressions=Late("binodal.models.group.expressions", "expressions").on(setting),
        cells=Late("binodal.models.group.numerics.sweeps", "cells").on(setting),
        branches=Late("binodal.models.group.numerics.sweeps", "loop").on(setting),
        approach=Late("binodal.models.group.numerics.ladder", "approach").on(setting),
        dropped=Late("binodal.models.group.numerics.dropped", "dropped_terms").on(setting),
        network=Late("binodal.models.group.network.network_model", "network_of").at(settings),
        experiments={"any-group": Late("binodal.models.group.experiments.any_group", "ANY_GROUP")},
        theories=("derived",),
        places=(("rank", "rank"), ("x", "x")),
        at_order=Late("binodal.models.group.exact_checks", "exact_checks"),
        chapter=Late("binodal.models.group.report.content", "CHAPTER"),
        explorer=Late("binodal.models.group.explorer.content", "EXPLORER"),
        own_size=partial(_order, group),
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
