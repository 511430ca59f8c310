"""Posterior of f(x) = sum_i a_i phi(w_i.x) with Gaussian priors, for R data sets at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.validate.activation import Elementwise
from binodal.validate.compiled_gradient import CompiledGradient, compiled_gradient
from binodal.validate.data import require_finite
from binodal.validate.errors import DataError
from binodal.validate.kernel import fastest


@dataclass(frozen=True)
class TwoLayerShape:
    """Widths and variances of the network; whitened x = (w sqrt(d)/sigma_w, a sqrt(N)/sigma_a)."""

    N: int
    n: int
    d: int
    sigma2: float
    sigma_w2: float
    sigma_a2: float

    @property
    def samples(self) -> int:
        """n."""
        return self.n

    @property
    def inputs(self) -> int:
        """Weights of one neuron: d, unless a constant is among its inputs."""
        return self.d

    @property
    def directions(self) -> int:
        """How many of the first inputs the teacher sees."""
        return 1

    @property
    def dimension(self) -> int:
        """N (d + 1) parameters of one member."""
        return self.N * (self.inputs + 1)

    @property
    def input_scale(self) -> float:
        """Prior standard deviation of a component of w."""
        return float((self.sigma_w2 / self.d) ** 0.5)

    @property
    def readout_scale(self) -> float:
        """Prior standard deviation of a_i."""
        return float((self.sigma_a2 / self.N) ** 0.5)


@dataclass(frozen=True)
class TeacherStudentShape(TwoLayerShape):
    """With the teacher H1 + epsilon H3."""

    epsilon: float


class TeacherStudent:
    """U = |y - f|^2/(2 sigma^2) + |x|^2/2 in whitened coordinates, with its analytic gradient.

    ``inputs`` (R, n, d), ``targets`` (R, n). The coordinates of a member are N rows of w, then a.
    The slope phi' meets the residual through the inputs and the readout through the result,
    grad_w_i = -a_i sum_mu phi'(w_i.x_mu) r_mu x_mu / sigma^2, so nothing of size n N is touched
    after phi and phi'. The gradient's intermediate results have memory of their own, allocated
    once: fresh memory costs more than what is written into it. Raises :class:`DataError` for
    shapes that do not match or NaN in the data.
    """

    def __init__(
        self,
        shape: TwoLayerShape,
        inputs: Tensor,
        targets: Tensor,
        elementwise: Elementwise | None = None,
    ) -> None:
        if inputs.shape[1:] != (shape.n, shape.inputs) or targets.shape != inputs.shape[:2]:
            raise DataError(
                f"inputs {tuple(inputs.shape)} and targets {tuple(targets.shape)} do not fit "
                f"n={shape.n}, d={shape.d}"
            )
        self.shape = shape
        self.members, self.dimension = inputs.shape[0], shape.dimension
        self.dtype, self.device = inputs.dtype, inputs.device
        self.inputs = require_finite("inputs", inputs)
        self.targets = require_finite("targets", targets).contiguous()
        self.elementwise = elementwise or fastest(ERF, self.dtype, self.device)
        self._scaled = inputs * shape.input_scale
        self._columns = self._scaled.transpose(1, 2).contiguous()

    @property
    def data(self) -> dict[str, Tensor]:
        """What each member is conditioned on: x (R, n, d) and y (R, n)."""
        return {"x": self.inputs, "y": self.targets}

    @property
    def scale(self) -> Tensor:
        """(D,): sigma_w/sqrt(d) for the weights, sigma_a/sqrt(N) for the readout."""
        sizes = torch.tensor([self.shape.N * self.shape.inputs, self.shape.N])
        values = torch.tensor([self.shape.input_scale, self.shape.readout_scale], dtype=self.dtype)
        return values.repeat_interleave(sizes).to(self.device)

    @property
    def layers(self) -> tuple[slice, ...]:
        """The weights and the readout."""
        split = self.shape.N * self.shape.inputs
        return (slice(0, split), slice(split, self.dimension))

    def split(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Whitened weights (R, N, d) and readout (R, N), as views."""
        first, second = self.layers
        return x[:, first].view(-1, self.shape.N, self.shape.inputs), x[:, second]

    def weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The network's own parameters w (R, N, d) and a (R, N)."""
        w, a = self.split(x)
        return w * self.shape.input_scale, a * self.shape.readout_scale

    def features(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """phi(w_i.x_mu) and phi', each (R, N, n): neurons before data keeps products contiguous."""
        w, _ = self.split(x)
        return self.elementwise(torch.bmm(w, self._columns))

    def output(self, x: Tensor, inputs: Tensor) -> Tensor:
        """f at other inputs (R, m, d): shape (R, m)."""
        w, a = self.weights(x)
        phi = self.elementwise.values(torch.bmm(w, inputs.transpose(1, 2)))
        return torch.bmm(a.unsqueeze(1), phi).squeeze(1)

    def _residual(self, phi: Tensor, a: Tensor) -> Tensor:
        readout = a.unsqueeze(1) * self.shape.readout_scale
        return self.targets - torch.bmm(readout, phi).squeeze(1)

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,), summed in float64."""
        phi, _ = self.features(x)
        residual = self._residual(phi, self.split(x)[1])
        misfit = residual.square().sum(1, dtype=torch.float64) / (2 * self.shape.sigma2)
        return misfit + x.square().sum(1, dtype=torch.float64) / 2

    @cached_property
    def _room(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Memory for phi and phi' (R, N, n), the weighed inputs (R, n, d), and grad w^T."""
        of = self.shape
        sizes = ((of.N, of.n), (of.N, of.n), (of.n, of.inputs), (of.inputs, of.N))
        first, second, third, fourth = (self.inputs.new_empty(self.members, *s) for s in sizes)
        return first, second, third, fourth

    @cached_property
    def _compiled(self) -> CompiledGradient | None:
        parts = self._columns, self._scaled, self.targets
        return compiled_gradient(self.shape, self.elementwise, *parts)

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D)."""
        return self._in_torch(x) if self._compiled is None else self._compiled(x)

    def _in_torch(self, x: Tensor) -> Tensor:
        fields, slopes, weighed, turned = self._room
        w, a = self.split(x)
        readout = a * self.shape.readout_scale
        phi, slope = self.elementwise(torch.bmm(w, self._columns, out=fields), slopes)
        pull = torch.bmm(readout.unsqueeze(1), phi).squeeze(1)
        pull.sub_(self.targets).mul_(1 / self.shape.sigma2)
        force = torch.bmm(pull.unsqueeze(1), phi.transpose(1, 2)).squeeze(1)
        torch.mul(self._scaled, pull.unsqueeze(2), out=weighed)
        torch.bmm(weighed.transpose(1, 2), slope.transpose(1, 2), out=turned)
        out = torch.empty_like(x)
        grad_w, grad_a = self.split(out)
        torch.add(a, force, alpha=self.shape.readout_scale, out=grad_a)
        torch.addcmul(w, turned.transpose(1, 2), readout.unsqueeze(2), out=grad_w)
        return out
