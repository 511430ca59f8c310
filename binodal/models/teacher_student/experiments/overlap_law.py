"""The setting of Fig. 2: modes and the law of q against sigma^2 at three sizes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.parameters import SPACE
from binodal.validate.experiments.experiment import (
    Case,
    Experiment,
    Length,
    ensemble,
    members_at,
    scaled,
)

FIG2 = SPACE.at(SPACE.presets["fig2"])
TEMPERATURES = tuple(Fraction(s) for s in ("0.10", "0.15", "0.20", "0.25", "0.30"))


SIZES = {
    Fraction(1, 8): (400, "both", Length(200, 40, 5), 2310),
    Fraction(1, 2): (800, "alternate", Length(200, 24, 10), 2311),
    Fraction(1): (400, "alternate", Length(160, 20, 8), 2311),
}
"""Networks at each beta of M.11, and their seed: in pairs of both starts on 200 data sets where
that is cheap, and elsewhere one network a data set, every second one from the feature start."""

COLDEST = min(TEMPERATURES)
"""Where a neuron now and then stays in a droplet for longer than a run: all networks must move."""

LONGER = {Fraction(1, 8): 20, Fraction(1, 2): 4, Fraction(1): 4}
"""Steps between draws there, against elsewhere."""


def _case(effort: Fraction, beta: Fraction, sigma2: Fraction) -> Case:
    members, starts, length, seed = SIZES[beta]
    if sigma2 == COLDEST:
        length = replace(length, thin=LONGER[beta] * length.thin)
    parameters, count = scaled(FIG2, beta, sigma2=sigma2), members_at(effort, members)
    spec = ensemble(NETWORK, parameters, count, length, starts=starts, seed=seed)
    name = f"beta-{beta.numerator}-{beta.denominator}-sigma2-{float(sigma2):.2f}"
    return Case(name, spec, {"beta": beta, "sigma2": sigma2}, sources=beta == min(SIZES))


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return tuple(_case(effort, beta, sigma2) for beta in SIZES for sigma2 in TEMPERATURES)


OVERLAP_LAW = Experiment(
    "overlap-law",
    "Law of the overlap and modes of the residual (the setting of Fig. 2)",
    "Which action do trained networks follow, the published or the derived one?",
    _cases,
)
