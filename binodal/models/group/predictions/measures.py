"""What the derived law of blocks says of measures, with the first order in 1/N of every irrep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from typing import TypeVar

import numpy as np
import torch

from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.network.shape import shape_of
from binodal.models.group.parameters import EVERY, ORDER
from binodal.models.group.predictions.drawn_curvature import Neurons
from binodal.models.group.predictions.drawn_width import neurons
from binodal.models.group.predictions.finite_width import expansions, is_modular
from binodal.models.group.predictions.readouts import (
    EXCLUDED,
    GRADIENTS,
    MASKED,
    NAMES,
    RESTRICTED,
    Readouts,
    in_batches,
)
from binodal.models.group.predictions.train_loss import LOSS, Orders
from binodal.models.group.setting import Setting, setting_of
from binodal.models.modular.network.measurable import task
from binodal.models.modular.parameters import SPACE
from binodal.models.modular.predictions import measures as of_modes
from binodal.models.modular.predictions.losses import largest_is_right
from binodal.models.modular.predictions.measures import beyond
from binodal.models.modular.predictions.neuron_average import INFORMATION
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.expansion import RATIO, Expansion
from binodal.validate.measures.definitions.circuit_complexity import masked
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from binodal.validate.measures.theory import Later, Theory

OF_ORBITS = ("a", "a_direct", "lambda", "x2", "x", "swapped", "rank", "largest", "smallest")
_WHOLE = (*table(), "accuracy")
"""What is shown of a network as such."""
_ACCURACY = ("accuracy", "train_accuracy")
_DRAWN = (
    *("ipr", "gini_neuron", "sparsity", "weight_entropy", "token_uniformity"),
    *("local_complexity", "mutual_information"),
)
_EXTENT = {"weight_entropy": 1.0, "token_uniformity": 0.5, "local_complexity": 1.0}
"""Powers of the number of neurons."""
_POINTS, _DRAWS, _BATCHES, _SAFETY, _LEAST = 500, 16000, 8, 3.0, 0.1
LEFT_OUT = (
    "with first orders in 1/N and an error for the next ones; accuracy and most averages over "
    "drawn neurons without, and with an error of the size of the largest first order"
)
ONE_PHASE = "a neuron has a state of its own in every irrep: there is no barrier of all of it"
_Of = TypeVar("_Of")
Told = tuple[float, float]
Values = dict[str, Told]


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network that has seen all pairs; of an odd prime those of its modes."""
    settings = {**parameters.space.settings, "irrep": EVERY}
    setting, own = setting_of(settings), orbits(setting_of(parameters.space.settings).blocks)
    if is_modular(setting.group):
        return _of_modes(parameters, own[0], setting.order)
    names = _all(own)
    told = cache(partial(_told, setting, own, parameters))
    values = Later(names, lambda: told()[0])
    silent = Later(names, lambda: told()[1])
    return Theory(values, silent, why=ONE_PHASE, left_out=LEFT_OUT)


def _told(
    setting: Setting, own: Sequence[Orbit], parameters: Parameters
) -> tuple[Values, dict[str, str]]:
    """Numbers with their errors, or why there are none."""
    point = {name: float(value) for name, value in parameters.items()}
    try:
        fine, coarse = expansions(setting, point, _POINTS)
        drawn = fine.drawn or neurons(setting, point, _DRAWS, _POINTS)
    except Undecided as doubt:
        return {}, dict.fromkeys(_all(own), str(doubt))
    rows = dict(_in_order(own, fine, coarse))
    share = _share(fine)
    chance = _accuracy(setting, point, fine)
    rows |= dict.fromkeys(_ACCURACY, (chance, share * chance))
    averages = dict(_averages(parameters, drawn))
    rows |= {name: (mean, error + share * abs(mean)) for name, (mean, error) in averages.items()}
    every = [*in_batches(setting, point, fine, drawn, _BATCHES)]
    rows |= _of_readouts(every, rows[LOSS], averages[INFORMATION], share)
    kept = {name: of for name, of in rows.items() if _tells(name, *of)}
    large = f"1/N is not small: {fine.loss.freedom:.3g} degrees of freedom, N = {point['N']:.0f}"
    return kept, dict.fromkeys(rows.keys() - kept.keys(), large)


def _all(own: Sequence[Orbit]) -> tuple[str, ...]:
    return (*_names(own), LOSS, *_ACCURACY, *_DRAWN, *NAMES)


def _names(own: Sequence[Orbit]) -> Iterator[str]:
    return (orbit.named(name) for orbit in own for name in OF_ORBITS)


def _tells(name: str, value: float, error: float) -> bool:
    share = name.startswith("a_") or name in _ACCURACY
    return error < max(abs(value), _LEAST if share else 0.0)


def _in_order(own: Sequence[Orbit], fine: Orders, coarse: Orders) -> Iterator[tuple[str, Told]]:
    """What has a first order."""
    for orbit in own:
        of, rough = (orders.orbits[orbit.name] for orders in (fine, coarse))
        by_name = {orbit.named(name): _beside(of, rough, name) for name in of.start}
        yield from (by_name | {orbit.named("a_direct"): by_name[orbit.named("a")]}).items()
    yield LOSS, _beside(fine.loss, coarse.loss, LOSS)


