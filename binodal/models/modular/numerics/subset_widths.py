"""How sharp an event on a subset is: what smears it along a parameter, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    OnCurve,
    end_of,
    full_ring,
    least_share,
    powers_of_ratio,
    ring_at,
    strength_of,
    width_of,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.modular.forms.subsets")
_steep = _FORMS.balls("steep")
_one = _FORMS.balls("one")
_moved = _FORMS.balls("moved")
_least_moved = _FORMS.balls("least_moved")
_spread = _FORMS.balls("dropped")

SPREAD, UNIT = "spread", "unit"
"""Beside the parameters of a mode: the variance of S over subsets, and S, over those of a mode."""
OVER_SUBSETS = "from subset to subset, a standard deviation at most"
"""The deepest of a Gaussian field varies by no more than the field at one point does."""
OF_ODDS = "S of a neuron on the ring by one"
OF_NEURON = "one neuron more on the ring"
_DIGITS, _WIDTH_DIGITS = 6, 2


def widths(
    event: str, along: str, place: OnCurve, own: Mapping[str, Fraction | arb]
) -> dict[str, arb | None]:
    """By what smears the event, how far it is moved along a parameter, at its point ``own``.

    To first order; None where that is no small part of the parameter.
    """
    values = {name: ball(own[name]) for name in ("N", "P", "sigma2", "gamma", SHARE, along)}
    share, order = values[SHARE], values["P"]
    x, _ = ring_at(place, values["gamma"], share)
    zeta = _signal(strength_of(own), own)
    full, unit = full_ring(place, own), order * ball(own.get(UNIT, Fraction(1)))
    etas = _one()(place.z, place.y, x, share, full, ball(width_of(own)), unit, values["sigma2"])
    power = ball(powers_of_ratio()[along])
    disorder = {SHARE: -1 / (1 - share), "P": arb(-1)}.get(along, arb(0))
    steep = _steep(event)(place.z)[0]
    by_signal, *by_coupling = (
        values[along] * abs(_moved()(power, disorder, steep, zeta, eta)[k])
        for k, eta in ((0, arb(0)), *((1, eta) for eta in etas))
    )
    found = dict(zip((OVER_SUBSETS, OF_ODDS, OF_NEURON), (by_signal, *by_coupling), strict=True))
    some = {by: size for by, size in found.items() if not size.is_zero()}
    return {by: size if size < values[along] / 2 else None for by, size in some.items()}


def limits_of(event: str, parameters: Mapping[str, Fraction], bits: int) -> str:
    """The share of the pairs below which the event happens nowhere, in words, with its width."""
    least, strength = least_share(event, parameters, bits), end_of(event, bits).strength
    width = abs(_least_moved()(_signal(strength, parameters), least)[0])
    words = f"to leading order none for a share below {least.str(_DIGITS, radius=False)}"
    if not width.is_zero():
        words = f"{words} (from subset to subset within {width.str(_WIDTH_DIGITS, radius=False)})"
    if event != "coexistence":
        return words
    all_powers = least_share(ALL_POWERS, parameters, bits).str(_DIGITS, radius=False)
    return f"{words}, to all powers of (1-F)/(F P) none below {all_powers}"


def _signal(strength: arb, own: Mapping[str, Fraction | arb]) -> arb:
    """zeta: the standard deviation of S over subsets at a disorder, over the signal."""
    rest = strength, ball(own["gamma"]), ball(own[SHARE]), ball(own["P"])
    of_mode: arb = _spread("spread")(arb(1), arb(1), *rest)[0]
    return of_mode * ball(own.get(SPREAD, Fraction(1))).sqrt()
