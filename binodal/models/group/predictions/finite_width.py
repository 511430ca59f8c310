"""Networks on a group beyond mean field: the first order in 1/N of every irrep.

By quadrature for groups of up to 12 elements, else by neurons that are drawn from their law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

import numpy as np
from flint import fmpz

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.block_law import POINTS, BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.predictions.coordinates import NUMBER, kind_of
from binodal.models.group.predictions.drawn_width import by_draws
from binodal.models.group.predictions.field_curvature import Curvature
from binodal.models.group.predictions.field_polynomials import Field, field
from binodal.models.group.predictions.first_order import (
    OrbitState,
    covariance_weight,
    first_order,
    state_of,
)
from binodal.models.group.predictions.train_loss import Orders, loss_order
from binodal.models.group.setting import Setting
from binodal.models.modular.network.data import addition
from binodal.validate.expansion import Expansion, rows
from binodal.validate.prediction import Prediction

LARGEST = 12
"""Elements of a group by quadrature: the curvature has |G|^2 (|G| - 1) rows."""


def is_modular(group: FiniteGroup) -> bool:
    """Whether the table is that of addition modulo an odd prime: all irreps are one orbit.

    >>> from binodal.derive.groups.names import named
    >>> [is_modular(named(name)) for name in ("Z7", "Z9", "S3")]
    [True, False, False]
    """
    size = group.order
    return size > 2 and bool(fmpz(size).is_prime()) and group.table == addition(size)


@cache
def _field(group: FiniteGroup) -> Field:
    return field(group)


def by_quadrature(
    setting: Setting, parameters: Mapping[str, float], points: int = POINTS
) -> Orders:
    """Mean field and first order in 1/N: by orbit a, lambda and means over neurons; the train loss.

    ``points`` are those of each block's quadrature. Raises Undecided as :func:`saddle`.
    """
    states, curvature = saddle(setting, parameters, points)
    sizes = curvature, parameters, setting.order
    orders = {state.orbit.name: first_order(state, *sizes) for state in states}
    return Orders(orders, loss_order(states, *sizes, orders))


def saddle(
    setting: Setting, parameters: Mapping[str, float], points: int = POINTS
) -> tuple[list[OrbitState], Curvature]:
    """Every orbit at mean field, and the curvature there.

    Raises Undecided for other blocks than numbers, quaternions, and real ones of two rows.
    """
    of = _field(setting.group)
    states = [_state(of, setting, orbit, parameters, points) for orbit in orbits(setting.blocks)]
    law = BlockLaw(float(setting.order), parameters["gamma"], setting.decay, 1, 1, 1, 1, points)
    laws = [BlockAverages(law, NUMBER, 0.0)] * len(of.of.kinds)
    amplitudes = np.zeros(len(laws))
    for state, own in states:
        for place in state.places:
            laws[place], amplitudes[place] = own, state.share
    noise, variance = parameters["sigma2"], parameters["sigma_a2"]
    weight = covariance_weight(parameters)
    curvature = Curvature(of, laws, amplitudes / noise, noise, variance, weight)
    return [state for state, _ in states], curvature


def _state(
    of: Field, setting: Setting, orbit: Orbit, parameters: Mapping[str, float], points: int
) -> tuple[OrbitState, BlockAverages]:
    law = BlockLaw.of(orbit.blocks[0], setting.order, parameters["gamma"], setting.decay)
    law = replace(law, points=points)
    theory = BlockTheory(orbit.blocks[0], setting.order, parameters, law)
    share, _ = solved([theory])
    names = [rho.name for rho in of.of.irreps]
    places = tuple(names.index(block.name) for block in orbit.blocks)
    averages = BlockAverages(law, of.of.kinds[places[0]], theory.coupling(share))
    return state_of(orbit, theory, share, averages, places), averages


def expansions(
    setting: Setting, parameters: Mapping[str, float], points: int = POINTS
) -> tuple[Orders, Orders]:
    """By quadrature, and once more by a coarser one; where neurons are drawn, the error of the
    draws is part of what is left out. ``setting`` has all irreps of its group.

    Raises Undecided where 1/N is not small, or no route is offered.
    """
    of_quadrature = all(kind_of(block.kind, block.dimension) for block in setting.blocks)
    if setting.order <= LARGEST and of_quadrature:
        fine, coarse = (by_quadrature(setting, parameters, points // n) for n in (1, 2))
    else:
        fine = coarse = by_draws(setting, parameters)
    for name, of in fine.orbits.items():
        of.require_share(f" for {name}")
    return fine, coarse


def predictions(
    setting: Setting, parameters: Mapping[str, float], observables: Mapping[str, tuple[str, ...]]
) -> Iterator[Prediction]:
    """The first order of observables by orbit; the error holds an estimate of the next
    order. A row says why there is none."""

    both = cache(partial(expansions, setting, parameters))
    for name, own in observables.items():

        def pair(name: str = name) -> tuple[Expansion, Expansion]:
            fine, coarse = both()
            return fine.orbits[name], coarse.orbits[name]

        for row in rows(pair, own, 1):
            yield replace(row, observable=f"{row.observable}_{name}")
