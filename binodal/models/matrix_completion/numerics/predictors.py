"""Both predictors: what is not seen is zero early; late the path ends at the least nuclear norm."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.optimize import brentq, least_squares

from binodal.models.matrix_completion.numerics.flow import Array, CompletionPath, Seen, Walk
from binodal.models.matrix_completion.setting import Place, Setting
from binodal.numerics.errors import Undecided

TOLERANCES = (1e-9, 1e-12)
_SAFETY, _STEPS, _SAMPLES = 3.0, 2, 400
_BEYOND = 8.0
_ROUNDING, _CLOSE = 1e-9, 1e-7


def early(setting: Setting) -> Array:
    """The interpolator of least Frobenius norm."""
    w = np.zeros((setting.size, setting.size))
    for (i, j), value in zip(setting.places, setting.values, strict=True):
        w[i, j] = w[j, i] = float(value)
    return w


@dataclass(frozen=True)
class End:
    """W where the path ends, how far it may be off, and by how much its nuclear norm exceeds that
    of any interpolator, at the most.
    """

    w: Array
    error: float
    excess: float


def late(setting: Setting) -> End:
    """The end of the path as A falls: where it points to the least nuclear norm of some rank.

    Multipliers nu prove it: |X^T nu| <= 1 and y.nu is that norm, up to rounding. Raises Undecided
    where none are found.
    """
    seen = Seen.entries(setting)
    end = -np.log(seen.scale) + _BEYOND
    walk = CompletionPath(seen, inf, TOLERANCES[1]).walked(end)
    *before, last = (walk(end - k * _STEPS)[0] for k in (2, 1, 0))
    for rank in range(1, setting.size + 1):
        w, excess = _of_rank(seen, last, rank)
        size = float(np.abs(w).max())
        first, second, third = (float(np.abs(each - w).max()) for each in (*before, last))
        if abs(excess) < _ROUNDING * size and (first > second > third or first < _CLOSE * size):
            return End(w, _CLOSE * size, abs(excess))
    raise Undecided("no multipliers prove that the path ends at the least nuclear norm")


def _of_rank(seen: Seen, near: Array, rank: int) -> tuple[Array, float]:
    """The stationary point of the nuclear norm at a rank, and its norm less the bound of its
    multipliers: W = B Sigma B^T with X(W) = y and X^T nu B = B Sigma.
    """
    values, vectors = np.linalg.eigh(near)
    kept = np.argsort(-np.abs(values))[:rank]
    signs, shape = np.sign(values[kept]), (len(near), rank)
    factor = vectors[:, kept] * np.abs(values[kept]) ** 0.5
    push = np.linalg.lstsq(seen.kernel(factor @ factor.T), 2 * seen.targets)[0]

    def missing(state: Array) -> Array:
        b, nu = state[: factor.size].reshape(shape), state[factor.size :]
        pulled = seen.spread(nu) @ b - b * signs
        return np.concatenate([pulled.ravel(), seen.of((b * signs) @ b.T) - seen.targets])

    solution = least_squares(
        missing, np.concatenate([factor.ravel(), push]), xtol=1e-15, ftol=1e-15
    )
    b, nu = solution.x[: factor.size].reshape(shape), solution.x[factor.size :]
    w, most = (b * signs) @ b.T, np.abs(np.linalg.eigvalsh(seen.spread(nu))).max()
    off = float(np.abs(solution.fun).max())
    return w, off + float(np.abs(np.linalg.eigvalsh(w)).sum() - nu @ seen.targets / max(most, 1.0))


@dataclass(frozen=True)
class HalfWay:
    """The scale A* at which an entry is half way on the path, and what slow decay adds to
    log(alpha/A*)/lambda; each with its error.
    """

    log_scale: tuple[float, float]
    later: tuple[float, float]


def half_way(
    seen: Seen, alpha: float, place: Place, level: float, last: Array, near: float
) -> HalfWay | None:
    """The last place with W_ij = level before W is ``near`` its end, by two tolerances.

    On the path from alpha: where data do not commute it is another for every start. None for one
    that is beyond already. Raises Undecided where W does not come near within eight e-folds of A.
    """
    end = _BEYOND - float(np.log(seen.scale))
    crossings = []
    for tolerance in TOLERANCES:
        path = CompletionPath(seen, alpha, tolerance)
        walk = path.walked(end)
        if float(np.abs(walk(end)[0] - last).max()) > near:
            raise Undecided(f"down to log A = {-end:.0f} the path does not come near its end")
        crossings.append(_half_way(walk, place, level, path.start, end))
    rough, fine = crossings
    if rough is None or fine is None:
        return None
    (x, c), (finer_x, finer_c) = rough, fine
    return HalfWay(
        (-finer_x, _SAFETY * abs(finer_x - x) + 1e-12),
        (finer_c, _SAFETY * abs(finer_c - c) + 1e-9 * abs(finer_c)),
    )


def _half_way(
    walk: Walk, place: Place, level: float, start: float, end: float
) -> tuple[float, float] | None:
    def above(x: float) -> float:
        return float(walk(x)[0][place]) - level

    places = np.linspace(start, end, _SAMPLES)
    signs = np.sign([above(x) for x in places])
    (turns,) = np.nonzero(signs[:-1] != signs[1:])
    if not len(turns):
        return None
    x = float(brentq(above, places[turns[-1]], places[turns[-1] + 1], xtol=1e-14))
    _, speed, correction = walk(x)
    return x, -float(correction[place] / speed[place])
