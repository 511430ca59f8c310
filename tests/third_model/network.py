"""Networks f = sum_i a_i w_i^2 on n equal lessons y = 1, and what theories say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.numerics.neuron.finite import solve_finite
from binodal.numerics.neuron.results import Solution
from binodal.numerics.parameters import Parameters
from binodal.validate.network_model import Data, NetworkModel, Observables, Room
from binodal.validate.observable import Number, Quantity
from binodal.validate.prediction import Prediction
from tests.third_model.model import NEURON


@dataclass(frozen=True)
class Shape:
    """Widths, variances and decay."""

    N: int
    samples: int
    size: float
    sigma2: float
    sigma_a2: float
    gamma: float

    @property
    def dimension(self) -> int:
        """A weight and a readout for every neuron."""
        return 2 * self.N


def shape_of(parameters: Parameters) -> Shape:
    """Counts as integers, the rest as floats."""
    rest = (float(parameters[name]) for name in ("L", "sigma2", "sigma_a2", "gamma"))
    return Shape(int(parameters["N"]), int(parameters["n"]), *rest)


class Squares:
    """U = n (1 - f)^2/(2 sigma^2) + |x|^2/2 + L gamma sum_i w_i^8/8; x = (sqrt(L) w, a/scale)."""

    def __init__(
        self, shape: Shape, members: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.shape, self.members, self.dimension = shape, members, shape.dimension
        self.dtype, self.device = dtype, device

    @property
    def data(self) -> dict[str, Tensor]:
        """The one lesson."""
        return {"y": torch.ones(1, dtype=self.dtype)}

    @property
    def layers(self) -> tuple[slice, ...]:
        """The weights and the readout."""
        return slice(0, self.shape.N), slice(self.shape.N, self.dimension)

    @property
    def scale(self) -> Tensor:
        """1/sqrt(L) for the weights, sigma_a/sqrt(N) for the readout."""
        scale = torch.full((self.dimension,), self.shape.size**-0.5, dtype=self.dtype)
        scale[self.layers[1]] = (self.shape.sigma_a2 / self.shape.N) ** 0.5
        return scale.to(self.device)

    def own(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """w and a, each (R, N)."""
        scaled = x * self.scale
        return scaled[:, self.layers[0]], scaled[:, self.layers[1]]

    def residual(self, x: Tensor) -> Tensor:
        """1 - f, shape (R,)."""
        w, a = self.own(x)
        return 1 - (a * w**2).sum(1)

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,), summed in float64."""
        w, _ = self.own(x.double())
        misfit = self.shape.samples * self.residual(x.double()) ** 2 / (2 * self.shape.sigma2)
        decay = self.shape.size * self.shape.gamma / 8 * (w**8).sum(1)
        return misfit + x.double().square().sum(1) / 2 + decay

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D)."""
        w, a = self.own(x)
        pull = -self.shape.samples / self.shape.sigma2 * self.residual(x)[:, None]
        by_w = 2 * pull * a * w + self.shape.size * self.shape.gamma * w**7
        return x + torch.cat([by_w, pull * w**2], 1) * self.scale


def build(
    shape: Shape, data: Sequence[Data], members: int, dtype: torch.dtype, device: torch.device
) -> Squares:
    """The posterior of networks with one lesson."""
    return Squares(shape, members, dtype, device)


class Observer:
    """The mean residual, with the readout integrated out and as it stands, and <w^4>."""

    quantities: Mapping[str, Quantity] = {
        "t": Quantity("mean residual, the readout integrated out"),
        "t_direct": Quantity("1 - f"),
        "w4": Quantity("mean of w^4 over neurons"),
    }

    def __init__(self, parameters: Mapping[str, Number]) -> None:
        self._parameters = parameters

    def measure(self, network: Squares, x: Tensor) -> dict[str, Tensor]:
        """All quantities at whitened coordinates x (R, D)."""
        w, _ = network.own(x.double())
        shape = network.shape
        fourth = (w**4).mean(1)
        noise = shape.sigma2 / shape.samples
        return {
            "t": noise / (shape.sigma_a2 * fourth + noise),
            "t_direct": network.residual(x.double()),
            "w4": fourth,
        }


def room(shape: Shape, size: int) -> Room:
    """A few numbers for every weight."""
    return Room(1, 4 * size * shape.dimension)


def _rows(name: str, parameters: Parameters, found: Solution, control: bool) -> list[Prediction]:
    """t, and <w^4> = (1 - t)/t noise/sigma_a^2, which is the closure."""
    assert found.closure is not None
    ball = found.closure.t
    noise = parameters["sigma2"] / parameters["n"] / parameters["sigma_a2"]
    t, error = float(ball.mid()), float(ball.rad())
    fourth = (1 / t - 1) * float(noise)
    return [
        Prediction(name, "t", t, error, limit=found.limit, modes=1, control=control),
        Prediction(name, "w4", fourth, error, limit=found.limit, modes=1, control=control),
    ]


def predict(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """The derived theory at the given size, and a control with twice the prior's readout."""
    wrong = parameters.replace(sigma_a2=2 * parameters["sigma_a2"])
    name = "control: sigma_a^2 twice"
    rows = _rows(name, parameters, solve_finite(NEURON, wrong), control=True)
    if "derived" in theories:
        rows += _rows("derived", parameters, solve_finite(NEURON, parameters), control=False)
    return rows


NETWORK = NetworkModel(
    shape_of,
    build,
    Observer,
    room,
    Observables(scalars=("t", "t_direct", "w4"), direct={"t": "t_direct"}),
    predict,
)
