"""A step of AdamW beside a plain loop of PyTorch for the same network, and measures of one.

Durations are CPU time on one thread, so that other programs do not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import numpy as np
import torch

from benchmarks.sampling import one_thread, shortest
from benchmarks.timing import Row, seconds
from binodal.models.registry import model
from binodal.validate.measures.measure import Measure
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from binodal.validate.optimizers.descent import Descent
from binodal.validate.optimizers.spec import OptimizerSpec


def run() -> list[Row]:
    """P = 97 and N = 500: half of the pairs in training, all of them in measures."""
    with one_thread():
        return _rows()


def _rows() -> list[Row]:
    of = model("modular")
    parameters = of.space.at({"N": 500, "P": 97, "sigma2": "1/10", "sigma_a2": 1, "gamma": "1/10"})
    network = of.offer("network")
    spec = OptimizerSpec(network, parameters, 1, weight_decay=0.1)
    task = network.measurable.task(network.shape(parameters), None, torch.Generator())
    task = replace(task, trained=np.arange(97**2) % 2 == 0)
    descent = Descent(spec, task)

    took = shortest({"ours": descent.step, "plain": _plain(descent)}, rounds=10)
    rows = [Row("a step of AdamW", took["ours"], took["plain"], "naive: plain PyTorch")]
    rng = np.random.default_rng(0)
    first, readout = rng.standard_normal((500, 194)), rng.standard_normal((500, 97)) / 500

    for measure in table().values():

        def measured(measure: Measure = measure) -> None:
            measure.compute(TwoLayer(first, readout, task))

        taken = seconds(measured, 2, process_time)
        rows.append(Row(measure.name, taken, 1.0, "naive: the second that it may take"))
    return rows


def _plain(descent: Descent) -> Callable[[], object]:
    """Ten lines as anyone writes them."""
    inputs, targets = descent.inputs.mT, descent.targets
    w, a = (x[0].detach().clone().requires_grad_() for x in (descent.first, descent.readout))
    optimizer = torch.optim.AdamW([w, a], lr=0.01, weight_decay=0.1)

    def step() -> None:
        loss = ((inputs @ w.T).square() @ a - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
