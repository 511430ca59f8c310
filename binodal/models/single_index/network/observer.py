"""Observables of a single-index network; population averages are exact Gaussian integrals.

Given w_perp and the bias of a neuron, q = |w_perp| sinh h has the cosine tanh h: its law is the
density of q of :mod:`binodal.models.teacher_student.network.overlap_density` on a grid of h.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from binodal.models.single_index.network.shape import shape_at
from binodal.models.single_index.numerics.closed_modes import even
from binodal.models.single_index.numerics.law import Polynomials
from binodal.models.single_index.numerics.law_readings import averaged, ends
from binodal.models.single_index.predictions.modes import measured_modes, named
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.overlap_density import marginal, sums
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.validate.observable import Number, Quantity
from binodal.validate.starts import spread_neurons

_REACH, _POINTS_PER_WIDTH, _PROBED = 3.0, 2, 6


class SingleIndexObserver:
    """Modes, overlaps, the training loss and the law of m of networks with the teachers w*_j = e_j.

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
        self.neurons = spread_neurons(self.shape.N, _PROBED)
        self.polynomials = Polynomials(self.setting, self.orders, (0,) * len(self.orders))
        self.target = torch.from_numpy(self.polynomials.target())
        self.names = [named(self.setting, k) for k in self.orders]
        scalar = averaged(self.setting) | {"train_loss": "mean of (y - f)^2 over the training set"}
        for name in self.names:
            scalar[name] = f"mode {name[1:]} of the population residual, readout averaged exactly"
            scalar[f"{name}_direct"] = f"mode {name[1:]} of it at the sampled readout"
        cosines = tuple(torch.tanh(self._kept(self.grid)).tolist())
        of = "m" if self.setting.directions == 1 else "m of direction 1"
        meaning = f"Rao-Blackwell density of {of}{self._folded}"
        density = Quantity(meaning, ("m", cosines), True)
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
        whole, readout = network.weights(x)
        weights = whole[..., : self.shape.d].double()
        bias = (whole[..., self.shape.d :].double() * self.shape.constant).sum(-1)
        along, norm2 = weights[..., : self.shape.directions], weights.square().sum(-1)
        model = TeacherStudentReadout(network)
        readouts = torch.stack((readout, model.mean(x[:, : model.hidden]))).double()
        target = self.target.to(along.device)
        modes = self._amplitudes(along / norm2.sqrt()[..., None], norm2.sqrt(), bias)
        direct, averaged = (target - torch.einsum("rn,rnk->rk", a, modes) for a in readouts)
        residual = network.targets - network.output(x, network.inputs)
        density = cosine_density(network, x, residual, self.grid.to(x.device), self.neurons)
        if even(self.setting):
            density = (density + density.flip(1)) / 2
        measured = self._over_neurons(along.square(), norm2, bias)
        measured["train_loss"] = residual.square().mean(1, dtype=torch.float64)
        measured["density"] = self._kept(density)
        for i, name in enumerate(self.names):
            measured[name], measured[f"{name}_direct"] = averaged[:, i], direct[:, i]
        return {name: value.double().cpu() for name, value in measured.items()}

    def _over_neurons(self, q2: Tensor, norm2: Tensor, bias: Tensor) -> dict[str, Tensor]:
        """Averages (R,) of q_j^2 (R, N, J), |w|^2 and biases (R, N)."""
        m2 = q2 / norm2[..., None]
        averages = {"w_perp2": (norm2 - q2.sum(-1)).mean(1)}
        for j, name in enumerate(ends(q2.shape[-1])):
            averages |= {f"m2{name}": m2[..., j].mean(1), f"q2{name}": q2[..., j].mean(1)}
        if q2.shape[-1] > 1:
            pairs = m2.sum(-1).square() - m2.square().sum(-1)
            averages["m2_shared"] = pairs.mean(1) / 2
        if self.shape.constant:
            averages["bias2"] = bias.square().mean(1)
        return averages

    def _amplitudes(self, cosines: Tensor, r: Tensor, bias: Tensor) -> Tensor:
        """The coefficient m^k c_k(r)/k! of He_k in phi(w.x), as a new last axis."""
        norms, biases = (of.flatten().cpu().numpy() for of in (r, bias))
        degrees = self.polynomials.degrees
        table = self.setting.table(norms, biases, max(degrees) + 1)
        factors = self.polynomials.factors(cosines.flatten(0, 1).T.cpu().numpy())
        sizes = self.polynomials.norms(self.shape.d) ** 2
        parts = [f * table[k] / s for f, k, s in zip(factors, degrees, sizes, strict=True)]
        return torch.as_tensor(np.stack(parts, -1)).to(r).view(*r.shape, -1)


def cosine_density(
    network: TeacherStudent, x: Tensor, residual: Tensor, grid: Tensor, neurons: Tensor
) -> Tensor:
    """p(m | rest) at m = tanh h on an equidistant grid of h, averaged over neurons: (R, points).

    ``residual`` (R, n) is y - f of the whole network. The trapezoidal sum in h is the norm.
    """
    shape, phi = network.shape, network.elementwise.values
    weights, readout = (whole[:, neurons] for whole in network.weights(x))
    along = network.inputs[:, :, 0].unsqueeze(1)
    field = torch.bmm(weights, network.inputs.transpose(1, 2))
    across = field - weights[..., :1] * along
    rest = residual.unsqueeze(1) + readout.unsqueeze(2) * phi(field.clone())
    size = weights[..., 1 : shape.d].square().sum(-1, dtype=torch.float64).sqrt().flatten()[:, None]
    scaled = (along * size.view(*weights.shape[:2], 1).to(along)).expand_as(across)
    rows = [values.flatten(0, 1) for values in (across, scaled, rest)]
    pulls = sums(phi, rows, torch.sinh(grid))
    (logs,) = marginal()(
        *pulls,
        size * torch.sinh(grid),
        *(shape.sigma2, shape.sigma_a2, shape.sigma_w2, shape.N, shape.d),
    )
    rise = torch.log(torch.cosh(grid))
    # dq = |w_perp| cosh h dh, and dh = cosh^2 h dm.
    weight = torch.softmax(logs + rise, 1) * torch.exp(2 * rise)
    return weight.view(-1, neurons.numel(), grid.numel()).mean(1) / (grid[1] - grid[0])
