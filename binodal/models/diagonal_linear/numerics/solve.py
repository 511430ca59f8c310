"""Both predictors, exactly."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from binodal.models.diagonal_linear.numerics.critical import notes
from binodal.models.diagonal_linear.numerics.gradient_flow import require_no_noise
from binodal.models.diagonal_linear.numerics.predictors import early, late, require_predictors
from binodal.models.diagonal_linear.numerics.results import Biases, TwoBiases
from binodal.models.diagonal_linear.numerics.vertices import judged
from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters

_THERMODYNAMIC = "thermodynamic"


def solver(setting: Setting) -> Callable[[Parameters, str, int], TwoBiases]:
    """(parameters, theory, digits) -> both predictors."""

    def solve(parameters: Parameters, theory: str, digits: int) -> TwoBiases:
        require_predictors(setting)
        require_no_noise(parameters)
        try:
            first, last = early(setting), late(setting)
        except Undecided as doubt:
            status = Status.UNDECIDED
            return TwoBiases.without(theory, _THERMODYNAMIC, status, str(doubt), notes(setting))
        with precision(bits_of(digits)):
            closure = Biases(_by_component(first), _by_component(last))
            least = judged(setting, last, parameters["L"])
        phase = "one predictor" if first == last else "two predictors"
        return TwoBiases(
            theory,
            _THERMODYNAMIC,
            Status.CERTIFIED,
            closure,
            (),
            phase,
            "; ".join(filter(None, (WHY, least))),
            notes(setting),
        )

    return solve


WHY = (
    "early: least sum of squares; late: least sum of absolute values, for every L; both exact, "
    "and proved to be the only ones"
)


def _by_component(w: Row) -> dict[str, arb]:
    return {str(j + 1): ball(value) for j, value in enumerate(w)}
