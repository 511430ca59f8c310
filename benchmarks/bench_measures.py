"""Steps of AdamW beside a plain loop of PyTorch for the same network, and measures of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from benchmarks.timing import Row, seconds
from binodal.models.registry import model
from binodal.validate.measures.measure import Measure
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from binodal.validate.optimizers.descent import Descent
from binodal.validate.optimizers.spec import OptimizerSpec

STEPS = 20


def run() -> list[Row]:
    """P = 97 and N = 500: half of the pairs in training, all of them in measures."""
    of = model("modular")
    at = of.space.at({"N": 500, "P": 97, "sigma2": "1/10", "sigma_a2": 1, "gamma": "1/10"})
    network = of.offer("network")
    spec = OptimizerSpec(network, at, 1, weight_decay=0.1)
    task = network.measurable.task(network.shape(at), None, torch.Generator())
    task = replace(task, trained=np.arange(97**2) % 2 == 0)
    descent = Descent(spec, task)

    def steps() -> None:
        for _ in range(STEPS):
            descent.step()

    rows = [Row(f"{STEPS} steps of AdamW", seconds(steps, 3), seconds(_plain(descent), 3), "")]
    rng = np.random.default_rng(0)
    first, readout = rng.standard_normal((500, 194)), rng.standard_normal((500, 97)) / 500

    for measure in table().values():

        def measured(measure: Measure = measure) -> None:
            measure.compute(TwoLayer(first, readout, task))

        taken = seconds(measured, 2)
        rows.append(Row(measure.name, taken, 1.0, "naive: the second that it may take"))
    return rows


def _plain(descent: Descent) -> object:
    """Ten lines as anyone writes them."""
    inputs, targets = descent.inputs.mT, descent.targets
    w, a = (x[0].detach().clone().requires_grad_() for x in (descent.first, descent.readout))
    optimizer = torch.optim.AdamW([w, a], lr=0.01, weight_decay=0.1)

    def loop() -> None:
        for _ in range(STEPS):
            loss = ((inputs @ w.T).square() @ a - targets).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return loop
