"""Networks in time whose readouts are in equilibrium at every moment, given the other weights.

The readout is integrated out exactly, so that dw = -grad U_c dt + sqrt(2) dW with U_c the posterior
of the weights alone: the dynamics that a mean-field theory of fast readouts describes, at finite
width and on data sets of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import numpy as np
import torch

from binodal.numerics.parameters import Parameters
from binodal.validate.errors import DataError, SamplerError
from binodal.validate.network_model import Array, NetworkModel
from binodal.validate.samplers import euler
from binodal.validate.samplers.collapsed import Collapsed
from binodal.validate.starts import prior_start


def followed(
    model: NetworkModel,
    parameters: Parameters,
    names: Sequence[str],
    times: Array,
    step: float,
    networks: int,
    seed: int = 0,
    tell: Callable[[float], None] = lambda share: None,
) -> dict[str, Array]:
    """Observables (times, networks) of networks that start from the prior.

    Euler's steps in the network's own parameters are ``step`` or a little less. Raises DataError
    for a model without such networks, SamplerError where one diverges.
    """
    if model.readout is None:
        raise DataError("networks in time need a linear readout")
    shape, observer = model.shape(parameters), model.observer(parameters)
    series: dict[str, list[list[float]]] = {name: [] for name in names}
    for number in range(networks):
        chance = torch.Generator().manual_seed((seed << 20) + number)
        data = [model.draw_data(shape, chance)] if model.draw_data else []
        target = model.build(shape, data, 1, torch.float64, torch.device("cpu"))
        rows = _one(Collapsed(model.readout(target)), shape, times, step, chance)
        measured = [observer.measure(target, x) for x in rows]
        for name, values in series.items():
            values.append([float(row[name][0]) for row in measured])
        tell((number + 1) / networks)
    return {name: np.array(values).T for name, values in series.items()}


def _one(
    target: Collapsed, shape: Any, times: Array, step: float, chance: torch.Generator
) -> list[torch.Tensor]:
    """States of one network, with a drawn readout, at increasing times."""
    x = prior_start(shape, chance)[None, : target.dimension]
    states, now = [], 0.0
    for time in times:
        steps = ceil((time - now) / step)
        if steps:
            sampler = euler.build(target, (time - now) / steps)
            state = sampler.init(x, chance)
            for _ in range(steps):
                state, info = sampler.step(state, chance)
                if bool(info.diverged.any()):
                    raise SamplerError(f"a network diverged by t = {time:.4g}")
            x, now = state.x, float(time)
        states.append(target.complete(x, chance))
    return states
