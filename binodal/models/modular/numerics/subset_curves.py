"""Events of a generalising mode on a subset of the pairs: all z at which they lie, in balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb

from binodal.models.modular.numerics.functions import event_values, kernel_scale, values
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import Undecided
from binodal.numerics.polynomials import real_roots

_FORMS = Forms("binodal.models.modular.forms.subsets")
_polynomial = _FORMS.balls("polynomial")
_curve = _FORMS.balls("curve")
_end = _FORMS.data("end_of", dict)
_strength = _FORMS.balls("strength")
_place = _FORMS.balls("place")
_ratio = _FORMS.balls("ratio")
_ring_at = _FORMS.balls("ring_at")
pair_coupling = _FORMS.balls("pair_coupling")
powers_of_ratio = _FORMS.data("powers_of_ratio", exact)
saddle_row = _FORMS.balls("saddle_row")
at_saddle = _FORMS.balls("at_saddle")
level = _FORMS.balls("level")
shared = _FORMS.balls("shared")
elsewhere = _FORMS.balls("elsewhere")

ALL_POWERS = "coexistence to all powers"
"""The curve that the squared pulls of the other modes are part of, to all powers of disorder."""

Mode = Callable[[Mapping[str, Fraction]], Mapping[str, Fraction]]
"""The parameters of a mode of Z_P from a model's own."""

MOVES_DISORDER = (SHARE, "P")
"""Parameters of which the disorder is a function."""

NORM, PAIR, WIDTH, FELT = "norm", "pair", "neurons", "felt"
HELD, TURNED = "held", "turned"
"""Beside the parameters of a mode, of what equals one but for its disorder: see norm_of; for the
decay of a neuron that sees one pair: see pair_decay; for the number of neurons: see width_of; for
the coupling u that is shown: see felt; for neurons that memorise: see held_of."""


@dataclass(frozen=True)
class OnCurve:
    """A point of an event's curve: U x and gamma x^2, and the disorder there."""

    z: arb
    y: arb
    g: arb
    strength: arb

    @property
    def ratio(self) -> arb:
        """U^2/gamma."""
        return self.y**2 / self.g


