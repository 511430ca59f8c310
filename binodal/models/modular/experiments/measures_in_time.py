"""Modular addition by AdamW and by recursive feature machines, on shares of the pairs.

The networks' P is 29, for an exponent of the spectrum needs fifty eigenvalues and there are 2 P;
the machines, whose steps cost the cube of the number of pairs, have 23. Start and decay are such
that the training pairs are known long before the others.

The first seeds are those whose curves were seen when the rule of an onset was chosen. They are kept
apart: what is judged are the fresh ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from binodal.models.modular.network.network_model import NETWORK
from binodal.models.modular.parameters import SPACE
from binodal.numerics.parameters import Parameters
from binodal.validate.experiments.in_time import InTime, Training
from binodal.validate.optimizers.folder import as_machine
from binodal.validate.optimizers.spec import MACHINE, OptimizerSpec

SHARES = tuple(Fraction(tenths, 10) for tenths in range(3, 9))
LOOKED_AT = {"adamw": 3, MACHINE: 2}
FRESH = {"adamw": 8, MACHINE: 6}
"""Trainings of each share: those the rule was chosen by, and those it is applied to."""


def _at(order: int, width: int) -> Parameters:
    """sigma2, sigma_a2 and gamma are of the prior that starts are drawn from."""
    sizes = {"N": Fraction(width), "P": Fraction(order), "sigma_a2": Fraction(1)}
    return SPACE.at({**sizes, "sigma2": Fraction(1, 100), "gamma": Fraction(1, 1000)})


def _network(share: Fraction, seed: int) -> OptimizerSpec:
    return OptimizerSpec(
        NETWORK,
        _at(29, 128),
        1,
        learning_rate=0.02,
        weight_decay=0.8,
        initial_scale=0.3,
        steps=2000,
        data_fraction=share,
        seed=seed,
    )


def _machine(share: Fraction, seed: int) -> OptimizerSpec:
    of = OptimizerSpec(NETWORK, _at(23, 1), 1, MACHINE, steps=24, data_fraction=share, seed=seed)
    return as_machine(of)


def _trainings(effort: Fraction) -> Iterator[Training]:
    for share in SHARES:
        for learner, of in (("adamw", _network), (MACHINE, _machine)):
            looked_at = LOOKED_AT[learner]
            last = looked_at + max(1, round(FRESH[learner] * effort))
            for seed in range(last):
                name = f"{learner}-{float(share):g}-seed-{seed}"
                group = f"{learner}, share {float(share):g}"
                yield Training(name, group, of(share, seed), looked_at=seed < looked_at)


MEASURES_IN_TIME = InTime(
    "measures-in-time",
    "Measures in time: AdamW and recursive feature machines on modular addition",
    "Which measures move before the test accuracy does, which with it, which after?",
    _trainings,
)