def _beside(of: Expansion, rough: Expansion, name: str) -> Told:
    """With the error of the quadrature and of the next orders."""
    value = of.value(name)
    return value, abs(value - rough.value(name)) + of.dropped(name)


def _share(of: Orders) -> float:
    """The largest relative first order."""
    every = (*of.orbits.values(), of.loss)
    return max(abs(one.shift[name] / one.start[name]) for one in every for name in one.start)


def _accuracy(setting: Setting, point: Mapping[str, float], of: Orders) -> float:
    """Outputs are Gaussian about the learned part of the target, all with one variance."""
    shape = np.zeros(setting.order)
    by_name = {rho.name: rho for rho in real_irreps(setting.group)}
    for orbit in orbits(setting.blocks):
        for block in orbit.blocks:
            rho, learned = by_name[block.name], 1 - of.orbits[orbit.name].start["a"]
            traces = rho.matrices.trace(axis1=1, axis2=2)
            shape += learned * rho.weight * traces / setting.order
    gaps = np.round(shape.max() - np.sort(shape)[:-1], 12)
    variance = point["sigma2"] * of.loss.freedom / setting.order**2
    return largest_is_right(gaps.tolist(), variance)


def _averages(parameters: Parameters, drawn: Neurons) -> Iterator[tuple[str, Told]]:
    """Over neurons that are drawn from the law of mean field, as of a network of them; batches of
    them with random choices of their own."""
    count, size = drawn.u.shape
    width = float(parameters["N"])
    weights = np.concatenate([drawn.u, drawn.v], axis=1)
    measured_task = task(shape_of(parameters), None, torch.Generator())
    for name in _DRAWN:
        numbers = []
        for seed, part in enumerate((weights, *np.array_split(weights, _BATCHES))):
            network = TwoLayer(part, np.zeros((len(part), size)), measured_task, seed)
            numbers.append(table()[name].compute(network).number)
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers):
            scales = [(n * width / count) ** _EXTENT.get(name, 0.0) for n in (1, _BATCHES)]
            mean, *parts = known
            error = scales[1] * float(np.std(parts, ddof=1)) / _BATCHES**0.5
            yield name, (scales[0] * mean, _SAFETY * error)


def _of_readouts(every: Sequence[Readouts], lost: Told, informed: Told, share: float) -> Values:
    """With the first order where it is known; else with an error of the largest one's size."""
    whole, parts = every[0], [one.mean_field() for one in every[1:]]
    start, of, width = whole.mean_field(), whole.known, whole.point["N"]
    chance = {
        name: _SAFETY * float(np.std([one[name] for one in parts], ddof=1)) / _BATCHES**0.5
        for name in start
    }
    scattered = min(1.0, of.loss.freedom / width)
    apart = scattered * whole.between
    learned = max(abs(one.shift["a"] / (1 - one.start["a"])) for one in of.orbits.values())
    others = of.loss.start[LOSS] - start[RESTRICTED]
    orders = whole.orders(_BATCHES)
    first, error = (masked(one, 0.0) for one in orders[MASKED])
    squares, left = _one_order(start[MASKED], first, scattered)
    told, of_next = _one_order(informed[0], orders[INFORMATION][0], scattered)
    drawn = informed[1] + _SAFETY * orders[INFORMATION][1]
    of_outputs = masked(_SAFETY * error, max(share, RATIO * scattered) * whole.outputs)
    moved = (share + 2 * learned) * start[GRADIENTS]
    return {
        RESTRICTED: (lost[0] - others, lost[1] + apart + chance[RESTRICTED]),
        EXCLUDED: (start[EXCLUDED], apart + chance[EXCLUDED]),
        GRADIENTS: (start[GRADIENTS], moved + chance[GRADIENTS]),
        MASKED: (squares, left + of_outputs + chance[MASKED]),
        INFORMATION: (told, of_next + drawn),
    }


def _one_order(start: float, first: float, scattered: float) -> Told:
    """With a first order, whose next one falls as it does or as degrees of freedom over N."""
    return beyond(start, [first], abs(first) * max(min(1.0, RATIO * scattered), abs(first / start)))


def _of_modes(parameters: Parameters, orbit: Orbit, size: int) -> Theory:
    """That of modular addition, whose modes are all of one orbit."""
    own = of_modes.theory(SPACE.at({**dict(parameters.items()), ORDER: Fraction(size)}))
    names = (*_names([orbit]), *_WHOLE)
    values = Later(names, partial(_renamed, orbit, own.values))
    silent = Later(names, partial(_renamed, orbit, own.silent))
    return replace(own, values=values, silent=silent, mean_field={})


def _renamed(orbit: Orbit, of: Mapping[str, _Of]) -> dict[str, _Of]:
    shown = {name: orbit.named(name) for name in OF_ORBITS} | {name: name for name in _WHOLE}
    return {shown[name]: own for name, own in of.items() if name in shown}
