"""Sizes of a single-index network, with its activation and its teacher in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binodal.models.single_index.numerics.any_setting import any_setting
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.teacher_student.network.network import TwoLayerShape
from binodal.numerics.parameters import Parameters
from binodal.validate.observable import Number


@dataclass(frozen=True)
class SingleIndexShape(TwoLayerShape):
    """Widths and variances, and the setting's canonical texts."""

    activation: str
    teacher: str
    bias: str

    @property
    def setting(self) -> Setting:
        """What the texts say, a bias of all neurons within the activation."""
        return any_setting(self.activation, self.teacher, self.bias)

    @property
    def directions(self) -> int:
        """How many of the first inputs the teacher sees."""
        return self.setting.directions

    @property
    def inputs(self) -> int:
        """d, and the constant whose weight is a neuron's own bias."""
        return self.d + bool(self.constant)

    @property
    def constant(self) -> float:
        """The input whose weight, with the prior of every other, makes biases of their prior."""
        return float((self.setting.bias_variance(self.d) * self.d / self.sigma_w2) ** 0.5)


def shape_at(values: Mapping[str, Number], settings: Mapping[str, str]) -> SingleIndexShape:
    """Sizes as integers and variances as floats."""
    n_neurons, n_samples, size = (int(values[name]) for name in ("N", "n", "d"))
    noise, weight, readout = (float(values[k]) for k in ("sigma2", "sigma_w2", "sigma_a2"))
    words = (settings[name] for name in ("activation", "teacher", "bias"))
    return SingleIndexShape(n_neurons, n_samples, size, noise, weight, readout, *words)


def shape_of(parameters: Parameters) -> SingleIndexShape:
    """The shape of parameters, which hold the settings in words."""
    return shape_at(parameters, parameters.space.settings)
