"""The state past coexistence or condensation where overlaps are c_k = g_k r, certified."""

from __future__ import annotations

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.droplets import proved, responses_of
from binodal.models.single_index.numerics.floats import Places, Seed, Seeds, nearer, seeds
from binodal.models.single_index.numerics.joint import Direction, Unheld
from binodal.models.single_index.numerics.results import Held, Place
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision

_COSINES, _NEAR, _LEAST, _AROUND = 2001, 3.0, 1e-3, 41
Floats = NDArray[np.float64]


def found_in_floats(state: State) -> Seeds:
    """The places that hold the residual and their sizes. Raises :class:`Undecided`."""
    return _bent_lines(state) if state.setting.homogeneous else nearer(state)


def held(state: State, seeds: Seeds, bits: int) -> Held:
    """The state in which neurons at every m of some, or at it and its image, hold the residual.

    Raises :class:`Undecided`.
    """
    edges = [_edge(one) for one in seeds.features]
    parts = [Direction(state, edge) for edge in edges]
    starts = [
        [float(one.at[0])] if edge is None else []
        for one, edge in zip(seeds.features, edges, strict=True)
    ]
    system, box = proved(parts, starts, seeds, Unheld(state), bits)
    with precision(bits):
        coordinates, amplitudes, weights = system.split(box)
        norm = state.couplings(arb(0))[2]
        places = []
        for place, edge, weight in zip(coordinates, edges, weights, strict=True):
            if edge is not None:
                places.append(Place(arb(edge), None, weight))
                continue
            square = norm / (1 - place[0] ** 2)
            places.append(Place(place[0], square.sqrt(), weight / square))
        responses = responses_of(system, box, state.setting.modes, len(parts))
        return Held(tuple(places), tuple(amplitudes), responses)


def _edge(one: Seed) -> float | None:
    m = float(one.at[0])
    return m if abs(m) == 1 else None


def _bent_lines(state: State) -> Seeds:
    """The m that are held, t_k and W: among all m, and among those around the first."""
    low = 0.0 if state.setting.symmetric else -1.0
    every = np.linspace(low, 1.0, _COSINES)
    spacing = float(every[1] - every[0])
    held_seeds = seeds(state, _places(state, every, spacing))
    step = _NEAR * spacing
    around = [one.at[0] + np.linspace(-step, step, _AROUND) for one in held_seeds.features]
    finer = np.concatenate([*around, [-1.0, 1.0]])
    closer = 2 * step / (_AROUND - 1)
    held_seeds = seeds(state, _places(state, np.unique(finer.clip(low, 1.0)), closer))
    return Seeds(
        held_seeds.modes,
        [Seed(one.at, one.mass / float(one.at[0]) ** 2) for one in held_seeds.features],
    )


def _places(state: State, m: Floats, spacing: float) -> Places:
    """(f/m)^2 <= 1/(u sigma_w^2) at every m but the smallest; its multiplier is W m^2."""
    setting, m = state.setting, m[np.abs(m) > _LEAST]
    slopes = setting.slopes(max(setting.modes) + 1)
    features = np.stack([float(slopes[k].mid()) * m ** (k - 1) for k in setting.modes])
    costs = np.full(len(m), 1 / float(state.couplings(arb(0))[2].mid()))
    return Places(features, costs, m[None], np.array([_NEAR * spacing]))
