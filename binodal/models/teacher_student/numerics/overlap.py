"""The leading -log p(q)/d of a theory, as arrays to plot or to compare with networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.codegen.forms import Forms

Array = NDArray[np.float64]
_CURVE_POINTS = 20_001
_LARGEST = 8.0


_functions = Forms("binodal.models.teacher_student.forms.arrays").functions(
    "overlap_functions", "numpy"
)


def action_of_overlap(
    overlaps: Array, b_: float, c_: float, strength: float, width: float, theory: str
) -> Array:
    """S(q)/d relative to q = 0 at given residual modes, coupling kappa and sigma_w^2.

    Published: M.13. Derived: the minimum over r_perp at each q, from the curve of contracted
    points; where the curve passes a value of q more than once the lowest branch counts.

    >>> action_of_overlap(np.array([0.0]), 0.3, -0.3, 19.0, 0.5, "derived").round(12)
    array([0.])
    """
    if theory == "published":
        return np.asarray(_functions()["published"](overlaps, b_, c_, strength, width)[0])
    scaled = np.sinh(np.linspace(0.0, _LARGEST, _CURVE_POINTS))
    rho = scaled**2 / (1.0 + 2.0 * scaled**2)
    squares, heights = _functions()["curve"](rho, b_, c_, strength, width)
    lengths = np.sqrt(squares)
    lowest = np.full(overlaps.shape, np.inf)
    for part in np.split(np.arange(lengths.size), _turns(lengths)):
        order = np.argsort(lengths[part])
        x, y = lengths[part][order], heights[part][order]
        values = np.interp(np.abs(overlaps), x, y, left=np.inf, right=np.inf)
        lowest = np.minimum(lowest, values)
    return lowest


def _turns(lengths: Array) -> NDArray[np.int64]:
    """Indices where the curve's overlap stops growing or shrinking."""
    direction = np.sign(np.diff(lengths))
    return np.asarray(np.flatnonzero(np.diff(direction)) + 1, dtype=np.int64)
