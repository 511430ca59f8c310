"""Predictions for single-index networks: the closure at finite d, more modes, wrong theories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from math import factorial, nan, prod

import numpy as np

from binodal.models.single_index.network.shape import shape_of
from binodal.models.single_index.numerics.closed_modes import closed_modes, more_modes
from binodal.models.single_index.numerics.finite_closure import FiniteState, potential_of, solved
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.law_readings import averages, log_density
from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.numerics.window import Array, Window
from binodal.models.single_index.predictions.finite_width import Solve, finite_width
from binodal.models.single_index.predictions.modes import all_modes, named
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

_BEYOND = 4
COMPLETE = "all modes"
"""The limit of a prediction whose residual may be any function, up to a degree."""


@dataclass(frozen=True, eq=False)
class _Reading:
    """A residual and a law of one neuron, which a wrong theory may take from different places."""

    law: NeuronLaw
    residual: dict[Mode, float]
    window: Window
    chances: Array

    @classmethod
    def of(cls, state: FiniteState) -> _Reading:
        return cls(state.law, state.residual, state.window, state.chances)


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """All predictions of the derived theory, and of the controls.

    The derived theory comes at first order in 1/N too.
    ``places`` are the values of m at which log p(m) is asked for. A closure without a solution in
    double precision gives rows that say so, and what fewer than one neuron would carry is not
    judged.
    """
    setting = shape_of(parameters).setting
    floats = {name: float(value) for name, value in parameters.items()}
    rows: list[Prediction] = []
    if "derived" in theories:
        closed = closed_modes(setting)
        more, whole = more_modes(setting), complete(setting, floats)
        closures = {orders: on_axis(setting, floats, orders) for orders in (closed, more)}
        for orders, states in closures.items():
            top = sum(setting.index(orders[-1]))
            limit = "finite" if orders == closed else f"finite, modes to {top}"
            rows += _derived(setting, orders, limit, states, places)
        rows += _derived(setting, more, COMPLETE, whole, places)
        rows += finite_width(setting, more, whole, closures[more])
    return rows + _controls(setting, floats, places)


def on_axis(
    setting: Setting, parameters: dict[str, float], orders: tuple[Mode, ...]
) -> list[Solve]:
    """Two closures with modes of w*.x alone, the second by a finer quadrature."""
    return _both(setting, parameters, [(orders, ()), (orders, ())])


def complete(setting: Setting, parameters: dict[str, float]) -> list[Solve]:
    """All modes to a degree, around the axis as well.

    Their difference is what the last four degrees change, about twice as much as all that follow.
    """
    return _both(setting, parameters, [all_modes(setting, beyond) for beyond in (0, _BEYOND)])


def _both(
    setting: Setting,
    parameters: dict[str, float],
    sets: Sequence[tuple[tuple[Mode, ...], tuple[int, ...]]],
) -> list[Solve]:
    """A closure of each set of modes, the second by a finer quadrature and from the first."""
    (orders, around), (more, more_around) = sets
    coarse = cache(partial(solved, setting, parameters, orders, 1, around))
    return [coarse, cache(lambda: solved(setting, parameters, more, 2, more_around, coarse()))]


def _derived(
    setting: Setting,
    orders: tuple[Mode, ...],
    limit: str,
    closures: Sequence[Solve],
    places: Sequence[float],
) -> list[Prediction]:
    """The better of two closures, with the change from the other for an error."""
    try:
        states = [solve() for solve in closures]
    except Undecided as doubt:
        return _missing("derived", limit, (named(setting, k) for k in orders), str(doubt))
    why = states[1].too_few()
    known = {named(setting, k) for k in (*orders, *setting.taught)}
    coarse, fine = (
        [
            row
            for row in _rows(
                _Reading.of(s), setting, Prediction("derived", "", 0.0, limit=limit), places
            )
            if row.observable[0] != "t" or row.observable in known
        ]
        for s in states
    )
    return [
        replace(f, error=abs(f.value - c.value), missing=why)
        for c, f in zip(coarse, fine, strict=True)
    ]


def _missing(
    theory: str, limit: str, names: Iterable[str], why: str, control: bool = False
) -> list[Prediction]:
    """Rows that say why a theory has no number for its modes."""
    return [
        Prediction(theory, name, nan, limit=limit, control=control, missing=why) for name in names
    ]


def _rows(
    of: _Reading, setting: Setting, blank: Prediction, places: Sequence[float]
) -> Iterator[Prediction]:
    untouched = {k: float(y) for k, y in setting.taught.items()}
    for k, value in sorted({**untouched, **of.residual}.items()):
        yield replace(blank, observable=named(setting, k), value=value)
    for name, value in averages(of.law, of.window, of.chances).items():
        yield replace(blank, observable=name, value=value)
    logs = log_density(of.law, of.window, of.chances, np.asarray(places, dtype=float))
    for place, value in zip(places, logs, strict=True):
        for name in ("log_density", "log_density_typical"):
            yield replace(blank, observable=name, value=float(value), at=place)


def _lazy(setting: Setting, parameters: dict[str, float]) -> _Reading:
    """The neurons keep their prior; the residual is that of the fixed kernel."""
    law = NeuronLaw(setting, parameters, closed_modes(setting))
    still = np.zeros(len(law.orders))
    window = law.window(still)
    chances, _ = law.chances(window, law.field(window, still))
    # At zero the potential's curvature is the kernel of neurons without a field, and the spring.
    stiffness = potential_of(law, still)[2]
    residual = np.linalg.solve(stiffness, law.spring * law.target * law.norms) / law.norms
    modes = dict(zip(law.orders, map(float, residual), strict=True))
    return _Reading(law, modes, window, chances)


def _doubled(setting: Setting, parameters: dict[str, float], name: str) -> _Reading:
    """Readouts, or weights, of twice the variance."""
    return _Reading.of(solved(setting, parameters | {name: 2 * parameters[name]}))


def _flipped(setting: Setting, parameters: dict[str, float]) -> _Reading:
    """The largest mode of the target with the other sign, and the law without a field."""
    lazy, teacher = _lazy(setting, parameters), setting.taught

    def size(k: Mode) -> Fraction:
        return prod(map(factorial, setting.index(k))) * teacher[k] ** 2

    top = max(teacher, key=size)
    return replace(lazy, residual={**lazy.residual, top: -float(teacher[top])})


def _alone(setting: Setting, parameters: dict[str, float]) -> _Reading:
    """Neurons that know of the first direction only."""
    return _Reading.of(solved(setting.alone() or setting, parameters))


_CONTROLS: dict[str, Callable[[Setting, dict[str, float]], _Reading]] = {
    "control: sigma_a^2 doubled": partial(_doubled, name="sigma_a2"),
    "control: sigma_w^2 doubled": partial(_doubled, name="sigma_w2"),
    "control: no interaction": _lazy,
    "control: the largest mode with the wrong sign": _flipped,
}
_OF_SEVERAL = {"control: the first direction alone": _alone}


def _controls(
    setting: Setting, parameters: dict[str, float], places: Sequence[float]
) -> list[Prediction]:
    """Wrong on purpose."""
    rows: list[Prediction] = []
    more = {} if setting.alone() is None else _OF_SEVERAL
    for name, altered in (_CONTROLS | more).items():
        blank = Prediction(name, "", 0.0, control=True)
        try:
            rows += _rows(altered(setting, parameters), setting, blank, places)
        except Undecided as doubt:
            modes = (named(setting, k) for k in closed_modes(setting))
            rows += _missing(name, "finite", modes, str(doubt), control=True)
    return rows
