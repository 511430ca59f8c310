"""Every measure through the transition of an erf student of a cubic teacher, epsilon = -1.

N sigma_a^2 = 1/100 is so small that b and c stay near the teacher's until most neurons have an
overlap: weights move as a whole, and measures with them. d = 54 is enough for an exponent of the
spectrum, which needs fifty eigenvalues. The barrier between a neuron's two states is low, and
chains from both starts meet on the same data; but few neurons cross it in a trajectory, so that the
share of those beyond needs hundreds of them, and the start is forgotten in as many units of time.
"""

from __future__ import annotations

from fractions import Fraction

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.parameters import SPACE
from binodal.validate.experiments.experiment import Case, Experiment, Length, ensemble, members_at
from binodal.validate.experiments.in_equilibrium import NAME, QUESTION, TITLE

TEMPERATURES = ("0.2", "0.14", "0.11", "0.095", "0.08", "0.065")
"""sigma^2 from where overlaps are small to where they are large in three neurons of four.

Below, networks of both starts stay apart: at 0.05 and 0.035, sampled as long, R-hat of b between
starts and halves is 1.024 and 1.052, where chance allows 1.010, and neurons without an overlap keep
it so for as long as a run takes.
"""

MEMBERS = 24


def _case(noise: Fraction, effort: Fraction) -> Case:
    sizes = {"N": Fraction(100), "d": Fraction(54), "n": Fraction(1080)}
    spread = {"sigma_a2": Fraction(1, 10000), "sigma_w2": Fraction(1, 2), "epsilon": Fraction(-1)}
    parameters = SPACE.at({**sizes, **spread, "sigma2": noise})
    count = members_at(effort, MEMBERS)
    spec = ensemble(NETWORK, parameters, count, Length(2000, 250, 3), "hmc")
    return Case(f"teacher-student-sigma2-{float(noise):g}", spec, {"sigma2": noise}, against="b")


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return tuple(_case(Fraction(noise), effort) for noise in TEMPERATURES)


MEASURES_IN_EQUILIBRIUM = Experiment(NAME, TITLE, QUESTION, _cases)
