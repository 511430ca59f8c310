"""Every measure through the transition of modular addition, at N sigma_a^2 = 1/1000.

So small, the readout lets sigma^2 + lambda stay near sigma^2 until most neurons have a mode on the
ring: weights move as a whole, and measures with them. At gamma = 1/2 the action of a mode has two
minima, and chains from both starts meet.
"""

from __future__ import annotations

from fractions import Fraction

from binodal.models.modular.network.network_model import NETWORK
from binodal.models.modular.parameters import SPACE
from binodal.validate.experiments.experiment import Case, Experiment, Length, ensemble, members_at
from binodal.validate.experiments.in_equilibrium import NAME, QUESTION, TITLE

TEMPERATURES = (
    "0.0030",
    "0.0024",
    "0.0020",
    "0.0017",
    "0.0014",
    "0.0011",
    "0.0008",
    "0.0005",
)
"""sigma^2 from where no mode is on a ring to where the mean residual is a third of the target."""

MEMBERS = 12


def _case(noise: Fraction, effort: Fraction) -> Case:
    sizes = {"N": Fraction(200), "P": Fraction(7)}
    decay = {"sigma_a2": Fraction(1, 200000), "gamma": Fraction(1, 2)}
    parameters = SPACE.at({**sizes, **decay, "sigma2": noise})
    count = members_at(effort, MEMBERS)
    spec = ensemble(NETWORK, parameters, count, Length(120, 240, 1), "hmc")
    return Case(f"modular-sigma2-{float(noise):g}", spec, {"sigma2": noise}, against="a")


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return tuple(_case(Fraction(noise), effort) for noise in TEMPERATURES)


MEASURES_IN_EQUILIBRIUM = Experiment(NAME, TITLE, QUESTION, _cases)
