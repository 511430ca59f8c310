"""Both predictors of matrix completion."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from binodal.models.diagonal_linear.numerics.results import Biases, TwoBiases
from binodal.models.matrix_completion.numerics.flow import Array
from binodal.models.matrix_completion.numerics.predictors import early, late
from binodal.models.matrix_completion.numerics.results import NOTES
from binodal.models.matrix_completion.setting import Setting, named
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters

_THERMODYNAMIC = "thermodynamic"


def solver(setting: Setting) -> Callable[[Parameters, str, int], TwoBiases]:
    """(parameters, theory, digits) -> both predictors."""

    def solve(parameters: Parameters, theory: str, digits: int) -> TwoBiases:
        try:
            last = late(setting)
        except Undecided as doubt:
            status = Status.UNDECIDED
            return TwoBiases.without(theory, _THERMODYNAMIC, status, str(doubt), NOTES)
        first = early(setting)
        differ = abs(first - last.w).max() > last.error
        why = (
            "early: least Frobenius norm, zero where nothing is seen; late: the end of the path, "
            f"whose nuclear norm exceeds the least one by {max(last.excess, 0.0):.1g} at the most"
        )
        return TwoBiases(
            theory,
            _THERMODYNAMIC,
            Status.CONVERGED,
            Biases(_by_entry(setting, first, 0.0), _by_entry(setting, last.w, last.error)),
            (),
            "two predictors" if differ else "one predictor",
            why,
            NOTES,
        )

    return solve


def _by_entry(setting: Setting, w: Array, error: float) -> dict[str, arb]:
    return {named(place): arb(float(w[place]), error) for place in setting.everywhere}
