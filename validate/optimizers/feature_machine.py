"""Recursive feature machines: kernel regression in a metric that is learned from its gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from binodal.derive.gaussian.activations import Activation, z
from binodal.validate.errors import DataError
from binodal.validate.measures.definitions.agop import agop
from binodal.validate.measures.inputs import Array, Vectors
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.optimizers.spec import OptimizerSpec


class FeatureMachine:
    """Kernel regression at some step of its recursion: metric M (D, D), coefficients alpha (n, O).

    f(x) = sum_mu alpha_mu phi(x_mu.M x) over the n training inputs, phi a power, so that
    phi(x.M x') is a kernel for every M >= 0; (K + ridge) alpha = y, of least norm where K has no
    inverse. M is the identity first, and each step makes it G^{1/2}, G = (1/n) sum_mu J^T J of f at
    the training inputs. So f is a two-layer network whose neurons are M x_mu with the readout
    alpha, and every measure of networks is one of it. Gradients are not centred and M is not
    rescaled.

    Source: Radhakrishnan et al. 2022, arXiv 2212.13881; Mallinar et al. 2024, arXiv 2407.20199.
    """

    def __init__(self, spec: OptimizerSpec, task: Task) -> None:
        self.spec, self.step_count = spec, 0
        seen = task.seen
        self.x, self.y = task.inputs.rows(seen), task.targets[seen]
        self.task = replace(task, inputs=Vectors(self.x), targets=self.y, trained=None)
        self.metric: Array = np.eye(self.x.shape[1])
        self.network = self._fitted()

    def _fitted(self) -> TwoLayer:
        """The regression in the metric as it is."""
        neurons = self.x @ self.metric
        blank = TwoLayer(neurons, np.zeros_like(self.y), self.task)
        kernel = blank.activations(blank.fields(np.arange(len(self.x))))
        return replace(blank, readout=ridge_solution(kernel, self.y, self.spec.weight_decay))

    def step(self) -> None:
        """The next metric, and the regression in it."""
        values, vectors = np.linalg.eigh(agop(self.network))
        self.metric = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
        self.network = self._fitted()
        self.step_count += 1

    @property
    def finite(self) -> bool:
        """Whether all coefficients are numbers: a network refuses others."""
        return True

    def weights(self) -> dict[str, Tensor]:
        """The machine as a network: ``first`` (1, n, D) and ``readout`` (1, n, O)."""
        layers = {"first": self.network.first, "readout": self.network.readout}
        return {name: torch.from_numpy(layer.copy())[None] for name, layer in layers.items()}

    def tensors(self) -> dict[str, Tensor]:
        """All that the next step depends on."""
        return {**self.weights(), "metric": torch.from_numpy(self.metric.copy())}

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Be as :meth:`tensors` said at a step."""
        self.step_count, self.metric = step, tensors["metric"].numpy()
        first, readout = (tensors[name][0].numpy() for name in ("first", "readout"))
        self.network = TwoLayer(first, readout, self.task)


def ridge_solution(kernel: Array, targets: Array, ridge: float) -> Array:
    """alpha with (K + ridge) alpha = y, the least one where the matrix has no inverse.

    >>> ridge_solution(np.diag([1.0, 0.0]), np.ones((2, 1)), 0.0).ravel().tolist()
    [1.0, 0.0]
    """
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    shifted = values + ridge
    rounding = len(values) * np.finfo(float).eps * np.abs(shifted).max()
    kept = shifted > rounding
    inverse = np.divide(1, shifted, out=np.zeros_like(shifted), where=kept)
    return np.asarray((vectors * inverse) @ (vectors.T @ targets))


def require_power(activation: Activation) -> None:
    """Raise DataError unless phi = c z^k with c > 0 and a whole k > 0."""
    factor, power = activation.phi.as_coeff_exponent(z)
    if factor.has(z) or not factor.is_positive or not (power.is_integer and power.is_positive):
        raise DataError(
            f"rfm: {activation.name}(x.M x') is not known to be a kernel; it is for powers of z, "
            "as in modular addition"
        )
