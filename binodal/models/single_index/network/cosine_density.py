"""Rao-Blackwell law of one neuron's cosine with the teacher: all else fixed, its readout averaged.

Given w_perp and the bias, q = |w_perp| sinh h has the cosine tanh h: the density of q of
:mod:`binodal.models.teacher_student.network.overlap_density` on a grid of h.
"""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.overlap_density import marginal, sums


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
