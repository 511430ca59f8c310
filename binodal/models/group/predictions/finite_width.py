"""Networks on a group beyond mean field: the first order in 1/N of every irrep, by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np

from binodal.derive.finite_width import (
    AMPLITUDE,
    LEVEL,
    LEVEL_SLOPE,
    MEAN_SLOPE,
    POPULATION,
    SLOPE,
    SOURCE_SLOPE,
)
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.neuron_ratio import COVARIANCE, LOWER, MOVED, UPPER
from binodal.derive.symbols import N, sigma2, sigma_a2
from binodal.models.group.derivations.finite_width import finite_width_of_blocks
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.block_law import POINTS, BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.predictions.coordinates import NUMBER
from binodal.models.group.predictions.field_curvature import Curvature
from binodal.models.group.predictions.field_polynomials import Field, field
from binodal.models.group.setting import Setting
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import Expansion, rows
from binodal.validate.prediction import Prediction

LARGEST = 12
"""Elements of a group: the curvature has |G|^2 (|G| - 1) rows."""
_OF_RANK = ("fourth", "below")


@cache
def _field(group: FiniteGroup) -> Field:
    return field(group)


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    results = finite_width_of_blocks().results
    block = (N, order, dimension, copies, sigma2)
    width = (AMPLITUDE, LEVEL, LEVEL_SLOPE)
    arguments = {
        "amplitude_shift": (*block, *width, SLOPE),
        "mean_shift": (*block, *width, SLOPE, MEAN_SLOPE, SOURCE_SLOPE, POPULATION),
        "covariance_weight": (N, sigma_a2),
        "neuron_covariance": (*width, sigma2, *COVARIANCE),
        "ratio_shift": (N, UPPER, LOWER, *MOVED),
    }
    return {
        name: compiled(name, {name: results[name]}, at, "numpy") for name, at in arguments.items()
    }


def _value(name: str, *arguments: float) -> float:
    (found,) = _functions()[name](*map(float, arguments))
    return float(found)


@dataclass(frozen=True, eq=False)
class _OrbitState:
    """An orbit at mean field: its residual, the law of one block, and where its blocks stand."""

    orbit: Orbit
    theory: BlockTheory
    share: float
    law: BlockAverages
    places: tuple[int, ...]

    @cached_property
    def by_amplitude(self) -> float:
        """The strength of ``x2`` in the law's exponent, by A."""
        return self.theory.law.strength * 2 * self.law.u / self.share / self.theory.law.twice

    def rise(self, name: str) -> float:
        """d<g>/dA."""
        return self.by_amplitude * self.law.covariance(name, "x2")

    def names(self) -> tuple[str, ...]:
        """What is averaged over neurons."""
        return tuple(self.law.sources)


def expansions(
    setting: Setting, parameters: Mapping[str, float], points: int = POINTS
) -> dict[str, Expansion]:
    """Mean field and first order in 1/N by orbit: a, lambda and means over neurons.

    ``points`` are those of each block's quadrature. Raises Undecided where it is not offered.
    """
    if setting.order > LARGEST:
        raise Undecided(f"the first order in 1/N is offered for groups of up to {LARGEST} elements")
    of = _field(setting.group)
    states = [_state(of, setting, orbit, parameters, points) for orbit in orbits(setting.blocks)]
    law = BlockLaw(float(setting.order), parameters["gamma"], setting.decay, 1, 1, 1, 1, points)
    laws = [BlockAverages(law, NUMBER, 0.0)] * len(of.of.kinds)
    amplitudes = np.zeros(len(laws))
    for state in states:
        for place in state.places:
            laws[place], amplitudes[place] = state.law, state.share
    noise, variance = parameters["sigma2"], parameters["sigma_a2"]
    weight = _value("covariance_weight", parameters["N"], variance)
    curvature = Curvature(of, laws, amplitudes / noise, noise, variance, weight)
    return {state.orbit.name: _expansion(state, curvature, parameters) for state in states}


