"""A law on cells of equal size: Fokker-Planck steps that keep its mass and its sign.

dp/dt = div(grad p + p grad U) by finite volumes with the exponentially fitted currents of
first-passage times, whose adjoint this is: exp(-U) on the cells is at rest. A step is implicit in
both coordinates at once, since one along each in turn would leave a barrier at another rate as soon
as it outlasts a relaxation. Its matrix has columns that sum to one and off-diagonal elements that
are not positive, so that no mass is lost and none becomes negative. Over the root of exp(-U) it is
symmetric, and solved as such where that root is a double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.linalg import solve_banded, solveh_banded

from binodal.numerics.dynamics.course import Array
from binodal.numerics.phases.first_passage import fitted

_DEEPEST = 1200.0
"""Units of U over which the root of exp(-U) and its inverse are doubles."""


def stepped(masses: Array, potential: Array, sizes: Sequence[float], step: float) -> Array:
    """Masses of cells (rows, columns) a step later; ``sizes`` are those of a cell.

    A coordinate of one cell is held. Of first order in the step and second in the sizes. Rounding
    acts like another step in each cell, off by a share of it that is that of a number times the
    step times the fastest of ``rates``.

    >>> import numpy as np
    >>> start, flat = np.array([[1.0], [0.0]]), np.zeros((2, 1))
    >>> stepped(start, flat, (1.0, 1.0), 0.5).ravel().round(15).tolist()
    [0.75, 0.25]
    """
    if masses.shape[0] < masses.shape[1]:
        return stepped(masses.T, potential.T, sizes[::-1], step).T
    leaving, moves = rates(potential, sizes)
    deep, flat, band = (potential - potential.min()).ravel(), masses.ravel(), masses.shape[1]
    if deep.max() < _DEEPEST:
        bands, root = np.zeros((band + 1, masses.size)), np.exp(-deep / 2)
        bands[0] = 1 + step * leaving
        for apart, (up, down) in moves.items():
            bands[apart, :-apart] = -step * np.sqrt(up[:-apart] * down[apart:])
        after = root * solveh_banded(bands, flat / root, lower=True, check_finite=False)
    else:
        bands = np.zeros((2 * band + 1, masses.size))
        bands[band] = 1 + step * leaving
        for apart, (up, down) in moves.items():
            bands[band + apart], bands[band - apart] = -step * up, -step * down
        after = solve_banded((band, band), bands, flat, check_finite=False)
    return np.asarray(after).reshape(masses.shape)


def rates(
    potential: Array, sizes: Sequence[float]
) -> tuple[Array, Mapping[int, tuple[Array, Array]]]:
    """Of leaving each cell, and of moving up and down along either coordinate, by how many cells
    that is in the order of rows."""
    moves, order = {}, (potential.shape[1], 1)
    for axis, apart in enumerate(order):
        if potential.shape[axis] == 1:
            continue
        gap, (up, down) = np.diff(potential, axis=axis), np.zeros((2, *potential.shape))
        np.moveaxis(up, axis, 0)[:-1] = np.moveaxis(fitted(gap), axis, 0) / sizes[axis] ** 2
        np.moveaxis(down, axis, 0)[1:] = np.moveaxis(fitted(-gap), axis, 0) / sizes[axis] ** 2
        moves[apart] = up.ravel(), down.ravel()
    leaving = sum((up + down for up, down in moves.values()), np.zeros(potential.size))
    return leaving, moves
