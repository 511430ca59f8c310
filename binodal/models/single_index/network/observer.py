"""Observables of a single-index network; population averages are exact Gaussian integrals."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import torch
from torch import Tensor

from binodal.models.single_index.network.cosine_density import cosine_density
from binodal.models.single_index.network.shape import shape_at
from binodal.models.single_index.numerics.finite_closure import scales
from binodal.models.single_index.predictions.modes import even, measured_modes
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.validate.observable import Number, Quantity

_REACH, _POINTS_PER_WIDTH, _PROBED = 3.0, 2, 6


class SingleIndexObserver:
    """Modes, overlaps, the training loss and the law of m of networks with the teacher w* = e_1.

    The residual is y - f = sum_k t_k He_k(w*.x) + (modes orthogonal to all of them), averaged
    exactly over the readout given the first layer (Rao-Blackwell); ``t_k_direct`` are those of the
    network as it stands.
    """

    def __init__(self, settings: Mapping[str, str], parameters: Mapping[str, Number]) -> None:
        self.shape = shape_at(parameters, settings)
        self.setting = self.shape.setting
        self.orders = measured_modes(self.setting)
        step = 1 / (self.shape.d**0.5 * _POINTS_PER_WIDTH)
        half = ceil(_REACH / step)
        self.grid = torch.arange(-half, half + 1, dtype=torch.float64) * step
        self.neurons = torch.arange(min(_PROBED, self.shape.N))
        self.target = torch.tensor(
            [float(self.setting.teacher.get(k, 0)) for k in self.orders], dtype=torch.float64
        )
        scalar = {
            "m2": "mean of m^2 over neurons",
            "q2": "mean of q^2 over neurons",
            "w_perp2": "mean of |w|^2 - q^2 over neurons",
            "train_loss": "mean of (y - f)^2 over the training set",
        }
        for k in self.orders:
            scalar[f"t{k}"] = f"mode {k} of the population residual, readout averaged exactly"
            scalar[f"t{k}_direct"] = f"mode {k} of it at the sampled readout"
        cosines = tuple(torch.tanh(self._kept(self.grid)).tolist())
        density = Quantity("Rao-Blackwell density of m" + self._folded, ("m", cosines), True)
        self._quantities = {name: Quantity(meaning) for name, meaning in scalar.items()}
        self._quantities["density"] = density

    @property
    def _folded(self) -> str:
        return ", sign folded" if even(self.setting) else ""

    def _kept(self, values: Tensor) -> Tensor:
        """The half of a grid of h that is kept where m and -m are images."""
        return values[..., self.grid.numel() // 2 :] if even(self.setting) else values

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
        target = self.target.to(q.device)
        modes = self._amplitudes(q, norm2)
        direct, averaged = (target - torch.einsum("rn,rnk->rk", a, modes) for a in readouts)
        residual = network.targets - network.output(x, network.inputs)
        density = cosine_density(network, x, residual, self.grid.to(x.device), self.neurons)
        if even(self.setting):
            density = (density + density.flip(1)) / 2
        found = {
            "m2": (q.square() / norm2).mean(1),
            "q2": q.square().mean(1),
            "w_perp2": (norm2 - q.square()).mean(1),
            "train_loss": residual.square().mean(1, dtype=torch.float64),
            "density": self._kept(density),
        }
        for i, k in enumerate(self.orders):
            found[f"t{k}"], found[f"t{k}_direct"] = averaged[:, i], direct[:, i]
        return {name: value.double().cpu() for name, value in found.items()}

    def _amplitudes(self, q: Tensor, norm2: Tensor) -> Tensor:
        """The coefficient m^k c_k(r)/k! of He_k in phi(w.x), as a new last axis."""
        r = norm2.sqrt()
        table = self.setting.overlaps.floats(r.cpu().numpy(), max(self.orders) + 1)
        factorials = scales(self.orders) ** 2
        parts = [
            (q / r) ** k * torch.as_tensor(table[k] / size).to(q)
            for k, size in zip(self.orders, factorials, strict=True)
        ]
        return torch.stack(parts, dim=-1)
