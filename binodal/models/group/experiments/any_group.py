"""Networks that learn small groups, on both sides of where they learn them, rank by rank.

N sigma_a^2 is so small that a block is learned by neurons whose singular values are of order one:
as sigma^2 falls those of one value come first, and of two where the group has such irreps.
"""

from __future__ import annotations

from fractions import Fraction

from binodal.models.group.network.network_model import network_of
from binodal.models.group.parameters import EVERY, space
from binodal.models.group.settings import canonical
from binodal.numerics.parameters import Parameters
from binodal.validate.experiments.experiment import Case, Experiment, members_at
from binodal.validate.run.spec import RunSpec

WIDTH, SIGMA_A2, GAMMA = Fraction(400), Fraction(1, 10**6), Fraction(2)
SERIES = {
    "S3": ("0.00028", "0.00014", "0.00005"),
    "Z2xZ4": ("0.0004", "0.0002", "0.00007"),
    "Q8": ("0.0004", "0.0002", "0.00007"),
}
"""Temperatures sigma^2 of each group: above, in and below its transition."""

MEMBERS = 8


def parameters_at(group: str, noise: Fraction) -> Parameters:
    """A group of the series at sigma^2 = noise."""
    settings = canonical({"group": group, "decay": "schatten", "irrep": EVERY})
    values = {"N": WIDTH, "sigma2": noise, "sigma_a2": SIGMA_A2, "gamma": GAMMA}
    return Parameters(space(settings), values)


def _case(group: str, noise: Fraction, effort: Fraction) -> Case:
    parameters = parameters_at(group, noise)
    spec = RunSpec(
        network_of(parameters.space.settings),
        parameters,
        members_at(effort, MEMBERS),
        sampler="hmc",
        starts="both",
        burn_in=60,
        draws=160,
        thin=1,
        seed=2310,
    )
    return Case(f"{group}-{float(noise):g}", spec, {"sigma2": noise})


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return tuple(
        _case(group, Fraction(noise), effort)
        for group, noises in SERIES.items()
        for noise in noises
    )


ANY_GROUP = Experiment(
    "any-group",
    "Irreps and ranks in networks that learn a group",
    "Which irreps do networks learn first, with how many singular values, and is it as the theory "
    "of blocks says?",
    _cases,
)
