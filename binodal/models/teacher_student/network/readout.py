"""The teacher-student network as a target that is linear in its readout."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.validate.samplers.linear_readout import FirstLayer, Linearised, condition

_FLOAT32_CONDITION = 1e3
"""Largest condition number of the readout's precision, at most 1 + n sigma_a^2/sigma^2, that is
solved in single precision."""


class TeacherStudentReadout(FirstLayer[TeacherStudent]):
    """F = phi(w_i.x_mu) sigma_a/sqrt(N), one output; h = w, D_h = N d."""

    @property
    def labels(self) -> Tensor:
        """(R, n, 1)."""
        return self.target.targets.unsqueeze(2)

    def mean(self, hidden: Tensor) -> Tensor:
        """The readout's mean a_i given the first layer, in its own units: (R, N)."""
        shape = self.target.shape
        weights = hidden.reshape(-1, shape.N, shape.inputs) * shape.input_scale
        fields = torch.bmm(weights, self.target.inputs.mT)
        features = self.target.elementwise.values(fields).mul_(shape.readout_scale).mT
        if shape.n * shape.sigma_a2 > _FLOAT32_CONDITION * shape.sigma2:
            features = features.double()
        return condition(self, features).mean.squeeze(2) * shape.readout_scale

    def linearise(self, hidden: Tensor) -> Linearised:
        """phi and the pull-back through phi'."""
        shape = self.target.shape
        inputs = self.target.inputs * shape.input_scale
        weights = hidden.reshape(-1, shape.N, shape.inputs)
        phi, slope = self.target.elementwise(torch.bmm(inputs, weights.mT))

        def pull(cotangent: Tensor) -> Tensor:
            back = (cotangent * slope).mul_(shape.readout_scale)
            return torch.bmm(back.mT, inputs).flatten(1)

        return Linearised(phi * shape.readout_scale, pull)

    def rest(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """The Gaussian prior of w."""
        return hidden.square().sum(1, dtype=torch.float64) / 2, hidden
