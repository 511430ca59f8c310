"""Corners of a box of parameters in the order of states: where features are deepest, or highest.

The state of a neuron depends on kappa, the gain's size g, eps and sigma_w^2. Over a box each of
them, or the combination in which the features' order is monotone, takes its extremes at corners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms, exact
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


_FORMS = Forms("binodal.models.teacher_student.forms.phases")
_powers = _FORMS.data("powers", exact)
_monomial = _FORMS.balls("monomial")


def _extreme(name: str, box: Box, highest: bool) -> arb:
    """The largest or smallest value of a monomial on a box."""
    point = {p: box[p][int((power > 0) == highest)] for p, power in _powers(name).items()}
    value: arb = _monomial(name)(*(ball(point[p]) for p in PARAMETERS))[0]
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


def floats(corner: Corner) -> Mapping[str, float]:
    """Midpoints, for the search that the balls decide afterwards."""
    return {name: float(getattr(corner, name).mid()) for name in Corner.__dataclass_fields__}
