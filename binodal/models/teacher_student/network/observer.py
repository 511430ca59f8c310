"""Observables of a teacher-student network; population averages are exact Gaussian integrals."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import torch
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.overlap_density import overlap_density
from binodal.models.teacher_student.network.overlaps import (
    mean_square,
    mode_amplitudes,
    mode_norms,
    target_modes,
)
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.models.teacher_student.numerics.joint_law import LARGEST_OVERLAP, PERP_EDGES, TAIL
from binodal.validate.observable import Number, Quantity
from binodal.validate.starts import spread_neurons

_MODES = ("b", "c", "t5", "t7")
_DIRECT = ("b_direct", "c_direct")
_PROBED = 6
_POINTS_PER_WIDTH = 2


class TeacherStudentObserver:
    """Modes, overlaps, losses and the law of q of networks with the teacher w* = e_1.

    ``parameters`` name N, n, d, sigma2, sigma_w2, sigma_a2, epsilon. The residual is
    y - f = b H1 + c H3 + t5 H5 + t7 H7 + (modes orthogonal to all of them), averaged exactly over
    the readout given the first layer (Rao-Blackwell): in equilibrium the means are the same, their
    errors and a sampler's bias are smaller. ``b_direct`` and ``c_direct`` are those of the network
    as it stands, the ones to take out of equilibrium.
    """

    def __init__(self, parameters: Mapping[str, Number], probed: int = _PROBED) -> None:
        self.epsilon = float(parameters["epsilon"])
        width = (float(parameters["sigma_w2"]) / float(parameters["d"])) ** 0.5
        self.step = width / _POINTS_PER_WIDTH
        half = ceil(LARGEST_OVERLAP / self.step)
        self.grid = torch.arange(-half, half + 1, dtype=torch.float64) * self.step
        self.neurons = spread_neurons(int(parameters["N"]), probed)
        positive = tuple(self.grid[half:].tolist())
        centres = tuple((self.grid[half:-1] + self.step / 2).tolist())
        perp = tuple((a + b) / 2 for a, b in zip(PERP_EDGES, (*PERP_EDGES[1:], 2.25), strict=True))
        scalar = {
            "b": "linear mode of the population residual y - f, readout averaged exactly",
            "c": "cubic mode of it, readout averaged exactly",
            "t5": "fifth mode of it, readout averaged exactly",
            "t7": "seventh mode of it, readout averaged exactly",
            "b_direct": "linear mode of the population residual at the sampled readout",
            "c_direct": "cubic mode at the sampled readout",
            "q2": "mean of q^2 over neurons",
            "tail": f"share of neurons with |q| > {TAIL}",
            "norm2": "mean of |w|^2 over neurons",
            "train_loss": "mean of (y - f)^2 over the training set",
            "test_loss": "population mean of (y - f)^2, exact",
        }
        arrays = {
            "q_histogram": Quantity("density of |q| in bins, sign folded", ("q", centres), True),
            "density": Quantity("Rao-Blackwell density of q, sign folded", ("q", positive), True),
            "perp_count": Quantity("share of neurons in a bin of |q|", ("q_bin", perp), True),
            "perp_sum": Quantity(
                "mean over all neurons of |w_perp|^2 within a bin of |q|", ("q_bin", perp), True
            ),
        }
        self._quantities = {name: Quantity(meaning) for name, meaning in scalar.items()} | arrays

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Names and meanings of what is measured."""
        return MappingProxyType(self._quantities)

    def measure(self, network: TeacherStudent, x: Tensor) -> dict[str, Tensor]:
        """All quantities at whitened coordinates x (R, D)."""
        weights, readout = network.weights(x)
        q = weights[..., 0].double()
        norm2 = weights.square().sum(-1, dtype=torch.float64)
        model = TeacherStudentReadout(network)
        readouts = torch.stack((readout, model.mean(x[:, : model.hidden]))).double()
        output, averaged = torch.einsum("srn,rnk->srk", readouts, mode_amplitudes(q, norm2))
        target = target_modes(self.epsilon, output.device)
        residual = network.targets - network.output(x, network.inputs)
        measured = dict(zip(_MODES, (target - averaged).unbind(1), strict=True))
        measured |= dict(zip(_DIRECT, (target - output)[:, :2].unbind(1), strict=True))
        measured |= {
            "q2": q.square().mean(1),
            "tail": (q.abs() > TAIL).double().mean(1),
            "norm2": norm2.mean(1),
            "train_loss": residual.square().mean(1, dtype=torch.float64),
            "test_loss": self._test_loss(weights.double(), readout.double(), output, target),
            "density": overlap_density(network, x, residual, self.grid, self.neurons)[
                :, self.grid.numel() // 2 :
            ],
        }
        measured |= self._binned(q.abs(), norm2 - q.square())
        return {name: value.double().cpu() for name, value in measured.items()}

    def _test_loss(
        self, weights: Tensor, readout: Tensor, output: Tensor, target: Tensor
    ) -> Tensor:
        """<(y - f)^2> = <y^2> - 2 <y f> + <f^2>, the products of modes being orthogonal."""
        norms = mode_norms(target.device)
        teacher = (norms * target.square()).sum()
        return teacher - 2 * (norms * target * output).sum(1) + mean_square(weights, readout)

    def _binned(self, size: Tensor, perp2: Tensor) -> dict[str, Tensor]:
        bins = self.grid.numel() // 2
        index = (size / self.step).long()
        counts = torch.zeros(size.shape[0], bins + 1, dtype=torch.float64, device=size.device)
        counts.scatter_add_(1, index.clamp(max=bins), torch.ones_like(size))
        edges = torch.tensor(PERP_EDGES[1:], dtype=torch.float64, device=size.device)
        place = torch.bucketize(size, edges, right=True)
        empty = torch.zeros(size.shape[0], len(PERP_EDGES), dtype=torch.float64, device=size.device)
        neurons = size.shape[1]
        return {
            "q_histogram": counts[:, :bins] / (2 * neurons * self.step),
            "perp_count": empty.scatter_add(1, place, torch.ones_like(size)) / neurons,
            "perp_sum": empty.scatter_add(1, place, perp2) / neurons,
        }
