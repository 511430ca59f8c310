"""The derived expressions of the model, compiled to ball arithmetic once a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.balls import balls_of
from binodal.numerics.codegen.forms import Forms

PARAMETERS = tuple(SPACE.fields)
values = partial(balls_of, PARAMETERS)
_FORMS = Forms("binodal.models.teacher_student.forms.action")

density = _FORMS.balls("density")
order_parameters = _FORMS.balls("order_parameters")
stationarity_coefficients = _FORMS.balls("stationarity_coefficients")
curvature_coefficients = _FORMS.balls("curvature_coefficients")
limit_functions = _FORMS.balls("limit_functions")
droplet_functions = _FORMS.balls("droplet_functions")
curve = _FORMS.balls("curve")
assumptions = _FORMS.data("assumptions", lambda names: tuple(Assumption[name] for name in names))
_strength = _FORMS.balls("strength")

BallFunction = Callable[..., tuple[arb, ...]]


def strength(point: Mapping[str, arb | float]) -> arb:
    """u = pi kappa/2, without its numerical factors (M.11b)."""
    return _strength()(*(arb(point[name]) for name in PARAMETERS))[0]
