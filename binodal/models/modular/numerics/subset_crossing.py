"""Where a neuron that memorises is as deep as one that generalises: at no share below one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.subset_curves import (
    across,
    at_disorder,
    on_curve,
    pair_coupling,
    ratio,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_memorising = Forms("binodal.models.modular.forms.subsets").balls("memorising")
CROSSING = "crossing"
_NOWHERE = (
    "at the residual where a ring is as deep as the zero state, neurons that memorise are deeper "
    "at every share below one, so that they come first in equilibrium of N -> infinity at fixed P: "
    "on average over subsets the deepest has S <= -(2 + sqrt(2))/3 P^2/sqrt(gamma) there"
)
_DIGITS = 6


def left_at(parameters: Mapping[str, Fraction | arb]) -> arb:
    """sigma^2 at which a neuron that memorises is as deep as zero: a bound from below.

    Of equal modes, or of one that sees one pair, whichever has the larger pull.
    """
    share, order = ball(parameters[SHARE]), ball(parameters["P"])
    pull = _memorising()(arb(1), share, order, arb(1))[1]
    most = pull.max(pair_coupling()(arb(1), order)[0])
    start = ratio({**parameters, SHARE: Fraction(1)}) * most**2
    return across(on_curve("coexistence", arb(1)), "sigma2", ball(parameters["sigma2"]), start)


def deepest(squared: arb, parameters: Mapping[str, Fraction | arb]) -> arb:
    """S of a neuron that memorises, or more than it, where a ring has this U^2/gamma."""
    share, order, gamma = (ball(parameters[name]) for name in (SHARE, "P", "gamma"))
    action: arb = _memorising()(squared, share, order, gamma)[0]
    return action


def no_crossing(parameters: Mapping[str, Fraction], bits: int) -> str:
    """Why, with the bound of S at the parameters, at the current precision."""
    if parameters[SHARE] == 1:
        return f"{_NOWHERE}; at a share of one no pair is missing, and nothing memorises"
    ring = at_disorder("coexistence", parameters, bits)
    here, first = "no ring is as deep as the zero state", left_at(parameters)
    if ring:
        here = f"it is {deepest(ring.ratio, parameters).str(_DIGITS, radius=False)} or less"
    return (
        f"{_NOWHERE}; at a share of {parameters[SHARE]} {here}, and the zero state is left for "
        f"memorising at sigma2 = {first.str(_DIGITS, radius=False)} or before"
    )
