"""The stage of modular addition on whole boxes of parameters, in the limit P -> infinity.

sigma^2 over its value at birth or coexistence, and lambda of a full ring over sigma^2 + lambda
at coexistence, are monomials: each takes its extremes over a box at corners that the signs of
its exponents name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.functions import values
from binodal.models.modular.numerics.results import require_theory
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.phases.phase_map import Cells
from binodal.numerics.phases.quadtree import Box, Classifier, Stages

_BITS = 64
Bounds = Callable[[Box, str, Stages], Stages]
"""(box, theory, known bounds) -> the lowest and the highest stage that are possible there."""

_FORMS = Forms("binodal.models.modular.forms.phases")
_ratio = _FORMS.balls("ratio")
_powers = _FORMS.data("powers_of_ratio", exact)


def corner(exponents: Mapping[str, Fraction], box: Box, highest: bool) -> dict[str, Fraction]:
    """Where on a box a monomial with these exponents is largest, or smallest."""
    return {name: box[name][int((power > 0) == highest)] for name, power in exponents.items()}


def _range(name: str, theory: str, box: Box) -> tuple[arb, arb]:
    """Smallest and largest value of a ratio on a box."""
    exponents, function = _powers(name, theory), _ratio(name, theory)
    low, high = (function(*values(corner(exponents, box, top)))[0] for top in (False, True))
    return low, high


def stages(box: Box, theory: str, known: Stages = (0, 3)) -> Stages:
    """The lowest and the highest stage that are possible on the box, given known bounds.

    Stage by stage: sigma^2 < tau_birth, sigma^2 <= tau_c, and at the end of GMFL-I
    sigma^2 <= tau_c - Lambda.
    """
    lowest, highest = known
    birth, coexistence, ring = (
        _range(name, theory, box) for name in ("birth", "coexistence", "ring")
    )
    past = (birth[1] < 1, coexistence[1] < 1, coexistence[1] + ring[1] < 1)
    before = (birth[0] > 1, coexistence[0] > 1, coexistence[0] + ring[0] > 1)
    for stage, (proved, excluded) in enumerate(zip(past, before, strict=True), 1):
        lowest = max(lowest, stage) if proved else lowest
        highest = min(highest, stage - 1) if excluded else highest
    return lowest, highest


def classifier(bounds: Bounds, bits: int) -> Callable[[str], Classifier]:
    """theory -> the same bounds on many boxes. Raises ParameterError for an unknown theory."""

    def of_theory(theory: str) -> Classifier:
        require_theory(theory)

        def classify(boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]:
            with precision(bits):
                return [bounds(box, theory, k) for box, k in zip(boxes, known, strict=True)]

        return classify

    return of_theory


CELLS = Cells(classifier(stages, _BITS), "GMFL-II")
