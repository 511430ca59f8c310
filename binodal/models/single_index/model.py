"""The family of single-index theories as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from binodal.models.late import Late
from binodal.models.protocol import Family, Limit, Model, Option, OrderParameter
from binodal.models.single_index.parameters import NAME, space
from binodal.models.single_index.settings import teacher_of

if TYPE_CHECKING:
    from binodal.numerics.phases.ladder import Approach


_OVERLAP = OrderParameter("q", "q", r"overlap $q$")
_SETTING = Late("binodal.models.single_index.numerics.setting", "setting_of")
_CRITICAL = Late("binodal.models.single_index.numerics.critical", "SingleIndexCriticalPoints")
_CRITICAL_FINITE = Late(
    "binodal.models.single_index.numerics.finite_critical", "FiniteCriticalPoints"
)
_BOUNDARY = Late("binodal.models.single_index.numerics.boundary", "SingleIndexBoundaries")
_GRID = Late("binodal.models.single_index.numerics.grid", "grid_with_curves")
_CELLS = Late("binodal.models.single_index.numerics.phase_cell", "cells_of")
_DYNAMICS = Late("binodal.models.single_index.numerics.dynamics", "dynamics")
_NETWORK = Late("binodal.models.single_index.network.network_model", "network_of")
_LANDSCAPE = Late("binodal.models.single_index.report.landscape", "landscape")
_DROPPED = Late("binodal.models.single_index.numerics.dropped", "dropped_terms")
_EXPERIMENTS = {
    "any-activation": Late(
        "binodal.models.single_index.experiments.any_activation", "ANY_ACTIVATION"
    ),
    "directions-and-biases": Late(
        "binodal.models.single_index.experiments.directions_and_biases", "DIRECTIONS_AND_BIASES"
    ),
}


class _Kind(NamedTuple):
    """What the directions of the teacher and the biases make of a setting."""

    setting: Late
    solver: Late
    points: Late
    branches: Late


_PLAIN = _Kind(
    _SETTING,
    Late("binodal.models.single_index.numerics.solve", "solver"),
    _CRITICAL,
    Late("binodal.models.single_index.numerics.hysteresis", "branches"),
)
_SEVERAL = _Kind(
    Late("binodal.models.single_index.numerics.several.setting", "several_setting"),
    Late("binodal.models.single_index.numerics.several.solve", "several_solver"),
    Late("binodal.models.single_index.numerics.several.critical", "SeveralCriticalPoints"),
    Late("binodal.models.single_index.numerics.loops", "several_branches"),
)
_BIASED = _Kind(
    Late("binodal.models.single_index.numerics.biased.setting", "biased_setting"),
    Late("binodal.models.single_index.numerics.biased.solve", "biased_solver"),
    Late("binodal.models.single_index.numerics.biased.critical", "BiasedCriticalPoints"),
    Late("binodal.models.single_index.numerics.loops", "biased_branches"),
)


def _approach(setting: Callable[[], Any]) -> Approach:
    from binodal.numerics.phases.ladder import Approach

    return Approach("d", 1, _CRITICAL.of(setting()), _CRITICAL_FINITE.of(setting()))


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


def _limits(own: Callable[[], Any], plain: Callable[[], Any], kind: _Kind) -> dict[str, Limit]:
    """Both limits; ``plain`` is the setting of one direction without random biases."""
    alone = kind is _PLAIN
    return {
        "thermodynamic": Limit(
            Late("binodal.models.single_index.numerics.notes", "assumptions").of,
            kind.solver.on(own),
            kind.points.on(own),
            _BOUNDARY.on(plain) if alone else None,
            _GRID.on(plain) if alone else None,
        ),
        "finite": Limit(
            Late("binodal.models.single_index.numerics.finite", "finite_notes").of,
            Late("binodal.models.single_index.numerics.finite", "solver").on(own),
            _CRITICAL_FINITE.on(plain) if alone else None,
        ),
    }


def _member(given: Mapping[str, str]) -> Model:
    """The model of an activation and a teacher, both read and written canonically."""
    from binodal.models.single_index.settings import canonical, directions, has_random_biases

    settings = canonical(given)
    count, biased = directions(settings["teacher"]), has_random_biases(settings["bias"])
    several = count > 1
    kind = _SEVERAL if several else _BIASED if biased else _PLAIN
    words = (settings["activation"], settings["teacher"], settings["bias"])
    own, plain, alone = kind.setting.at(*words), _SETTING.at(*words), kind is _PLAIN
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
        limits=_limits(own, plain, kind),
        derivations=Late("binodal.models.single_index.derivations.quantities", "QUANTITIES"),
        complete=Late("binodal.models.single_index.derivations.quantities", "complete").of,
        expressions=Late("binodal.models.single_index.expressions", "expressions").at(*words),
        cells=None if several else _CELLS.on(plain),
        branches=kind.branches.on(own),
        approach=partial(_approach, plain) if alone else None,
        dynamics=_DYNAMICS.on(own),
        network=_NETWORK.at(settings),
        chapter=Late("binodal.models.single_index.report.content", "CHAPTER"),
        explorer=Late("binodal.models.single_index.explorer.content", "EXPLORER"),
        landscape=_LANDSCAPE if alone else None,
        experiments=_EXPERIMENTS,
        dropped=_DROPPED.on(own),
        theories=("derived",),
        point_theories=("published",) if alone else (),
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
