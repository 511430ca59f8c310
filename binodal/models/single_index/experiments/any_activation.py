"""Networks of other activations than erf, on both sides of what their theory says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from binodal.models.single_index.network.network_model import network_of
from binodal.models.single_index.parameters import space
from binodal.models.single_index.settings import canonical
from binodal.numerics.parameters import Parameters
from binodal.validate.experiments.experiment import Case, Experiment, Length, ensemble, members_at

WEIGHTS = Fraction(1, 2)


@dataclass(frozen=True)
class Series:
    """One activation and teacher at a size, against the noise of Fig. 2 with the same u and G."""

    name: str
    activation: str
    teacher: str
    sizes: tuple[int, int, int]
    noises: tuple[Fraction, ...]
    bias: str = "none"


SERIES = (
    Series("relu", "relu", "2: 1/2", (400, 1000, 8), (Fraction(1, 20), Fraction(1, 5))),
    Series("tanh", "tanh", "1: 1, 3: -3/10", (88, 2000, 53), (Fraction(1, 10), Fraction(1, 5))),
    Series("gelu", "gelu", "1: 1, 2: 1/2", (88, 2000, 53), (Fraction(2, 5), Fraction(1))),
)
"""N, n and d. The mean field of a relu neuron past its condensation is carried by few neurons of
large norm: d is small and N large enough for the law to hold several of them."""

MEMBERS = 24
"""Networks of a case, each on a data set of its own, every second one from the feature start."""


def parameters_at(of: Series, noise: Fraction) -> Parameters:
    """The sizes of a series with the couplings u and G of Fig. 2 at sigma^2 = noise.

    n and sigma^2 may grow together at fixed n/sigma^2 = N u/G: what the theory takes for
    infinite is then larger, and nothing else moves.
    """
    width, count, size = of.sizes
    u, gain = Fraction(48, 49) / noise**2, Fraction(8, 35) / noise
    settings = {"activation": of.activation, "teacher": of.teacher, "bias": of.bias}
    values = {
        "N": Fraction(width),
        "n": Fraction(count),
        "d": Fraction(size),
        "sigma2": count * gain / (u * width),
        "sigma_w2": WEIGHTS,
        "sigma_a2": gain**2 * size / (u * width),
    }
    return Parameters(space(canonical(settings)), values)


def case_of(of: Series, noise: Fraction, effort: Fraction, members: int) -> Case:
    """Networks of a series at one noise."""
    parameters = parameters_at(of, noise)
    network, count = network_of(parameters.space.settings), members_at(effort, members, 8)
    spec = ensemble(network, parameters, count, Length(100, 40, 2), "hmc", "alternate", 2312)
    return Case(f"{of.name}-{float(noise):g}", spec, {"noise": noise})


def cases_of(every: Sequence[Series], members: int, effort: Fraction) -> tuple[Case, ...]:
    """The cases of an experiment: each series at each of its noises."""
    return tuple(case_of(of, noise, effort, members) for of in every for noise in of.noises)


ANY_ACTIVATION = Experiment(
    "any-activation",
    "Modes of the residual and the law of m for relu, tanh and gelu",
    "Do networks with other activations follow the same theory, on both sides of its events?",
    partial(cases_of, SERIES, MEMBERS),
)
