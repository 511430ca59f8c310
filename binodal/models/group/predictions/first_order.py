"""The first order in 1/N of one orbit of irreps, from its law and the curvature of the saddle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Protocol

from binodal.derive.finite_width import (
    AMPLITUDE,
    LEVEL,
    LEVEL_SLOPE,
    MEAN_SLOPE,
    POPULATION,
    SLOPE,
    SOURCE_SLOPE,
)
from binodal.derive.neuron_ratio import COVARIANCE, LOWER, MOVED, UPPER
from binodal.derive.symbols import N, sigma2, sigma_a2
from binodal.models.group.derivations.finite_width import finite_width_of_blocks
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.models.group.network.orbits import Orbit
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.closure import BlockTheory
from binodal.models.group.predictions.coordinates import Array
from binodal.numerics.codegen.load import compiled
from binodal.validate.expansion import Expansion

_OF_RANK = ("fourth", "below")


class Law(Protocol):
    """Of one block: what is averaged over neurons, by name."""

    @property
    def sources(self) -> Collection[str]:
        """Names."""

    def mean(self, name: str) -> float:
        """<g>."""

    def covariance(self, one: str, other: str) -> float:
        """cov(g, g') over neurons."""


class Saddle(Protocol):
    """The curvature of the field's saddle, h its log det."""

    @property
    def freedom(self) -> float:
        """Tr K (sigma^2 + K)^{-1}."""

    @property
    def by_noise(self) -> float:
        """dh/dsigma^2 at fixed laws and forces."""

    @property
    def by_force(self) -> Array:
        """dh/d(tau over T) of each block at fixed laws."""

    def by_source(self, blocks: Sequence[int], source: str) -> float:
        """dh by the strength of one source in each of some blocks."""


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
        name: compiled(name, {name: results[name]}, place, "numpy")
        for name, place in arguments.items()
    }


def _value(name: str, *arguments: float) -> float:
    (value,) = _functions()[name](*map(float, arguments))
    return float(value)


def covariance_weight(parameters: Mapping[str, float]) -> float:
    """What stands before cov(g, g) in the curvature."""
    return _value("covariance_weight", parameters["N"], parameters["sigma_a2"])


@dataclass(frozen=True, eq=False)
class OrbitState:
    """An orbit at mean field: its residual ``share``, the law of one block at its coupling, where
    its blocks stand, and lambda over <|W V|^2>, ``level``; F is ``strength``."""

    orbit: Orbit
    share: float
    coupling: float
    strength: float
    twice: int
    level: float
    law: Law
    places: tuple[int, ...]

    @cached_property
    def by_amplitude(self) -> float:
        """The strength of ``x2`` in the law's exponent, by A."""
        return self.strength * 2 * self.coupling / self.share / self.twice

    def rise(self, name: str) -> float:
        """d<g>/dA."""
        return self.by_amplitude * self.law.covariance(name, "x2")

    def names(self) -> tuple[str, ...]:
        """What is averaged over neurons."""
        return tuple(self.law.sources)


def state_of(
    orbit: Orbit, theory: BlockTheory, share: float, law: BlockAverages, places: tuple[int, ...]
) -> OrbitState:
    """From a quadrature."""
    own = theory.law
    return OrbitState(orbit, share, law.u, own.strength, own.twice, theory.level, law, places)


def first_order(
    state: OrbitState, curvature: Saddle, parameters: Mapping[str, float], size: int
) -> Expansion:
    """Of a, lambda and means over neurons, for a group of ``size`` elements."""
    count, noise, width = len(state.places), parameters["sigma2"], parameters["N"]
    block, level = state.orbit.blocks[0], state.level
    sizes = (width, size, block.dimension, len(block.members), noise)
    means = (state.share, level * state.law.mean("x2"), level * state.rise("x2"))
    by_source = {name: curvature.by_source(state.places, name) for name in state.names()}
    slope = slope_of(state, curvature, noise) / count
    start = {name: state.law.mean(name) for name in state.names()}
    shift = {
        name: _value(
            "mean_shift", *sizes, *means, slope, state.rise(name), by_source[name] / count, 1.0
        )
        for name in state.names()
    }
    start |= {"a": state.share, "lambda": means[1]}
    shift |= {"a": _value("amplitude_shift", *sizes, *means, slope), "lambda": level * shift["x2"]}
    if "fourth" in start:
        moments = tuple((start.pop(name), shift.pop(name)) for name in _OF_RANK)
        (fourth, _), (below, _) = moments
        start["rank"] = state.twice * fourth / below
        shift["rank"] = state.twice * _rank_shift(state, means, noise, width, moments)
        ends = state.twice, block.dimension
        ahead = {"rank": abs(shift["rank"]) * _share_of_way(start["rank"], shift["rank"], *ends)}
    else:
        ahead = {}
    whole = Expansion(start, shift, curvature.freedom, width)
    return replace(whole, ahead={name: max(of, whole.dropped(name)) for name, of in ahead.items()})


def slope_of(state: OrbitState, curvature: Saddle, noise: float) -> float:
    """dh/dA of an orbit, its law following."""
    explicit = float(curvature.by_force[list(state.places)].sum()) / noise
    return state.by_amplitude * curvature.by_source(state.places, "x2") + explicit


def _share_of_way(start: float, shift: float, least: float, most: float) -> float:
    """What a shift takes of the way to the end that it goes to, all of it at the most.

    A mean that cannot pass an end is not moved by small orders there, whatever their size.

    >>> _share_of_way(1.25, 0.375, 1, 2), _share_of_way(1.25, -0.375, 1, 2)
    (0.5, 1.0)
    """
    way = most - start if shift > 0 else start - least
    return abs(shift) / way if abs(shift) < way else 1.0


def _rank_shift(
    state: OrbitState,
    means: tuple[float, float, float],
    noise: float,
    width: float,
    moments: tuple[tuple[float, float], ...],
) -> float:
    """Of the mean of a network's <fourth>/<below>, in which both fluctuate."""
    law, level = state.law, state.level

    def spread(one: str, other: str) -> float:
        responses = state.rise(one), level * law.covariance("x2", other)
        return _value("neuron_covariance", *means, noise, law.covariance(one, other), *responses)

    (fourth, moved), (below, moved_below) = moments
    spreads = (spread("below", "below"), spread("fourth", "below"))
    return _value("ratio_shift", width, fourth, below, moved, moved_below, *spreads)
