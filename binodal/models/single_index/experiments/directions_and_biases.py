"""Networks with two directions in the teacher, and with biases, against the same theory."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from binodal.models.single_index.experiments.any_activation import Series, cases_of
from binodal.validate.experiments.experiment import Experiment

_SIZES = (88, 1000, 27)
_COLD, _WARM, _HOT = Fraction(1, 10), Fraction(1, 5), Fraction(2, 5)
_COMMITTEE = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"

SERIES = (
    Series("committee", "erf", _COMMITTEE, _SIZES, (_WARM, _HOT)),
    Series("one-bias", "erf", "1: 1, 2: 1/5, 3: -3/10", _SIZES, (_WARM,), "fixed:1/2"),
    Series("own-biases", "erf", "1: 1, 2: 1/2", _SIZES, (_COLD,), "scaled:1"),
)
"""N, n and d as before. Without biases erf sees nothing of an even mode of the teacher: with one
bias of all neurons it tells m from -m, and biases of each neuron's own let it be learned."""

MEMBERS = 16


DIRECTIONS_AND_BIASES = Experiment(
    "directions-and-biases",
    "Modes of the residual and the law of m for a committee of two directions and for biases",
    "Do networks with several directions in the teacher, or with biases, follow the same theory?",
    partial(cases_of, SERIES, MEMBERS),
)
