"""Corners of a box of parameters in the order of states: where features are deepest, or highest.

The state of a neuron depends on kappa, the gain's size g, eps and sigma_w^2. Over a box each of
them, or the combination in which the features' order is monotone, takes its extremes at corners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb

from binodal.derive.scaling import exponents
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.phase_order import sized_gain
from binodal.models.teacher_student.numerics.functions import PARAMETERS, BallFunction
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled
from binodal.numerics.phases.quadtree import Box


@dataclass(frozen=True)
class Corner:
    """One end of a box in the order of states; ``width`` enters the cost, ``spring`` the branch.

    With eps < 0 the two widths sit at opposite ends, because the cost falls and b falls as
    sigma_w^2 grows, which work against each other.
    """

    kappa: arb
    gain: arb
    epsilon: arb
    width: arb
    spring: arb


def _monomials() -> dict[str, sp.Expr]:
    kappa, gain = coupling(), sized_gain()
    return {"kappa": kappa, "gain": gain, "ratio": sp.simplify(gain / sp.sqrt(kappa))}


@cache
def _exponents(name: str) -> dict[str, Fraction]:
    row = exponents(_monomials()[name], PARAMETERS)
    return {str(s): Fraction(int(e.p), int(e.q)) for s, e in zip(PARAMETERS, row, strict=True)}


@cache
def _function(name: str) -> BallFunction:
    return compiled("monomial", {name: _monomials()[name]}, PARAMETERS, "arb")


def _extreme(name: str, box: Box, highest: bool) -> arb:
    """The largest or smallest value of a monomial on a box."""
    at = {p: box[p][int((power > 0) == highest)] for p, power in _exponents(name).items()}
    value: arb = _function(name)(*(ball(at[str(symbol)]) for symbol in PARAMETERS))[0]
    return value


def corner(box: Box, deepest: bool) -> Corner:
    """The state whose features are at least as deep as anywhere on the box, or the opposite.

    eps must keep one sign on the box, or vanish at an end.
    """
    kappa = _extreme("kappa", box, deepest)
    ends, widths = [ball(e) for e in box["epsilon"]], [ball(w) for w in box["sigma_w2"]]
    far, near = int(deepest), int(not deepest)
    if box["epsilon"][1] > 0:
        gain = _extreme("gain", box, deepest)
        return Corner(kappa, gain, ends[far], widths[far], widths[far])
    gain = _extreme("ratio", box, not deepest) * kappa.sqrt()
    return Corner(kappa, gain, ends[near], widths[far], widths[near])


def halves_by_sign(box: Box) -> list[Box]:
    """The box, cut at eps = 0 if zero lies inside."""
    low, high = box["epsilon"]
    if low < 0 < high:
        zero = Fraction(0)
        return [{**box, "epsilon": (low, zero)}, {**box, "epsilon": (zero, high)}]
    return [box]


def floats(at: Corner) -> Mapping[str, float]:
    """Midpoints, for the search that the balls decide afterwards."""
    return {name: float(getattr(at, name).mid()) for name in Corner.__dataclass_fields__}
