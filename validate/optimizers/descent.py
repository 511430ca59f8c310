"""Gradient descent of several networks at once, each on its own loss, bit for bit the same again.

The loss that is differentiated is the sum of the members' means, so that no member's gradient
knows of another; the optimisers of torch act on each number by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from binodal.validate.activation import Compiled
from binodal.validate.measures.network import Task
from binodal.validate.optimizers.spec import OptimizerSpec
from binodal.validate.starts import prior_start

_BUILD: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
_STARTS, _BATCHES = 1, 2


class Descent:
    """The networks of a training at some step: ``first`` (R, N, D) and ``readout`` (R, N, O)."""

    def __init__(self, spec: OptimizerSpec, task: Task) -> None:
        self.spec, self.step_count = spec, 0
        self.device = torch.device(spec.device)
        self.dtype = torch.float32 if spec.dtype == "float32" else torch.float64
        self.phi = Compiled(task.activation)
        seen = task.seen
        self.inputs = self._placed(task.inputs.rows(seen)).mT.contiguous()
        blocks = task.inputs.index[seen] + task.inputs.order * np.arange(task.inputs.blocks)
        self.columns = torch.from_numpy(blocks.T.copy()).to(self.device)
        self.targets = self._placed(task.targets[seen])
        self.answers = torch.from_numpy(task.answers[seen]).to(self.device)
        self.first, self.readout = self._start(task)
        size = min(spec.batch_size or len(seen), len(seen))
        self.room = self.first.new_empty((*self.first.shape[:2], size))
        build = _BUILD[spec.optimizer]
        rates = {"lr": spec.learning_rate, "weight_decay": spec.weight_decay}
        if spec.momentum:
            rates["momentum"] = spec.momentum
        self.optimizer = build([self.first, self.readout], **rates)
        self.generator = torch.Generator().manual_seed(_seed(spec.seed, _BATCHES))
        self.waiting = torch.zeros(0, dtype=torch.int64)

    def _placed(self, values: Any) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.dtype).to(self.device)

    def _start(self, task: Task) -> tuple[Tensor, Tensor]:
        """Draws from the prior in the network's own parameters, times the initial scale."""
        spec, shape = self.spec, self.spec.network.shape(self.spec.parameters)
        draws = [
            prior_start(shape, torch.Generator().manual_seed(_seed(spec.seed, _STARTS, member)))
            for member in range(spec.members)
        ]
        scales = (shape.input_scale, shape.readout_scale)
        width, split = shape.N, shape.N * task.inputs.dimension
        parts = torch.stack(draws)[:, :split], torch.stack(draws)[:, split:]
        layers = [
            (spec.initial_scale * scale * part).reshape(spec.members, width, -1)
            for scale, part in zip(scales, parts, strict=True)
        ]
        placed = [layer.to(self.dtype).to(self.device).requires_grad_() for layer in layers]
        return placed[0], placed[1]

    def step(self) -> None:
        """One step of the optimiser."""
        self.first.grad, self.readout.grad = self._gradients(self._batch())
        self.optimizer.step()
        self.step_count += 1

    def _gradients(self, chosen: Tensor | None) -> tuple[Tensor, Tensor]:
        """Of the loss by w_i, sum_mu x_mu phi'_i(mu) sum_p a_ip g_p(mu), and by a_ip,
        sum_mu phi_i(mu) g_p(mu), where g is its gradient by the outputs.
        """
        first, readout = self.first.detach(), self.readout.detach()
        inputs = self.inputs if chosen is None else self.inputs[:, chosen]
        hidden, slopes = self.phi(self._fields(first, inputs, chosen), self.room)
        output = (hidden.mT @ readout).requires_grad_()
        (pull,) = torch.autograd.grad(self._loss(output, chosen), output)
        return (readout @ pull.mT).mul_(slopes) @ inputs.mT, hidden @ pull

    def _fields(self, first: Tensor, inputs: Tensor, chosen: Tensor | None) -> Tensor:
        """w_i.x_mu; of tokens the sum of the entries that they pick, the same to the last bit."""
        if not len(self.columns):
            return first @ inputs
        columns = self.columns if chosen is None else self.columns[:, chosen]
        return reduce(
            Tensor.add_, (first.gather(2, of.expand(*first.shape[:2], -1)) for of in columns)
        )

    def _loss(self, output: Tensor, chosen: Tensor | None) -> Tensor:
        """The sum over members of their mean losses, of outputs (R, batch, O)."""
        if self.spec.loss == "mse":
            targets = self.targets if chosen is None else self.targets[chosen]
            return (output - targets).square().mean((1, 2)).sum()
        answers = self.answers if chosen is None else self.answers[chosen]
        wanted = answers.expand(output.shape[:2]).reshape(-1)
        return cross_entropy(output.flatten(0, 1), wanted, reduction="sum") / output.shape[1]

    def _batch(self) -> Tensor | None:
        """The next inputs in an order that is drawn when all have been seen; None for all."""
        count, size = self.inputs.shape[1], self.spec.batch_size
        if not size or size >= count:
            return None
        if len(self.waiting) < size:
            self.waiting = torch.randperm(count, generator=self.generator)
        chosen, self.waiting = self.waiting[:size], self.waiting[size:]
        return chosen.to(self.device)

    @property
    def finite(self) -> bool:
        """Whether all weights are numbers."""
        return all(bool(torch.isfinite(w).all()) for w in (self.first, self.readout))

    def weights(self) -> dict[str, Tensor]:
        """Both layers in main memory."""
        return {"first": self.first.detach().cpu(), "readout": self.readout.detach().cpu()}

    def tensors(self) -> dict[str, Tensor]:
        """All that the next step depends on."""
        inner = self.optimizer.state_dict()["state"]
        moving = {
            f"optimizer.{place}.{name}": value
            for place, values in inner.items()
            for name, value in values.items()
            if isinstance(value, Tensor)
        }
        random = {"generator": self.generator.get_state(), "waiting": self.waiting}
        return {**self.weights(), **moving, **random}

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Be as :meth:`tensors` said at a step."""
        self.step_count = step
        with torch.no_grad():
            self.first.copy_(tensors["first"])
            self.readout.copy_(tensors["readout"])
        inner: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("optimizer."):
                _, place, kind = name.split(".")
                inner.setdefault(int(place), {})[kind] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": inner})
        self.generator.set_state(tensors["generator"])
        self.waiting = tensors["waiting"]


def _seed(root: int, *key: int) -> int:
    return int(np.random.SeedSequence(root, spawn_key=key).generate_state(1)[0])
