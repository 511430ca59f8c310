"""The order parameters that a theory is stated in, observed on one network as on those of runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from binodal.numerics.parameters import Parameters
from binodal.validate.measures.measure import Value, known, undefined
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.theory import Measurable, Theory
from binodal.validate.network_model import NetworkModel

OTHER_DATA = "rests on training data, and the network's are not those of the theory, or not known"


@dataclass(frozen=True)
class Observed:
    """A value, and what was observed in words."""

    value: Value
    meaning: str


def observed(
    model: NetworkModel, of: Measurable, parameters: Parameters, network: TwoLayer
) -> dict[str, Observed]:
    """Every number that the model's observer knows, at the network's weights as they stand.

    Those that rest on the training data have no value where the network was not trained on as many
    inputs as the parameters say: they would be another network's.
    """
    shape, task = model.shape(parameters), network.task
    own = task.trained is not None and len(task.seen) == shape.samples
    chosen = task.seen if own else np.arange(min(shape.samples, task.inputs.count))
    data = [_data(network, chosen)] if model.draw_data else []
    target = model.build(shape, data, 1, torch.float64, torch.device("cpu"))
    weights = np.concatenate([network.first.ravel(), network.readout.ravel()])
    x = torch.from_numpy(weights)[None] / target.scale.double()
    observer = model.observer(parameters)
    measured = observer.measure(target, x)
    quantities = {}
    for name, quantity in observer.quantities.items():
        if quantity.axis[0] or quantity.accumulate:
            continue
        value = known(float(measured[name][0]))
        foreign = name in of.of_data and not own
        quantities[name] = Observed(undefined(OTHER_DATA) if foreign else value, quantity.meaning)
    return quantities


def _data(
    network: TwoLayer, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, torch.Tensor]:
    task = network.task
    varying = task.inputs.dimension - task.inputs.constants
    x, y = task.inputs.rows(chosen)[:, :varying], task.targets[chosen, 0]
    seen = np.isin(np.arange(task.inputs.count), chosen).astype(float)
    arrays = {"x": np.ascontiguousarray(x), "y": y.copy(), "seen": seen}
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def droplet_share(of: Measurable, theory: Theory, network: TwoLayer) -> Value:
    """The share of neurons beyond the barrier between the two phases, with its standard error.

    Neurons are independent to leading order in 1/N; half a neuron is added to each phase for the
    error, which is then not zero where none is in one of them.
    """
    if theory.barrier is None:
        return undefined(theory.doubt or theory.why)
    inside = int((of.order(network) > theory.barrier).sum())
    likely = (inside + 0.5) / (network.neurons + 1)
    return known(inside / network.neurons, (likely * (1 - likely) / network.neurons) ** 0.5)
