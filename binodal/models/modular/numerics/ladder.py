"""How events at finite P approach their limit."""

from __future__ import annotations

from typing import Any

from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.finite_critical import critical_finite
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.ladder import Approach

_shift = Forms("binodal.models.modular.forms.shift").floats("shift")


def shift(parameters: Parameters, scaled: Parameters, theory: str, point: Any) -> float:
    """lambda of the zero state times P^2, with its first correction in 1/P, scaled back."""
    back = float(scaled["sigma2"] / parameters["sigma2"])
    numbers = {name: float(value) for name, value in scaled.items()}
    numbers["sigma2"] = float(point.value.mid())
    return float(_shift(theory)(*numbers.values())[0]) / back


APPROACH = Approach("P", 2, critical, critical_finite, shift)
