"""The train loss of a group's networks at first order in 1/N, from the slope of h by sigma^2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from binodal.derive.finite_width import AMPLITUDE, COUNT, NOISE_SLOPE, NORM2, finite_width
from binodal.derive.symbols import sigma2
from binodal.models.group.derivations.finite_width import finite_width_of_blocks
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.models.group.predictions.drawn_curvature import Neurons
from binodal.models.group.predictions.first_order import OrbitState, Saddle, slope_of
from binodal.numerics.codegen.load import compiled
from binodal.validate.expansion import Expansion

LOSS = "train_loss"


@dataclass(frozen=True)
class Orders:
    """Mean field and first order of every orbit by name, and of the train loss; the ``drawn``
    neurons, where it takes some."""

    orbits: Mapping[str, Expansion]
    loss: Expansion
    drawn: Neurons | None = None


@cache
def _functions() -> tuple[Callable[..., tuple[Any, ...]], Callable[..., tuple[Any, ...]]]:
    norm = finite_width_of_blocks().results["target_norm"]
    loss = finite_width().results["training_loss"]
    given = (AMPLITUDE, NORM2, sigma2, NOISE_SLOPE, COUNT)
    return (
        compiled("target_norm", {"norm": norm}, (order, dimension, copies), "numpy"),
        compiled("training_loss", {"loss": loss}, given, "numpy"),
    )


def noise_slope(states: Sequence[OrbitState], curvature: Saddle, noise: float) -> float:
    """dh/dsigma^2, with all laws following.

    At fixed forces F = A/sigma^2 no law moves, and F (sigma^2 + lambda(F)) = 1.
    """
    slope = curvature.by_noise
    for state in states:
        force = state.share / noise
        rise = noise * state.level * state.rise("x2")
        moved = -(force**2) / (1 + rise * force**2)
        slope += noise * slope_of(state, curvature, noise) * moved
    return slope


def loss_order(
    states: Sequence[OrbitState],
    curvature: Saddle,
    parameters: Mapping[str, float],
    size: int,
    orbits: Mapping[str, Expansion],
) -> Expansion:
    """Mean field, with what outputs leave open at its kernel, and the first order."""
    norm, loss = _functions()
    noise, count = parameters["sigma2"], size**3
    squares = moved = 0.0
    for state in states:
        block = state.orbit.blocks[0]
        own = len(state.places) * float(norm(size, block.dimension, len(block.members))[0])
        squares += own * state.share**2
        moved += own * state.share * 2 * orbits[state.orbit.name].dropped("a")
    # In the loss of one residual A^2 |y|^2 is the square of all of it.
    slope = noise_slope(states, curvature, noise)
    whole = float(loss(1.0, squares, noise, slope, count)[0]) / count
    start = (squares + size * noise * curvature.freedom) / count
    known = Expansion({LOSS: start}, {LOSS: whole - start}, curvature.freedom, parameters["N"])
    return replace(known, ahead={LOSS: max(known.dropped(LOSS), moved / count)})
