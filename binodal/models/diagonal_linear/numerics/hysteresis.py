"""Zero and the feature of one weight beside it, along decay or temperature, with escapes at each.

Above L = 2 decay makes zero a minimum, in which noise keeps a network until it is over the saddle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import log

from flint import arb, ctx

from binodal.models.diagonal_linear.numerics.escape import Unit, pulls
from binodal.models.diagonal_linear.numerics.results import DECAY, LOSSES
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.phases.escape import Escape, Feature, kramers
from binodal.numerics.phases.hysteresis import Escapes, Solved
from binodal.numerics.refine import Scalar, refine

_FORMS = Forms("binodal.models.diagonal_linear.forms.escape")
_stationary, _edges, _slope = map(_FORMS.balls, ("stationary", "edges", "slope"))
_SIZE = "1/sigma2"
_NO_BARRIER = "at L = 2 zero has no barrier: it is unstable below lambda = 2 |sum x y|, alone above"
_NO_PULL = "sum x y = 0, so that zero is the only rest of this weight alone"
NOTES = (
    "one weight: all others are at zero, whose curvature is the decay at zero, saddle and feature",
    DECAY,
    LOSSES["squared"],
    "barriers are those of the loss with decay; S is that over the temperature sigma2",
    "escape: du = -grad dt + sqrt(2 sigma2) dW, in the time of gradient flow, steps times learning "
    "rate; two saddles lead out of zero, one out of the feature",
    "kept states: zero is never unstable above L = 2, the feature ends at its birth",
)


def notes(theory: str) -> tuple[str, ...]:
    """What loops and their times rest on."""
    return NOTES


def branches(setting: Setting) -> Callable[[Mapping[str, Fraction], str, int], Solved]:
    """(parameters, theory, bits) -> phase, the feature of the weight, and escapes.

    What is solved raises ParameterError where no barrier is derived, and Undecided.
    """

    def solve(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
        degree, decay, heat = (parameters[name] for name in ("L", "lambda", "sigma2"))
        _require(setting, degree, heat)
        gain, weight = pulls(setting)[setting.component]
        unit = Unit(float(degree), abs(float(gain)), float(weight))
        if degree == 2 or gain == 0:
            none = Escape.without(f"no time: {_NO_PULL if gain == 0 else _NO_BARRIER}")
            below = gain != 0 and float(decay) < unit.edges[0]
            return "zero unstable" if below else "zero alone", None, None, Escapes(none, none)
        with precision(bits):
            data = ball(degree), ball(abs(gain)), ball(weight)
            phase, feature = _branch(unit, data, decay, 1 if gain > 0 else -1)
        if feature is None:
            none = Escape.without("no time: lambda is beyond the birth of the feature")
            return phase, None, None, Escapes(none, none)
        return phase, feature, feature, _escapes(unit, feature, float(decay), heat)

    return solve


def _require(setting: Setting, degree: Fraction, heat: Fraction) -> None:
    if setting.separates:
        raise ParameterError(f"loss={setting.loss}: barriers are derived for the squared loss")
    if degree.denominator != 1:
        raise ParameterError(f"L={degree}: over zero u takes both signs, so that L is whole here")
    if not heat > 0:
        raise ParameterError("sigma2=0: an escape needs noise, give sigma2 > 0")


def _branch(
    unit: Unit, data: Sequence[arb], decay: Fraction, sign: int
) -> tuple[str, Feature | None]:
    """The phase and the feature, from where the decay of a stationary place is that given.

    That decay rises from zero to where saddle and feature merge, and falls beyond.
    """
    merged, level = (
        ball(decay) - _stationary()(w ** (1 / data[0]), *data)[0] for w in _edges()(*data)
    )
    if merged > 0:
        return "zero alone", None
    if not merged < 0 or level.contains(0):
        raise Undecided("lambda is at an edge of the phases")
    places = unit.places(float(decay))
    if places is None:
        raise Undecided("lambda is too near to the birth of the feature")

    def away(place: arb) -> arb:
        return _stationary()(place, *data)[0] - ball(decay)

    def slope(place: arb) -> arb:
        return _slope()(place, *data)[0]

    top, rest = (refine(Scalar(away, slope), [arb(place)], ctx.prec)[0] for place in places)
    heights = [_stationary()(place, *data)[1] for place in (top, rest)]
    order, saddle = (sign * place ** data[0] for place in (rest, top))
    phase = "zero deeper" if level > 0 else "feature deeper"
    return phase, Feature(order, saddle, heights[1], heights[0])


def _escapes(unit: Unit, feature: Feature, decay: float, heat: Fraction) -> Escapes:
    out, back = (rise / ball(heat) for rise in (feature.barrier, feature.back))
    places = unit.places(decay)
    assert places is not None
    rates = unit.prefactors(places)
    from_zero, from_feature = (
        kramers(rate, rises, _SIZE, {}, 0.0)
        for rate, rises in zip(rates, ((out, back), (back, out)), strict=True)
    )
    return Escapes(
        from_zero.timed(lambda: _log10_time(unit, decay, float(heat), back=False)),
        from_feature.timed(lambda: _log10_time(unit, decay, float(heat), back=True)),
    )


def _log10_time(unit: Unit, decay: float, heat: float, back: bool) -> tuple[float, float]:
    time, error = unit.log_time(decay, heat, back)
    return time / log(10), error / log(10)
