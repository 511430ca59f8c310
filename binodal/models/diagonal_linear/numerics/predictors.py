"""The early and the late predictor as exact rationals, each with a proof that it is the only one.

Both minimise a norm of w under constraints: rows.w = bounds, or >= bounds for a separator. Floats
propose which constraints and which weights take part; exact arithmetic solves and proves.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.optimize import linprog, nnls

from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.errors import ParameterError, Undecided

_NOTHING = 1e-9
_DENOMINATOR = 10**12


def require_predictors(setting: Setting) -> None:
    """Raise ParameterError for data that no predictor of this kind fits."""
    if not any(setting.bounds):
        raise ParameterError("samples: every y is zero, and so is every predictor")
    if setting.separates:
        if _least_norm_float(setting) is None:
            raise ParameterError("samples: no hyperplane through the origin separates them")
    elif matrix(setting.rows).rank() < len(setting.rows):
        raise ParameterError("samples: the inputs must be linearly independent to be interpolated")


def early(setting: Setting) -> Row:
    """The predictor of least sum of squares. Raises Undecided where no proof is found."""
    everything = range(len(setting.rows))
    taking_part = [k for k in everything if not setting.separates or _multipliers(setting)[k] > 0]
    rows = matrix([setting.rows[k] for k in taking_part])
    bounds = column([setting.bounds[k] for k in taking_part])
    multipliers = (rows * rows.transpose()).solve(bounds)
    w = row_of(rows.transpose() * multipliers)
    if setting.separates and not (min(row_of(multipliers)) >= 0 and _allowed(setting, w)):
        raise Undecided("the separator of least sum of squares is not proved")
    return w


def late(setting: Setting) -> Row:
    """The predictor of least sum of absolute values, the only one.

    Raises Undecided where no proof is found, as for data with several.
    """
    predictor = _least_norm_float(setting)
    if predictor is None:
        raise ParameterError("samples: no predictor fits them")
    support = np.flatnonzero(np.abs(predictor) > _NOTHING * np.abs(predictor).max())
    margins = _floats(setting.rows) @ predictor - _floats([setting.bounds])[0]
    active = np.flatnonzero(np.abs(margins) < _NOTHING * np.abs(predictor).max())
    w = _on_support(setting, support, active)
    if w is None or not _allowed(setting, w) or not _proved(setting, w, support, active):
        raise Undecided(
            "several predictors may have the least sum of absolute values: which one is approached "
            "is not decided by it"
        )
    return w


def _least_norm_float(setting: Setting) -> NDArray[np.float64] | None:
    rows, (bounds,) = _floats(setting.rows), _floats([setting.bounds])
    both = np.hstack([rows, -rows])
    bounded = (-both, -bounds, None, None) if setting.separates else (None, None, both, bounds)
    solution = linprog(np.ones(both.shape[1]), *bounded, bounds=(0, None), method="highs")
    return (
        solution.x[: setting.width] - solution.x[setting.width :] if solution.status == 0 else None
    )


def _multipliers(setting: Setting) -> NDArray[np.float64]:
    """Of the separator of least norm, up to a factor: least squares with no negative ones."""
    rows = _floats(setting.rows)
    design = np.vstack([rows.T, np.ones(len(rows))])
    multipliers = nnls(design, np.append(np.zeros(setting.width), 1.0))[0]
    return np.where(multipliers > _NOTHING * multipliers.max(), multipliers, 0.0)


def _on_support(
    setting: Setting, support: NDArray[np.int64], active: NDArray[np.int64]
) -> Row | None:
    """The one w on this support with equality in the active rows, or None."""
    part = matrix([[setting.rows[k][j] for j in support] for k in active])
    if part.rank() < len(support):
        return None
    bounds = column([setting.bounds[k] for k in active])
    inner = (part.transpose() * part).solve(part.transpose() * bounds)
    if part * inner != bounds:
        return None
    w = [Fraction(0)] * setting.width
    for j, value in zip(support, row_of(inner), strict=True):
        w[j] = value
    return tuple(w)


def _allowed(setting: Setting, w: Row) -> bool:
    """Whether w meets all constraints, exactly."""
    values = [
        sum((x * c for x, c in zip(row, w, strict=True)), Fraction(0)) for row in setting.rows
    ]
    pairs = zip(values, setting.bounds, strict=True)
    return all(v >= b if setting.separates else v == b for v, b in pairs)


def _proved(
    setting: Setting, w: Row, support: NDArray[np.int64], active: NDArray[np.int64]
) -> bool:
    """Multipliers of active rows whose combination is sign(w) on the support, below 1 elsewhere.

    With rows that fix w on its support they prove that no other predictor is as small; multipliers
    of margins must not be negative, and the rows with positive ones alone must fix it.
    """
    rows = [setting.rows[k] for k in active]
    signs = [Fraction(1 if w[j] > 0 else -1) for j in support]
    start = _dual_float(setting, rows, support, signs)
    if start is None:
        return False
    used = np.abs(start) > _NOTHING if setting.separates else np.ones(len(rows), dtype=bool)
    rows = [row for row, kept in zip(rows, used, strict=True) if kept]
    part = matrix([[row[j] for j in support] for row in rows])
    if part.rank() < len(support):
        return False
    guess = column([Fraction(x).limit_denominator(_DENOMINATOR) for x in start[used]])
    missing = column(signs) - part.transpose() * guess
    nu = guess + part * (part.transpose() * part).solve(missing)
    combined = row_of(matrix(rows).transpose() * nu)
    outside = (abs(c) for j, c in enumerate(combined) if j not in support)
    return all(c < 1 for c in outside) and (not setting.separates or min(row_of(nu)) > 0)


def _dual_float(
    setting: Setting,
    rows: Sequence[Row],
    support: NDArray[np.int64],
    signs: Sequence[Fraction],
) -> NDArray[np.float64] | None:
    """Multipliers that are sign(w) on the support and as small as can be outside."""
    data = _floats(rows)
    outside = np.setdiff1d(np.arange(setting.width), support)
    count = len(rows)
    one = -np.ones((len(outside), 1))
    bound = np.vstack([np.hstack([s * data[:, outside].T, one]) for s in (1, -1)])
    equal = np.hstack([data[:, support].T, np.zeros((len(support), 1))])
    ranges = [(0 if setting.separates else None, None)] * count + [(0, None)]
    solution = linprog(
        np.append(np.zeros(count), 1.0),
        bound,
        np.zeros(len(bound)),
        equal,
        _floats([signs])[0],
        bounds=ranges,
        method="highs",
    )
    return solution.x[:count] if solution.status == 0 else None


def _floats(rows: Sequence[Sequence[Fraction]]) -> NDArray[np.float64]:
    return np.array([[float(x) for x in row] for row in rows])


def matrix(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    """Rows of rationals."""
    entries = [[fmpq(x.numerator, x.denominator) for x in row] for row in rows]
    return fmpq_mat(
        len(entries), len(entries[0]) if entries else 0, [x for r in entries for x in r]
    )


def column(values: Sequence[Fraction]) -> fmpq_mat:
    """One column of rationals."""
    return matrix([[value] for value in values])


def row_of(column: fmpq_mat) -> Row:
    """The entries of a column."""
    return tuple(Fraction(int(x.p), int(x.q)) for x in column.entries())
