"""The family of single-index theories as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.models.protocol import (
    Expressions,
    Family,
    Grid,
    Limit,
    Model,
    Option,
    OrderParameter,
    Plotted,
    Solver,
)
from binodal.models.single_index.parameters import NAME, space
from binodal.models.single_index.settings import teacher_of

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.explorer import Explorer
    from binodal.models.report import OwnChapter
    from binodal.models.single_index.numerics.setting import Setting
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.phases.hysteresis import Solver as Branches
    from binodal.numerics.phases.ladder import Approach
    from binodal.numerics.phases.phase_map import Cells
    from binodal.validate.experiments.experiment import Experiment
    from binodal.validate.network_model import NetworkModel


_OVERLAP = OrderParameter("q", "q", r"overlap $q$")


def _setting(settings: Mapping[str, str]) -> Setting:
    from binodal.models.single_index.numerics.setting import setting_of

    return setting_of(**settings)


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.single_index.numerics.notes import assumptions

    return assumptions(theory)


def _solve(settings: Mapping[str, str]) -> Solver:
    from binodal.models.single_index.settings import has_random_biases, has_several

    if has_several(settings["teacher"]):
        from binodal.models.single_index.numerics.several.setting import several_setting
        from binodal.models.single_index.numerics.several.solve import several_solver

        return several_solver(several_setting(**settings))
    if has_random_biases(settings["bias"]):
        from binodal.models.single_index.numerics.biased.setting import biased_setting
        from binodal.models.single_index.numerics.biased.solve import biased_solver

        return biased_solver(biased_setting(**settings))
    from binodal.models.single_index.numerics.solve import solver

    return solver(_setting(settings))


def _boundary(settings: Mapping[str, str]) -> Boundaries:
    from binodal.models.single_index.numerics.boundary import SingleIndexBoundaries

    return SingleIndexBoundaries(_setting(settings))


def _grid(settings: Mapping[str, str]) -> Grid:
    from binodal.models.single_index.numerics.grid import grid_of
    from binodal.models.single_index.numerics.grid_curves import with_curves

    setting = _setting(settings)
    return with_curves(setting, grid_of(setting))


def _cells(settings: Mapping[str, str]) -> Cells:
    from binodal.models.single_index.numerics.phase_cell import cells_of

    return cells_of(_setting(settings))


def _branches(settings: Mapping[str, str]) -> Branches:
    from binodal.models.single_index.numerics.hysteresis import branches

    return branches(_setting(settings))


def _finite_assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.single_index.numerics.finite import finite_notes

    return finite_notes(theory)


def _solve_finite(settings: Mapping[str, str]) -> Solver:
    from binodal.models.single_index.numerics.finite import solver

    return solver(_setting(settings))


def _critical_finite(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.single_index.numerics.finite_critical import FiniteCriticalPoints

    return FiniteCriticalPoints(_setting(settings))


def _approach(settings: Mapping[str, str]) -> Approach:
    from binodal.numerics.phases.ladder import Approach

    return Approach("d", 1, _critical(settings), _critical_finite(settings))


def _expressions(settings: Mapping[str, str]) -> Mapping[str, Callable[[str], Expressions]]:
    from binodal.models.single_index.expressions import expressions

    return expressions(**settings)


def _network(settings: Mapping[str, str]) -> NetworkModel:
    from binodal.models.single_index.network.network_model import network_of

    return network_of(settings)


def _chapter() -> OwnChapter:
    from binodal.models.single_index.report.content import CHAPTER

    return CHAPTER


def _explorer() -> Explorer:
    from binodal.models.single_index.explorer.content import EXPLORER

    return EXPLORER


def _landscape() -> Plotted:
    from binodal.models.single_index.report.landscape import landscape

    return landscape


def _any_activation() -> Experiment:
    from binodal.models.single_index.experiments.any_activation import ANY_ACTIVATION

    return ANY_ACTIVATION


def _directions_and_biases() -> Experiment:
    from binodal.models.single_index.experiments.directions_and_biases import DIRECTIONS_AND_BIASES

    return DIRECTIONS_AND_BIASES


def _critical(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.single_index.settings import has_random_biases, has_several

    if has_several(settings["teacher"]):
        from binodal.models.single_index.numerics.several.critical import SeveralCriticalPoints
        from binodal.models.single_index.numerics.several.setting import several_setting

        return SeveralCriticalPoints(several_setting(**settings))
    if has_random_biases(settings["bias"]):
        from binodal.models.single_index.numerics.biased.critical import BiasedCriticalPoints
        from binodal.models.single_index.numerics.biased.setting import biased_setting

        return BiasedCriticalPoints(biased_setting(**settings))
    from binodal.models.single_index.numerics.critical import SingleIndexCriticalPoints

    return SingleIndexCriticalPoints(_setting(settings))


def _dropped(
    settings: Mapping[str, str], parameters: Mapping[str, Fraction], result: Any
) -> Sequence[Dropped]:
    from binodal.models.single_index.numerics.dropped import dropped_terms

    return dropped_terms(_setting(settings), parameters, result)


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.single_index.derivations.quantities import QUANTITIES

    return QUANTITIES


def _complete(theory: str) -> Derivation:
    from binodal.models.single_index.derivations.quantities import complete

    return complete(theory)


def _columns(teacher: str) -> dict[str, str]:
    """What a sweep holds, with one direction."""
    modes = {f"t_{k}": f"He_{k} of the mean residual" for k in teacher_of(teacher)}
    return {
        **modes,
        "m": "cosine at the deepest feature minimum",
        "r": "norm there",
        "q": "overlap m r there",
        "action": "S/d there, relative to the zero state",
        "mass": "probability of the feature minima",
        "test_loss": "squared error of the mean predictor on new inputs",
        "log_evidence": "log evidence per neuron",
    }


def _member(given: Mapping[str, str]) -> Model:
    """The model of an activation and a teacher, both read and written canonically."""
    from binodal.models.single_index.settings import canonical, directions, has_random_biases

    settings = canonical(given)
    count, biased = directions(settings["teacher"]), has_random_biases(settings["bias"])
    several = count > 1
    single = ("m", "r", "q", *(["beta"] if biased else []))
    names = (*(f"m{k + 1}" for k in range(count)), "r") if several else single
    places = tuple((name, name) for name in names)
    return Model(
        space(settings),
        size="d",
        order=OrderParameter("m1", "m1", r"cosine $m_1$") if several else _OVERLAP,
        closure=(("t", "t"),),
        coordinates=(("u", "u"), ("b", "b"), *places),
        columns={} if several else _columns(settings["teacher"]),
        events=("birth", "coexistence", "instability", "condensation", "mass"),
        limits={
            "thermodynamic": Limit(
                _assumptions,
                partial(_solve, settings),
                partial(_critical, settings),
                None if several or biased else partial(_boundary, settings),
                None if several or biased else partial(_grid, settings),
            ),
            "finite": Limit(
                _finite_assumptions,
                partial(_solve_finite, settings),
                None if several or biased else partial(_critical_finite, settings),
            ),
        },
        derivations=_derivations,
        complete=_complete,
        expressions=partial(_expressions, settings),
        cells=None if several else partial(_cells, settings),
        branches=None if several else partial(_branches, settings),
        approach=None if several or biased else partial(_approach, settings),
        network=partial(_network, settings),
        chapter=_chapter,
        explorer=_explorer,
        landscape=None if several or biased else _landscape,
        experiments={
            "any-activation": _any_activation,
            "directions-and-biases": _directions_and_biases,
        },
        dropped=None if several or biased else partial(_dropped, settings),
        theories=("derived",),
        point_theories=() if several or biased else ("published",),
        places=places,
    )


FAMILY = Family(
    NAME,
    (
        Option("activation", "a name (erf, relu, tanh, sin:2, ...) or an expression in z", "erf"),
        Option("teacher", 'the coefficients of He_k, as "1: 1, 3: -3/10"', "1: 1, 3: -3/10"),
        Option("bias", "none, fixed:B, or of N(0, V/d): scaled:V, or of N(0, V): prior:V", "none"),
    ),
    _member,
)
