"""Modular addition through its transition from both starts, at three P.

Error bars of a few networks are here a few parts in ten thousand, less than the bias of any
uncorrected step: BAOAB's moves a by 0.2 % and x2 by 1 %. So the sampler is exact, but at P = 23,
where a trajectory costs as much as a hundred steps of a small network: BAOAB there, which measures
its bias.
"""

from __future__ import annotations

from fractions import Fraction

from binodal.models.modular.network.network_model import NETWORK
from binodal.models.modular.parameters import SPACE
from binodal.validate.experiments.experiment import Case, Experiment, Length, ensemble, members_at
from binodal.validate.run.spec import RunSpec

GAMMA = Fraction(2)


EXACT = "hmc", Length(100, 240, 1)
"""Half of the burn-in steps of BAOAB, half trajectories; adaptation between them has 100 more."""

COURSES = {7: EXACT, 11: EXACT, 23: ("baoab", Length(400, 60, 6))}
"""How the networks of one P are sampled."""

# N sigma_a^2 is small enough that a mode is carried by tens of neurons, not by one: at a ring
# sigma^2 + lambda = sigma^2/a needs a share of about 1/(P sqrt(N sigma_a^2)) of the N neurons.
SETTINGS = {
    7: (1000, Fraction(1, 5000), ("0.0045", "0.0035", "0.0028", "0.0021", "0.0014")),
    11: (1000, Fraction(1, 5000), ("0.0071", "0.0054", "0.0044", "0.0033", "0.0022")),
    23: (2000, Fraction(1, 40000), ("0.0037", "0.0028", "0.0023", "0.0017", "0.0011")),
}
MEMBERS = {7: 16, 11: 8, 23: 8}


def spec_at(order: int, width: int, sigma_a2: Fraction, sigma2: Fraction, members: int) -> RunSpec:
    """Half of the networks start from the prior, half with every neuron on the ring."""
    parameters = SPACE.at(
        {"N": width, "P": order, "sigma2": sigma2, "sigma_a2": sigma_a2, "gamma": GAMMA}
    )
    sampler, length = COURSES[order]
    return ensemble(NETWORK, parameters, members, length, sampler)


def _cases(effort: Fraction) -> tuple[Case, ...]:
    cases = []
    for order, (width, sigma_a2, temperatures) in SETTINGS.items():
        for sigma2 in map(Fraction, temperatures):
            spec = spec_at(order, width, sigma_a2, sigma2, members_at(effort, MEMBERS[order], 2))
            name = f"P-{order}-sigma2-{float(sigma2):.4f}"
            cases.append(Case(name, spec, {"P": Fraction(order), "sigma2": sigma2}, sources=True))
    return tuple(cases)


MODULAR_TRANSITION = Experiment(
    "modular-transition",
    "Modular addition through the transition, from both sides",
    "Do trained networks follow lambda as published or as derived?",
    _cases,
    followed=("a", "sigma2"),
)
