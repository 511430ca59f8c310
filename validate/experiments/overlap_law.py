"""The setting of Fig. 2: modes and the law of q against sigma^2 at three sizes."""

from __future__ import annotations

from fractions import Fraction

from validate.experiments.experiment import Case, Experiment, members_at, scaled
from validate.run.spec import RunSpec

TEMPERATURES = tuple(Fraction(s) for s in ("0.10", "0.15", "0.20", "0.25", "0.30"))
SIZES = {Fraction(1, 8): 400, Fraction(1, 2): 100, Fraction(1): 24}
"""Networks at each beta of M.11, in pairs: one data set, a prior and a feature start."""

BURN_IN, DRAWS, THIN = 200, 40, 5


def _cases(effort: Fraction) -> tuple[Case, ...]:
    found = []
    for beta, members in SIZES.items():
        for sigma2 in TEMPERATURES:
            parameters = scaled("fig2", beta, sigma2=sigma2)
            spec = RunSpec(
                parameters, members_at(effort, members), starts="both", burn_in=BURN_IN,
                draws=DRAWS, thin=THIN, seed=2310,
            )  # fmt: skip
            name = f"beta-{beta.numerator}-{beta.denominator}-sigma2-{float(sigma2):.2f}"
            found.append(Case(name, spec, {"beta": beta, "sigma2": sigma2}))
    return tuple(found)


OVERLAP_LAW = Experiment(
    "overlap-law",
    "Law of the overlap and modes of the residual (the setting of Fig. 2)",
    "Which action do trained networks follow, the published or the derived one?",
    _cases,
)