def whole(parameters: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The parameters of the same model on all pairs."""
    return {name: value for name, value in parameters.items() if name != SHARE}


def ratio(parameters: Mapping[str, Fraction | arb]) -> arb:
    """U^2/gamma at a = 1."""
    ratio: arb = _ratio()(ball(parameters[SHARE]), *values(parameters))[0]
    return ratio


def norm_of(parameters: Mapping[str, Fraction | arb]) -> Fraction | arb:
    """The squares of the weights w of a ring over P x: 2 of a mode of Z_P, or what is given."""
    return parameters.get(NORM, Fraction(2))


def pair_decay(parameters: Mapping[str, Fraction | arb]) -> Fraction | arb:
    """The decay of a neuron that sees one pair over that of a ring at the same x."""
    return parameters.get(PAIR, Fraction(1))


def width_of(parameters: Mapping[str, Fraction | arb]) -> Fraction | arb:
    """The number of neurons: that of the mode, or what is given."""
    return parameters.get(WIDTH, parameters["N"])


def felt(parameters: Mapping[str, Fraction | arb]) -> arb:
    """u of what the mode stands for over the mode's own: its singular values share it."""
    return ball(parameters.get(FELT, Fraction(1)))


def held_of(parameters: Mapping[str, Fraction | arb]) -> tuple[arb, arb]:
    """Of the functions on the group the shares that a neuron with equal singular values holds, and
    that its phase turns: all of them on Z_P."""
    held, turned = (ball(parameters.get(name, Fraction(1))) for name in (HELD, TURNED))
    return held, turned


def rows_of(parameters: Mapping[str, Fraction | arb]) -> arb:
    """P of the mode whose disorder is that of a ring: 2 P over its norm."""
    return 2 * ball(parameters["P"]) / ball(norm_of(parameters))


def strength_of(parameters: Mapping[str, Fraction | arb]) -> arb:
    """(1 - F)/(F P), by the rows of the disorder."""
    strength: arb = _strength()(ball(parameters[SHARE]), rows_of(parameters))[0]
    return strength


def of_one_pair(u: arb, order: arb, parameters: Mapping[str, Fraction | arb]) -> str:
    """Whether a neuron that sees one pair is deeper than zero at a coupling, in words."""
    at_u: arb = pair_coupling()(u, order)[0]
    own = {**parameters, "gamma": ball(parameters["gamma"]) * ball(pair_decay(parameters))}
    sign = positive(at_u - event_values("coexistence", "derived")(*values(own))[0])
    how = {True: "deeper than", False: "not as deep as", None: "about as deep as"}[sign]
    return f"a neuron that sees one pair is {how} the zero state there"


def ring_at(place: OnCurve, gamma: arb, share: arb) -> tuple[arb, arb]:
    """x and u of a ring on a curve."""
    x, u = _ring_at()(place.y, place.g, gamma, share)
    return x, u


def full_ring(place: OnCurve, own: Mapping[str, Fraction | arb]) -> arb:
    """lambda on all pairs of a ring of a curve that holds all of the probability."""
    position, _ = ring_at(place, ball(own["gamma"]), ball(own[SHARE]))
    scale: arb = kernel_scale("derived")(*values(own))[0]
    return scale * position**2 * level()(place.z, place.y)[0]


def on_curve(event: str, z: arb) -> OnCurve:
    """The event at z."""
    return OnCurve(z, *_curve(event)(z))


@cache
def _last(event: str, bits: int) -> arb:
    with precision(bits):
        end = _end(event)
        return real_roots([arb(c) for c in end["row"]])[int(end["index"][0])]


def end_of(event: str, bits: int) -> OnCurve:
    """Where the disorder is largest: beyond it the event happens nowhere."""
    return on_curve(event, _last(event, bits))


def least_share(event: str, parameters: Mapping[str, Fraction | arb], bits: int) -> arb:
    """The share of the pairs below which the event happens nowhere."""
    return share_at(end_of(event, bits).strength, rows_of(parameters))


def _beyond(event: str, z: arb, bits: int) -> bool:
    """Whether z is on the event's side of the end. Raises Undecided where it cannot be told."""
    apart = z - _last(event, bits)
    sign = positive(-apart if event == "memorisation" else apart)
    inside = positive(z), positive(1 - z)
    if sign is None or None in inside:
        raise Undecided(f"the {event} is too close to the end of its curve")
    return sign and all(inside)


def points(
    event: str, along: str, parameters: Mapping[str, Fraction | arb], bits: int
) -> list[tuple[OnCurve, arb]]:
    """All points of the event along a parameter with its value there, at the current precision.

    Raises Undecided where roots cannot be separated, or told from the end of the curve.
    """
    order, share, own = rows_of(parameters), ball(parameters[SHARE]), ball(parameters[along])
    if along not in MOVES_DISORDER:
        points = at_disorder(event, parameters, bits)
        return [] if points is None else [(points, across(points, along, own, ratio(parameters)))]
    if along == SHARE:
        row = _polynomial(event, along)(ratio({**parameters, SHARE: Fraction(1)}), order)
    else:
        free = ratio({**parameters, SHARE: Fraction(1), "P": Fraction(1)})
        row = _polynomial(event, along)(free, share)
    given = order if along == SHARE else share
    return [(place, _place(along)(place.strength, given)[0]) for place in _of_row(event, row, bits)]


def at_disorder(event: str, parameters: Mapping[str, Fraction | arb], bits: int) -> OnCurve | None:
    """The event at the disorder as it is: one point, or none.

    Raises Undecided where it cannot be told from the end of the curve.
    """
    if parameters[SHARE] == 1:
        return None if event == "memorisation" else on_curve(event, arb(1))
    place = _of_row(event, _polynomial(event, "")(strength_of(parameters)), bits)
    return place[0] if place else None


def _of_row(event: str, row: Sequence[arb], bits: int) -> list[OnCurve]:
    return [on_curve(event, z) for z in real_roots(row) if _beyond(event, z, bits)]


def across(place: OnCurve, along: str, own: arb, start: arb) -> arb:
    """A parameter that leaves the disorder alone, where the event is: U^2/gamma is a monomial.

    ``start`` is U^2/gamma at its value ``own``.
    """
    return own * (place.ratio / start) ** (1 / ball(powers_of_ratio()[along]))


def share_at(strength: arb, order: arb) -> arb:
    """The share of the pairs at a disorder."""
    share: arb = _place(SHARE)(strength, order)[0]
    return share
