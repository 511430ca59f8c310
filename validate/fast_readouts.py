"""Networks in time whose readouts are in equilibrium at every moment, given the other weights.

The readout is integrated out exactly, so that dw = -grad U_c dt + sqrt(2) dW with U_c the posterior
of the weights alone: the dynamics that a mean-field theory of fast readouts describes, at finite
width and on data sets of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil

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
    *,
    together: int = 1,
    device: str = "cpu",
) -> dict[str, Array]:
    """Observables (times, networks) of networks that start from the prior.

    Euler's steps in the network's own parameters are ``step`` or a little less. So many networks
    as move ``together`` share a stream of noise, on a ``device`` of torch. Raises DataError for a
    model without such networks, SamplerError where one diverges.
    """
    if model.readout is None:
        raise DataError("networks in time need a linear readout")
    shape, observer = model.shape(parameters), model.observer(parameters)
    series: dict[str, list[Array]] = {name: [] for name in names}
    place = torch.device(device)
    for first in range(0, networks, together):
        count = min(together, networks - first)
        chance = torch.Generator().manual_seed((seed << 20) + first)
        draw = model.draw_data
        data = [] if draw is None else [draw(shape, chance) for _ in range(count)]
        here = [{name: of.to(place) for name, of in own.items()} for own in data]
        target = model.build(shape, here, count, torch.float64, place)
        x = torch.stack([prior_start(shape, chance) for _ in range(count)]).to(place)
        noise = (
            chance if device == "cpu" else torch.Generator(place).manual_seed(chance.initial_seed())
        )
        states = _states(Collapsed(model.readout(target)), x, times, step, noise)
        measured = [observer.measure(target, state) for state in states]
        for name, values in series.items():
            values.append(torch.stack([row[name] for row in measured]).numpy())
        tell((first + count) / networks)
    return {name: np.concatenate(values, axis=1) for name, values in series.items()}


def _states(
    target: Collapsed, x: torch.Tensor, times: Array, step: float, chance: torch.Generator
) -> Iterator[torch.Tensor]:
    """States of networks, with drawn readouts, at increasing times."""
    x, now = x[:, : target.dimension], 0.0
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
        yield target.complete(x, chance)
