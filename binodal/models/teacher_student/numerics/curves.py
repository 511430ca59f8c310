"""Learning curves as d -> infinity: loss, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb, arb_mat

from binodal.models.teacher_student.numerics.functions import PARAMETERS, values
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.passage import passed
from binodal.numerics.results import Curves, Transition

_FORMS = Forms("binodal.models.teacher_student.forms.curves")
_EVIDENCE, _LOSSES = _FORMS.balls("evidence"), _FORMS.balls("losses")
_SLOPES, _TRANSITION = _FORMS.balls("droplet_slopes"), _FORMS.balls("transition")
_MODES = ("b", "c")


def curves(
    parameters: Mapping[str, Fraction], closure: Closure, responses: Sequence[arb]
) -> Curves:
    """Loss by mode, log evidence per neuron and responses, at a closure."""
    evidence, _ = _EVIDENCE()(closure.b, closure.c, *values(parameters))
    losses = _LOSSES()(closure.b * closure.b, closure.c * closure.c)
    targets = (arb(1), ball(parameters["epsilon"]))
    whole = sum(_LOSSES()(*(y * y for y in targets)), arb(0))
    named = dict(zip(_MODES, responses, strict=True))
    return Curves(dict(zip(_MODES, losses, strict=True)), whole, evidence, named)


def zero_responses(parameters: Mapping[str, Fraction], closure: Closure) -> list[arb]:
    """db/dy_1 on the zero branch; c follows its target."""
    return [_EVIDENCE()(closure.b, closure.c, *values(parameters))[1], arb(1)]


def droplet_responses(
    parameters: Mapping[str, Fraction], theory: str, state: Sequence[arb]
) -> list[arb]:
    """db/dy_1 and dc/dy_3 at a state (rho, b, c, m) past coexistence, by its equations' slopes.

    Raises :class:`Undecided` where the slopes are not proved to be invertible.
    """
    *flat, linear, cubic = _SLOPES(theory)(*state, *values(parameters))
    moved = arb_mat(4, 2, [0, 0, 0, 0, linear, 0, 0, cubic])
    try:
        responses = arb_mat(4, 4, flat).solve(moved)
    except ZeroDivisionError as singular:
        raise Undecided("the response of the state to its target has no proved value") from singular
    return [responses[1, 0], responses[2, 1]]


def transition(theory: str, along: str, rho: arb, b: arb, point: Mapping[str, arb]) -> Transition:
    """What the evidence does at a coexistence."""
    return passed(_TRANSITION(theory, along)(rho, b, *(point[name] for name in PARAMETERS)))
