"""Predictions for single-index networks: the closure at finite d, more modes, wrong theories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import factorial, nan

import numpy as np

from binodal.models.single_index.network.shape import shape_of
from binodal.models.single_index.numerics.finite_closure import (
    FiniteState,
    closed_modes,
    scales,
    solved,
)
from binodal.models.single_index.numerics.law import Array, NeuronLaw, Window
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.predictions.law_readings import averages, log_density
from binodal.models.single_index.predictions.modes import all_modes, more_modes
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
    residual: dict[int, float]
    window: Window
    chances: Array

    @classmethod
    def of(cls, state: FiniteState) -> _Reading:
        return cls(state.law, state.residual, state.window, state.chances)


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """All predictions of the derived theory, and of the controls.

    ``places`` are the values of m at which log p(m) is asked for. A closure without a solution in
    double precision gives rows that say so, and what fewer than one neuron would carry is not
    judged.
    """
    setting = shape_of(parameters).setting
    floats = {name: float(value) for name, value in parameters.items()}
    found: list[Prediction] = []
    if "derived" in theories:
        for orders in (closed_modes(setting), more_modes(setting)):
            more = orders != closed_modes(setting)
            limit = f"finite, modes to {orders[-1]}" if more else "finite"
            states = [partial(solved, setting, floats, orders, refine) for refine in (1, 2)]
            found += _derived(setting, orders, limit, states, places)
        found += _complete(setting, floats, places)
    return found + _controls(setting, floats, places)


def _complete(
    setting: Setting, parameters: dict[str, float], places: Sequence[float]
) -> list[Prediction]:
    """All modes to a degree, around the axis as well.

    The error is what the last four degrees change, about twice as much as all that follow.
    """
    sets = [all_modes(setting, beyond) for beyond in (0, _BEYOND)]
    states = [partial(solved, setting, parameters, k, i + 1, j) for i, (k, j) in enumerate(sets)]
    return _derived(setting, more_modes(setting), COMPLETE, states, places)


def _derived(
    setting: Setting,
    orders: tuple[int, ...],
    limit: str,
    closures: Sequence[Callable[[], FiniteState]],
    places: Sequence[float],
) -> list[Prediction]:
    """The better of two closures, with the change from the other for an error."""
    try:
        states = [solve() for solve in closures]
    except Undecided as doubt:
        return _missing("derived", limit, orders, str(doubt))
    why = states[1].too_few()
    known = {*orders, *setting.teacher}
    coarse, fine = (
        [
            row
            for row in _rows(
                _Reading.of(s), setting, Prediction("derived", "", 0.0, limit=limit), places
            )
            if row.observable[0] != "t" or int(row.observable[1:]) in known
        ]
        for s in states
    )
    return [
        replace(f, error=abs(f.value - c.value), missing=why)
        for c, f in zip(coarse, fine, strict=True)
    ]


def _missing(
    theory: str, limit: str, orders: Sequence[int], why: str, control: bool = False
) -> list[Prediction]:
    """Rows that say why a theory has no number for its modes."""
    return [
        Prediction(theory, f"t{k}", nan, limit=limit, control=control, missing=why) for k in orders
    ]


def _rows(
    of: _Reading, setting: Setting, blank: Prediction, places: Sequence[float]
) -> Iterator[Prediction]:
    untouched = {k: float(y) for k, y in setting.teacher.items()}
    for k, value in sorted({**untouched, **of.residual}.items()):
        yield replace(blank, observable=f"t{k}", value=value)
    for name, value in averages(of.law, of.window, of.chances).items():
        yield replace(blank, observable=name, value=value)
    logs = log_density(of.law, of.window, of.chances, np.asarray(places, dtype=float))
    for place, value in zip(places, logs, strict=True):
        for name in ("log_density", "log_density_typical"):
            yield replace(blank, observable=name, value=float(value), at=place)


def _prior(setting: Setting, parameters: dict[str, float]) -> tuple[NeuronLaw, Window, Array]:
    """Neurons without a field."""
    law = NeuronLaw(setting, parameters, closed_modes(setting))
    still = np.zeros(len(law.orders))
    window = law.window(still)
    return law, window, law.chances(window, law.field(window, still))[0]


def _lazy(setting: Setting, parameters: dict[str, float]) -> _Reading:
    """The neurons keep their prior; the residual is that of the fixed kernel."""
    law, window, chances = _prior(setting, parameters)
    powers, overlaps = law.basis(window)
    norms = scales(law.orders)
    features = powers[:, :, None] * overlaps[:, None, :] / norms[:, None, None]
    kernel = np.einsum("ahv,bhv,hv->ab", features, features, chances)
    target = np.array([float(setting.teacher.get(k, 0)) for k in law.orders]) * norms
    strength = parameters["n"] * parameters["sigma_a2"] / parameters["sigma2"]
    residual = np.linalg.solve(np.eye(len(norms)) + strength * kernel, target) / norms
    modes = dict(zip(law.orders, map(float, residual), strict=True))
    return _Reading(law, modes, window, chances)


def _doubled(setting: Setting, parameters: dict[str, float], name: str) -> _Reading:
    """Readouts, or weights, of twice the variance."""
    return _Reading.of(solved(setting, parameters | {name: 2 * parameters[name]}))


def _flipped(setting: Setting, parameters: dict[str, float]) -> _Reading:
    """The largest mode of the target with the other sign, and the law without a field."""
    lazy = _lazy(setting, parameters)
    top = max(setting.teacher, key=lambda k: factorial(k) * setting.teacher[k] ** 2)
    return replace(lazy, residual={**lazy.residual, top: -float(setting.teacher[top])})


_CONTROLS: dict[str, Callable[[Setting, dict[str, float]], _Reading]] = {
    "control: sigma_a^2 doubled": partial(_doubled, name="sigma_a2"),
    "control: sigma_w^2 doubled": partial(_doubled, name="sigma_w2"),
    "control: no interaction": _lazy,
    "control: the largest mode with the wrong sign": _flipped,
}


def _controls(
    setting: Setting, parameters: dict[str, float], places: Sequence[float]
) -> list[Prediction]:
    """Wrong on purpose."""
    found: list[Prediction] = []
    for name, altered in _CONTROLS.items():
        blank = Prediction(name, "", 0.0, control=True)
        try:
            found += _rows(altered(setting, parameters), setting, blank, places)
        except Undecided as doubt:
            found += _missing(name, "finite", closed_modes(setting), str(doubt), control=True)
    return found
