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
from binodal.validate.experiments.experiment import Case, Experiment, Length, ensemble, members_at

WIDTH, SIGMA_A2, GAMMA = Fraction(400), Fraction(1, 10**6), Fraction(2)
SERIES = {
    "S3": ("0.00028", "0.00014", "0.00005"),
    "Z2xZ4": ("0.0004", "0.0002", "0.00007"),
    "Q8": ("0.0004", "0.0002", "0.00007"),
    "D5": ("0.0005", "0.0003", "0.0001"),
    "Z12": ("0.0006", "0.0004", "0.0001"),
}
"""Temperatures sigma^2 of each group at N = 400: above, in and below its transition."""

WIDE = {"D5": Fraction(4), "Z12": Fraction(4)}
"""Widths of larger groups, over the others': their kernels have 10 to 120 degrees of freedom, which
must be few beside N. N sigma^2 and N sigma_a^2 stay, and so does the mean field."""

NARROW = Fraction(1, 4)
"""The width of one more case, over its group's: the distance from the mean field is told from what
falls with N."""

NARROWED = ("S3", "D5", "Z12")

MEMBERS = 8


def parameters_at(group: str, noise: Fraction, share: Fraction = Fraction(1)) -> Parameters:
    """A group of the series at sigma^2 = noise, or at a share of the width with its mean field."""
    settings = canonical({"group": group, "decay": "schatten", "irrep": EVERY})
    values = {
        "N": WIDTH * share,
        "sigma2": noise / share,
        "sigma_a2": SIGMA_A2 / share,
        "gamma": GAMMA,
    }
    return Parameters(space(settings), values)


def _case(parameters: Parameters, name: str, effort: Fraction) -> Case:
    network, count = network_of(parameters.space.settings), members_at(effort, MEMBERS)
    spec = ensemble(network, parameters, count, Length(60, 160, 1), "hmc")
    return Case(name, spec, {key: parameters[key] for key in ("N", "sigma2")})


def _cases(effort: Fraction) -> tuple[Case, ...]:
    point = {}
    for group, noises in SERIES.items():
        share = WIDE.get(group, Fraction(1))
        for noise in map(Fraction, noises):
            point[f"{group}-{float(noise / share):g}"] = parameters_at(group, noise, share)
        if group in NARROWED:
            narrow = parameters_at(group, Fraction(noises[1]), share * NARROW)
            point[f"{group}-narrow"] = narrow
    return tuple(_case(parameters, name, effort) for name, parameters in point.items())


ANY_GROUP = Experiment(
    "any-group",
    "Irreps and ranks in networks that learn a group",
    "Which irreps do networks learn first, with how many singular values, and is it as the theory "
    "of blocks says?",
    _cases,
)