def _state(
    of: Field, setting: Setting, orbit: Orbit, parameters: Mapping[str, float], points: int
) -> _OrbitState:
    law = BlockLaw.of(orbit.blocks[0], setting.order, parameters["gamma"], setting.decay)
    law = replace(law, points=points)
    theory = BlockTheory(orbit.blocks[0], setting.order, parameters, law)
    share, _ = solved([theory])
    names = [rho.name for rho in of.of.irreps]
    places = tuple(names.index(block.name) for block in orbit.blocks)
    averages = BlockAverages(law, of.of.kinds[places[0]], theory.coupling(share))
    return _OrbitState(orbit, theory, share, averages, places)


def _expansion(
    state: _OrbitState, curvature: Curvature, parameters: Mapping[str, float]
) -> Expansion:
    count, noise, width = len(state.places), parameters["sigma2"], parameters["N"]
    block = state.theory.block
    level = state.theory.level
    sizes = (width, state.theory.order, block.dimension, len(block.members), noise)
    at = (state.share, level * state.law.mean("x2"), level * state.rise("x2"))
    by_source = {name: curvature.by_source(state.places, name) for name in state.names()}
    explicit = float(curvature.by_force[list(state.places)].sum()) / noise
    slope = (state.by_amplitude * by_source["x2"] + explicit) / count
    start = {name: state.law.mean(name) for name in state.names()}
    shift = {
        name: _value(
            "mean_shift", *sizes, *at, slope, state.rise(name), by_source[name] / count, 1.0
        )
        for name in state.names()
    }
    start |= {"a": state.share, "lambda": at[1]}
    shift |= {"a": _value("amplitude_shift", *sizes, *at, slope), "lambda": level * shift["x2"]}
    if "fourth" in start:
        moments = tuple((start.pop(name), shift.pop(name)) for name in _OF_RANK)
        twice = state.theory.law.twice
        (fourth, _), (below, _) = moments
        start["rank"] = twice * fourth / below
        shift["rank"] = twice * _rank_shift(state, at, noise, width, moments)
    return Expansion(start, shift, curvature.freedom, width)


def _rank_shift(
    state: _OrbitState,
    at: tuple[float, float, float],
    noise: float,
    width: float,
    moments: tuple[tuple[float, float], ...],
) -> float:
    """Of the mean of a network's <fourth>/<below>, in which both fluctuate."""
    law, level = state.law, state.theory.level

    def spread(one: str, other: str) -> float:
        responses = state.rise(one), level * law.covariance("x2", other)
        return _value("neuron_covariance", *at, noise, law.covariance(one, other), *responses)

    (fourth, moved), (below, moved_below) = moments
    spreads = (spread("below", "below"), spread("fourth", "below"))
    return _value("ratio_shift", width, fourth, below, moved, moved_below, *spreads)


def predictions(
    setting: Setting, parameters: Mapping[str, float], observables: Mapping[str, tuple[str, ...]]
) -> Iterator[Prediction]:
    """The first order of observables by orbit; the error is that of quadrature and an estimate of
    the next order. A row says why there is none."""

    @cache
    def both() -> tuple[dict[str, Expansion], dict[str, Expansion]]:
        fine = expansions(setting, parameters)
        for name, of in fine.items():
            if not abs(of.shift["a"]) < min(of.start["a"], 1 - of.start["a"]):
                raise Undecided(
                    f"1/N is not small for {name}: {of.freedom:.3g} degrees of freedom, "
                    f"N = {of.width:.0f}"
                )
        return fine, expansions(setting, parameters, POINTS // 2)

    for name, own in observables.items():

        def pair(name: str = name) -> tuple[Expansion, Expansion]:
            fine, coarse = both()
            return fine[name], coarse[name]

        for row in rows(pair, own, 1):
            yield replace(row, observable=f"{row.observable}_{name}")
